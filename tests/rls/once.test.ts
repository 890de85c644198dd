import { DatabaseError } from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import { actAs, actingAs } from "../support/database.ts";
import { allLines } from "./topics/index.ts";
import { demoHospital, people } from "./people.ts";
import { identityRows, walkIns } from "./topics/patient-identity/rows.ts";
import { type ActorName, actors, personOf } from "./actors.ts";
import { versions } from "./topics/medications/rows.ts";
import { cellsOf } from "./matrix.ts";
import { useWorld } from "./use-world.ts";

/** Functions of the API that write, but neither create nor move anything nor write what the caller gives them, and so need no shell. */
const WITHOUT_SHELL = {
  explain_closed_chart: "says why and records the denial",
  explain_closed_log: "says why and records the denial",
  export_chart: "reads, and records a denial",
  health_report: "reads, and records a denial",
  verify_audit: "reads, and records a denial",
  lease_rate_limit: "counts",
  read_calendar_feed: "reads, and counts",
  start_medication_import: "a repetition begins anew",
  stage_medication_import: "keeps lines that take effect with the run alone",
  run_medication_import: "a repetition finds nothing to change",
  import_medications: "a repetition finds nothing to change",
  check_medicines: "reads, and records a denial",
  read_all_notifications: "marks what is there, without a key",
};

/** Whose answer is about nobody but the login that asks, or is open to everybody, so that no right is needed to see it. */
const OPEN = [
  "accept_invitation",
  "complete_registration",
  "close_chart",
  "create_calendar_feed",
  "revoke_calendar_feed",
  "read_notification",
  // The catalogue of medicines and the rules are open to everybody who is signed in.
  "add_class_member",
  "create_ingredient",
  "create_medication_class",
  "create_medication_code",
  "create_product",
  // What curators decide for the network, too.
  "create_interaction_policy as pharmacist",
  "publish_rule",
  "retire_interaction_rule",
  "retire_rule",
  "review_ingredient",
];

const madeMembership = "a0000000-0000-4000-8000-000000003001";

/** Requests that have their effect, one at least for each function that goes through private.once: those of the matrix, and some that need more. */
type Request = { name: string; actor: ActorName; statement: string; given?: string };
const requests: Request[] = [
  ...cellsOf(allLines).filter(({ verb, expected }) => verb === "call" && expected === "yes").map(({
    relation,
    actor,
    statement,
  }) => ({ name: relation.slice("public.".length), actor, statement })),
  {
    name: "accept_invitation",
    actor: "patient",
    given: `with made as (insert into public.invitations (organization_id, email, role)
        select o.id, p.email, 'admin' from public.organizations o, public.profiles p
        where o.kind = 'pharmacy' and p.id = '${people.paula}' limit 1 returning id)
      insert into private.invitation_tokens (invitation_id, token_hash)
      select id, encode(extensions.digest('a token of the test', 'sha256'), 'hex') from made`,
    statement: `select public.accept_invitation('{"token": "a token of the test"}')`,
  },
  {
    name: "complete_registration",
    actor: "patient",
    given: `set local session_replication_role = replica;
      update private.patients set user_id = null where user_id = '${people.paula}';
      delete from public.notification_preferences where user_id = '${people.paula}';
      delete from public.profiles where id = '${people.paula}';
      set local session_replication_role = origin`,
    statement: `select public.complete_registration('{"given_name": "Paula", "family_name": "Becker"}')`,
  },
  {
    name: "reinstate_patient",
    actor: "doctor",
    given: `insert into public.patient_identifiers (patient_id, system, organization_id, value)
        select '${walkIns.wanda}', 'mrn', '${demoHospital}', 'ONCE-1'
        on conflict do nothing;
      update public.patient_identifiers set value = 'ONCE-1' where patient_id = '${walkIns.wanda}' and system = 'mrn';
      update public.care_relationships set status = 'ended' where patient_id = '${walkIns.wanda}'`,
    statement: `select public.reinstate_patient('{"mrn": "ONCE-1"}')`,
  },
  {
    name: "create_practitioner",
    actor: "doctor",
    given: `insert into public.memberships (id, user_id, organization_id, role)
      values ('${madeMembership}', '${people.northDoctor}', '${demoHospital}', 'hospital_staff')`,
    statement:
      `select public.create_practitioner('{"organization_id": "${demoHospital}", "membership_id": "${madeMembership}",
      "display_name": "Dr. Reyes", "specialty": "Surgery"}')`,
  },
  {
    name: "decide_link",
    actor: "nurse",
    given: `update public.patient_link_codes set used_at = now(), used_by = '${people.pavel}', needs_confirmation = true
      where id = '${identityRows.wandaCode}'`,
    statement: `select public.decide_link('${identityRows.wandaCode}', '${walkIns.wanda}', false)`,
  },
  {
    name: "retire_rule",
    actor: "pharmacist",
    given: `update private.knowledge set version = ${versions.second}`,
    statement: "select public.retire_rule('rls-1')",
  },
  {
    name: "redeem_link_code",
    actor: "patient",
    given: `update public.patients set user_id = null where user_id = '${people.paula}';
      insert into public.patients (user_id, given_name, family_name, birth_date) values ('${people.paula}', 'Wanda', 'Walker', '1990-01-02');
      with made as (
        insert into public.patient_link_codes (patient_id, organization_id, created_by)
        values ('${walkIns.wanda}', '${demoHospital}', '${people.nurse}') returning id)
      insert into private.link_code_hashes (link_code_id, code_hash) select id, private.link_code_hash('ABCDE-FGHJK') from made`,
    statement: `select public.redeem_link_code('{"code": "abcde fghjk", "birth_date": "1990-01-02"}')`,
  },
];

/** What a repetition answers of a first answer: all but the code, which is told once. */
const toldAgain = (answer: unknown): unknown => {
  if (typeof answer !== "object" || answer === null || !("tries" in answer)) return answer;
  return Object.fromEntries(Object.entries(answer).filter(([key]) => key !== "code"));
};

let functions: { name: string; body: string; volatile: boolean }[];
let patientsWords: string[];

const world = useWorld(async (client) => {
  functions = (await client.query<{ name: string; body: string; volatile: boolean }>(`
    select p.proname as name, p.prosrc as body, p.provolatile = 'v' as volatile from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and (has_function_privilege('authenticated', p.oid, 'execute') or has_function_privilege('anon', p.oid, 'execute'))
    order by 1`)).rows;
  patientsWords = (await client.query<{ word: string }>("select distinct family_name as word from public.patients"))
    .rows.map(({ word }) => word);
});
beforeEach(async () => {
  await world.client.query("savepoint test");
  return async () => {
    await world.client.query("rollback to savepoint test");
    await actAs(world.client, null);
  };
});

const through = (shell: string) =>
  functions.filter(({ body }) => body.includes(`private.${shell}(`)).map(({ name }) => name);

test("every function of the API that writes goes through private.once or private.guarded", () => {
  const shelled = [...through("once"), ...through("guarded"), ...Object.keys(WITHOUT_SHELL)];
  expect(functions.filter(({ volatile }) => volatile).map(({ name }) => name)).toEqual([...new Set(shelled)].sort());
});

test("every function that goes through private.once is asked for here", () => {
  const asked = new Set(requests.map(({ name }) => name));
  expect(through("once").filter((name) => !asked.has(name))).toEqual([]);
});

/** What came of a request: the answer and whether it was a repetition's, or the SQLSTATE of the refusal. */
type Came = { answer?: unknown; replayed?: boolean; refused?: string };

async function ask({ actor, statement }: Request, key: string): Promise<Came> {
  const headers = { "idempotency-key": key };
  const text = `savepoint request; ${actingAs(actors[actor], headers)}
    select set_config('response.headers', '', true), set_config('response.status', '', true);
    ${statement}; select current_setting('response.headers'), current_setting('response.status')`;
  try {
    const results = [await world.client.query<unknown[]>({ text, rowMode: "array" })].flat();
    const [answer, said] = results.slice(-2).map(({ rows }) => rows[0] ?? []);
    const [told, status] = [String(said?.[0]), String(said?.[1])];
    if (status !== "") return { refused: `PT${status}` };
    return { answer: answer?.[0], replayed: told.includes("Idempotency-Replayed") };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await world.client.query("rollback to savepoint request");
    return { refused: error.code ?? "" };
  } finally {
    await actAs(world.client, null);
  }
}

/** Every right that a person has, in organizations and to a record of their own. */
const takeAllRights = (person: string) => `
  set local session_replication_role = replica;
  update public.memberships set status = 'suspended' where user_id = '${person}';
  update public.patients set user_id = null where user_id = '${person}';
  set local session_replication_role = origin`;

/** Accesses and consents past the triggers, which log every row. The end of care needs them: it takes the appointments away. */
const closeEverything = `
  set local session_replication_role = replica;
  update public.chart_accesses set closed_at = now() where closed_at is null;
  update public.consents set status = 'withdrawn', ended_at = now() where status = 'active';
  set local session_replication_role = origin;
  update public.care_relationships set status = 'ended' where status = 'active'`;

describe("a request with an Idempotency-Key", () => {
  const once = requests.map((
    request,
  ): [string, Request] => [`${request.name} as ${request.actor}: ${request.statement.slice(14, 90)}`, request]);

  test.each(once)("%s", async (_, request) => {
    if (!through("once").includes(request.name)) return;
    if (request.given !== undefined) await world.client.query(request.given);
    const key = crypto.randomUUID();
    const first = await ask(request, key);
    expect(first).toMatchObject({ replayed: false });
    expect(await ask(request, key)).toEqual({ ...first, answer: toldAgain(first.answer), replayed: true });
    const { rows } = await world.client.query(
      "select to_jsonb(k) - '{user_id,key,fingerprint,created_at}'::text[] as kept from private.idempotency_keys k where key = $1",
      [key],
    );
    expect(rows).toEqual([{ kept: { done: true, answer_id: expect.toBeOneOf([null, expect.any(String)]) } }]);

    if (request.actor === "doctor" || request.actor === "nurse") {
      await world.client.query("savepoint closed");
      await world.client.query(closeEverything);
      const { answer = null } = await ask(request, key);
      for (const word of patientsWords) expect(JSON.stringify(answer)).not.toContain(word);
      await world.client.query("rollback to savepoint closed");
    }

    await world.client.query(takeAllRights(personOf(request.actor)));
    const lost = await ask(request, key);
    if (OPEN.includes(request.name) || OPEN.includes(`${request.name} as ${request.actor}`)) {
      expect(lost).toMatchObject({ replayed: true });
    } else expect(lost.refused).toMatch(/^PT40[34]$/);
  });
});
