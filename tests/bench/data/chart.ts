import type pg from "pg";

/** Records in the chart, and charts that a clinician has open at the end of a shift. */
export const ROWS = 5000;
export const OPEN_CHARTS = 30;

/** A chart of many years that the doctor has open, among others; answers whose it is. */
export async function makeChart(db: pg.Client, doctor: string, hospital: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `select patient_id as id from public.care_relationships
     where organization_id = $1 and status = 'active' order by id limit $2`,
    [hospital, OPEN_CHARTS],
  );
  const patients = rows.map(({ id }) => id);
  await db.query(
    `insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, expires_at)
     select p, $2, $3, 'care_relationship', 'everything', 'treatment', now() + interval '8 hours'
     from unnest($1::uuid[]) as p`,
    [patients, doctor, hospital],
  );
  const patient = patients[0] ?? "";
  // The rules of a patient's own changes would take the owner of the table for a patient without a login.
  await db.query(`set session_replication_role = replica;
    update private.patients set birth_date = '1950-01-01' where id = '${patient}';
    reset session_replication_role`);
  const about = `'${patient}', '${hospital}'`;
  await db.query(`
    insert into public.vital_signs (patient_id, organization_id, measure, value, unit, occurred_at)
      select ${about}, 'heart_rate', 60 + n % 40, '/min', now() - make_interval(days => n)
      from generate_series(1, ${ROWS / 2}) as n;
    insert into public.vital_signs (patient_id, organization_id, measure, value, unit, occurred_at)
      select ${about}, 'body_weight', 70 + n % 20, 'kg', now() - make_interval(days => n)
      from generate_series(1, ${ROWS / 5}) as n;
    insert into public.vital_signs (patient_id, organization_id, measure, value, unit)
      values (${about}, 'body_height', 175, 'cm');
    insert into public.conditions (patient_id, organization_id, name, status, sensitivity, occurred_at)
      select ${about}, 'Condition ' || n,
        case when n % 50 = 0 then 'active' else 'resolved' end::public.condition_status,
        case when n % 10 = 0 then 'mental_health' end::public.sensitivity, now() - make_interval(days => n)
      from generate_series(1, ${ROWS / 10}) as n;
    insert into public.encounters (patient_id, organization_id, kind, status, occurred_at, ended_at)
      select ${about}, 'ambulatory', 'completed', now() - make_interval(days => n),
        now() - make_interval(days => n) + interval '1 hour'
      from generate_series(1, ${ROWS / 10}) as n;
    insert into public.immunizations (patient_id, organization_id, vaccine, occurred_at)
      select ${about}, 'Vaccine', now() - make_interval(days => n) from generate_series(1, ${ROWS / 20}) as n;
    insert into public.allergies (patient_id, organization_id, category, substance, occurred_at)
      select ${about}, 'medication', 'Substance ' || n, now() - make_interval(days => n)
      from generate_series(1, 8) as n;
    insert into public.medication_statements (patient_id, organization_id, source, taking, text, status, occurred_at)
      select ${about}, 'otc', 'yes', 'Medicine ' || n,
        case when n % 10 = 0 then 'active' else 'ended' end::public.medication_statement_status,
        now() - make_interval(days => n)
      from generate_series(1, 100) as n;
    insert into public.documents (patient_id, organization_id, category, title, url, media_type, occurred_at)
      select ${about}, 'report', 'Report', 'https://files.example/' || n, 'application/pdf',
        now() - make_interval(days => n)
      from generate_series(1, ${ROWS / 20 - 109}) as n;
    analyze public.vital_signs; analyze public.conditions; analyze public.encounters; analyze public.chart_accesses`);
  return patient;
}
