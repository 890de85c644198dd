import type pg from "pg";
import { actAs } from "../../../support/database.ts";
import { type Bench, DOCTOR_ID, HOSPITAL, progress } from "../../bench.ts";
import { atLeast, atMost, below, holding, type Outcome } from "../../part.ts";
import { median, quantile } from "../../stats.ts";
import { count, ms } from "../../table.ts";

/** Times in milliseconds of a check in the database, as the doctor; how many findings one has; how many pairs there are. */
type Result = { rules: number; pairs: number; checks: number; findings: number; p50: number; p95: number };

/** As many that a pair of them interacts as often as one of the ingredients that the project ships: 7 of 100. */
const INGREDIENTS = 6700;
const CLASSES = 10_000;
const CLASSES_OF_EACH = 6;
const RULES_AT_ONCE = 10_000;
const NEW = 20;
const ACTIVE = 20;
const MOST_P95_MS = 10;
/** The first checks on a connection plan their statements. */
const WARM_UP = 10;

/** New medicines against what a patient takes, with far more rules than the project ships. */
export async function checks({ options, largest: { db } }: Bench): Promise<Outcome> {
  await generate(db, options.rules);
  const patient = await treated(db);
  const result = await measure(db, patient, options.counted * 3);
  const { rules, pairs, checks, findings, p50, p95 } = result;
  return {
    result,
    text:
      `Check of ${NEW} new medicines against ${ACTIVE} active ones with ${count(rules)} rules, ${
        count(pairs)
      } pairs: ` +
      `p50 ${ms(p50)} ms, p95 ${ms(p95)} ms, ${findings.toFixed(1)} findings in the middle of ${checks} checks`,
    targets: [
      below(`check of ${NEW} new medicines against ${ACTIVE} with ${count(rules)} rules, p95`, p95, MOST_P95_MS, " ms"),
      holding(atLeast("findings of such a check", findings, 1)),
      holding(atMost("findings of such a check", findings, 100)),
    ],
  };
}

/** Ingredients, classes and rules of the bench, beside those that are there. The pairs are expanded once, in the end. */
async function generate(db: pg.Client, rules: number): Promise<void> {
  const { rows: [there] } = await db.query<{ count: number }>(
    "select count(*)::int as count from public.interaction_rules where rule_key like 'bench-%'",
  );
  if ((there?.count ?? 0) >= rules) return;
  await db.query(`
    select private.begin_rebuilding();
    insert into public.knowledge_versions (number, note) values (3000000, 'Of the bench');
    insert into public.ingredients (name, reviewed_version)
      select 'bench ingredient ' || n, 3000000 from generate_series(1, ${INGREDIENTS}) as n;
    insert into public.medication_classes (name, title)
      select 'bench_class_' || n, 'Bench class ' || n from generate_series(1, ${CLASSES}) as n;
    insert into public.ingredient_classes (ingredient_id, class_id)
      select i.id, c.id
      from public.ingredients i
      cross join generate_series(1, ${CLASSES_OF_EACH}) as k
      join public.medication_classes c on c.name = 'bench_class_' || 1 + (i.number * 7919 + k * 104729) % ${CLASSES}
      where i.name like 'bench ingredient %'`);
  for (let made = 0; made < rules; made += RULES_AT_ONCE) {
    await db.query(
      `insert into public.interaction_rules (rule_key, kind, class_id, other_class_id, severity, effect, mechanism,
         management, evidence, source_label, source_section, since_version)
       select 'bench-' || n, 'drug', a.id, b.id, (enum_range(null::public.interaction_severity))[1 + n % 4],
         'Effect of the bench', 'Mechanism of the bench', 'Management of the bench', 'label', 'Label of the bench', '7', 3000000
       from generate_series($1::int, $2::int) as n
       join public.medication_classes a on a.name = 'bench_class_' || 1 + (n::bigint * 7907) % ${CLASSES}
       join public.medication_classes b on b.name = 'bench_class_' || 1 + (n::bigint * 3571 + n / ${CLASSES}) % ${CLASSES}`,
      [made + 1, Math.min(made + RULES_AT_ONCE, rules)],
    );
    progress(`wrote ${made + RULES_AT_ONCE} of ${rules} rules`);
  }
  await db.query("select private.end_rebuilding()");
  await db.query(
    "analyze private.interaction_pairs; analyze public.interaction_rules; analyze public.ingredient_classes",
  );
}

/** A patient who takes so many medicines, and whose chart the doctor has open. */
async function treated(db: pg.Client): Promise<string> {
  const { rows: [made] } = await db.query<{ id: string }>(
    "insert into private.patients (given_name, family_name, birth_date, sex) values ('Many', 'Medicines', '1950-01-01', 'male') returning id",
  );
  const id = made?.id ?? "";
  await db.query(`
    insert into public.care_relationships (patient_id, organization_id) values ('${id}', '${HOSPITAL}');
    insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, expires_at)
      values ('${id}', '${DOCTOR_ID}', '${HOSPITAL}', 'care_relationship', 'everything', 'treatment', now() + interval '1 day');
    insert into public.allergies (patient_id, organization_id, category, substance) values ('${id}', '${HOSPITAL}', 'medication', 'Amoxicillin');
    insert into public.conditions (patient_id, organization_id, name, code_system, code) values ('${id}', '${HOSPITAL}', 'Diabetes', 'icd10', 'E11.9');
    with products as (
      insert into public.products (name, dose_form, routes, base_unit)
      select 'bench product ' || i.name, 'tablet', '{oral}', 'tablet' from public.ingredients i
      where i.name in (select 'bench ingredient ' || n * 311 from generate_series(1, ${ACTIVE}) as n) returning id, name
    ), parts as (
      insert into public.product_ingredients (product_id, substance, ingredient_id, strength, strength_unit)
      select p.id, p.name, i.id, 100, 'mg' from products p join public.ingredients i on p.name = 'bench product ' || i.name
    )
    insert into public.prescriptions (patient_id, organization_id, product_id, dose, dose_unit, route, times_per_day, status,
      prescriber_id, signed_at, valid_until)
    select '${id}', '${HOSPITAL}', p.id, 1, 'tablet', 'oral', 2, 'active', '${DOCTOR_ID}', now(), now() + interval '30 days'
    from products p`);
  return id;
}

async function measure(db: pg.Client, patient: string, checks: number): Promise<Result> {
  const { rows: [size] } = await db.query<{ rules: number; pairs: number; ids: string[] }>(`
    select (select count(*)::int from public.interaction_rules where until_version is null) as rules,
      (select count(*)::int from private.interaction_pairs) as pairs,
      (select array_agg(id order by number) from public.ingredients where name like 'bench ingredient %') as ids`);
  const { rules = 0, pairs = 0, ids = [] } = size ?? {};
  const times: number[] = [];
  const found: number[] = [];
  await db.query("begin");
  await actAs(db, { role: "authenticated", userId: DOCTOR_ID });
  for (let turn = -WARM_UP; turn < checks; turn++) {
    const medicines = Array.from({ length: NEW }, (_, at) => ({
      ingredient_id: ids[((turn + WARM_UP) * 397 + at * 1009) % ids.length],
    }));
    const startedAt = performance.now();
    const { rows: [row] } = await db.query<{ answer: { findings: unknown[] } }>(
      "select public.check_medicines($1, $2) as answer",
      [patient, JSON.stringify(medicines)],
    );
    if (turn < 0) continue;
    times.push(performance.now() - startedAt);
    found.push(row?.answer.findings.length ?? 0);
  }
  await db.query("rollback");
  const sorted = times.toSorted((a, b) => a - b);
  return { rules, pairs, checks, findings: median(found), p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}
