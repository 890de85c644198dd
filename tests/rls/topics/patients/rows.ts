import { extra } from "../../extra.ts";
import { demoHospital, northHospital, people } from "../../people.ts";

export const arrangement = `
  insert into public.patients (id, given_name, family_name, deleted_at, deletion_reason) values
    ('${extra.hiddenPatient}', 'Hilde', 'Hidden', now(), 'entered twice'), ('${extra.lonePatient}', 'Lone', 'Larsen', null, null);
  insert into public.care_relationships (patient_id, organization_id) values ('${extra.hiddenPatient}', '${demoHospital}');
  delete from public.patient_identifiers i using public.patients p
    where p.id = i.patient_id and p.user_id in ('${people.paula}', '${people.pavel}', '${people.priya}');
  insert into public.patient_identifiers (id, patient_id, system, organization_id, country, value)
    select i.id::uuid, p.id, i.system::public.identifier_system, i.organization_id::uuid, i.country, i.value
    from (values
      ('${extra.paulaHere}', '${people.paula}', 'mrn', '${demoHospital}', null, 'RLS-1'),
      ('${extra.paulaElsewhere}', '${people.paula}', 'mrn', '${northHospital}', null, 'RLS-2'),
      ('${extra.paulaNational}', '${people.paula}', 'national_id', null, 'DE', 'RLS-3'),
      ('${extra.pavelHere}', '${people.pavel}', 'mrn', '${demoHospital}', null, 'RLS-4'),
      ('${extra.priyaElsewhere}', '${people.priya}', 'mrn', '${northHospital}', null, 'RLS-5')
    ) as i (id, user_id, system, organization_id, country, value)
    join public.patients p on p.user_id = i.user_id::uuid;
  insert into public.patient_contacts (id, patient_id, kind, name, phone)
    select c.id::uuid, p.id, 'emergency', 'Somebody', '+4930123456'
    from (values ('${extra.paulaContact}', '${people.paula}'), ('${extra.pavelContact}', '${people.pavel}'),
      ('${extra.priyaContact}', '${people.priya}')) as c (id, user_id)
    join public.patients p on p.user_id = c.user_id::uuid;
`;

/** Runs with triggers and foreign keys off. Numbers that the arrangement took from patients are given anew. */
export const removal = `
  delete from public.patient_contacts where id::text like 'a0000000-0000-4000-8000-%';
  delete from public.patient_identifiers where id::text like 'a0000000-0000-4000-8000-%' or patient_id = '${extra.hiddenPatient}';
  delete from public.care_relationships where patient_id = '${extra.hiddenPatient}';
  insert into public.patient_identifiers (patient_id, system, organization_id, value)
    select c.patient_id, 'mrn', c.organization_id, 'H' || nextval('private.mrn_seq') from public.care_relationships c
    where c.status = 'active'
      and not exists (select from public.patient_identifiers i where i.patient_id = c.patient_id and i.organization_id = c.organization_id);
  delete from private.patient_words where patient_id in ('${extra.hiddenPatient}', '${extra.lonePatient}');
  delete from public.patients where id in ('${extra.hiddenPatient}', '${extra.lonePatient}');
`;

/** Ids that the seeds leave to chance. */
export const lookups = `
  create temporary table rls_patients on commit drop as select id, user_id from public.patients where user_id is not null;
  create temporary table rls_care on commit drop as
    select c.id, p.user_id from public.care_relationships c join public.patients p on p.id = c.patient_id where p.user_id is not null;
  grant select on rls_patients, rls_care to anon, authenticated, service_role;
`;
