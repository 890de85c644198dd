import { demoHospital, northHospital, people } from "../../people.ts";

const made = (number: number) => `a0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Patients without a login: two and two who may be the same person, and two who were merged. */
export const walkIns = {
  wanda: made(2001),
  wandaAgain: made(2002),
  nils: made(2003),
  nilsAgain: made(2004),
  intoPaula: made(2005),
  intoPriya: made(2006),
  wandasTwin: made(2007),
} as const;

export const identityRows = {
  demoPair: made(2010),
  northPair: made(2011),
  hiddenPair: made(2012),
  dismissedPair: made(2013),
  paulaMerge: made(2020),
  priyaMerge: made(2021),
  secondMerge: made(2022),
  wandaCode: made(2030),
  nilsCode: made(2031),
  paulaRequest: made(2040),
  pavelRequest: made(2041),
  priyaRequest: made(2042),
} as const;

const ofPerson = (person: string) => `(select id from public.patients where user_id = '${person}')`;
const reasons = `'[{"field": "name", "match": "exact", "weight": 0.4}]'`;

const request = (id: string, person: string, organization: string) =>
  `insert into public.correction_requests (id, patient_id, organization_id, field, text)
   values ('${id}', ${ofPerson(person)}, '${organization}', 'phone', 'It has changed.');`;

export const arrangement = `
  insert into public.patients (id, given_name, family_name, birth_date) values
    ('${walkIns.wanda}', 'Wanda', 'Walker', '1990-01-02'), ('${walkIns.wandaAgain}', 'Wanda', 'Walker', '1990-01-02'),
    ('${walkIns.wandasTwin}', 'Wendy', 'Walker', '1990-01-02'),
    ('${walkIns.nils}', 'Nils', 'Norden', '1990-01-02'), ('${walkIns.nilsAgain}', 'Nils', 'Norden', '1990-01-02');
  insert into public.care_relationships (patient_id, organization_id) values
    ('${walkIns.wanda}', '${demoHospital}'), ('${walkIns.wandaAgain}', '${demoHospital}'), ('${walkIns.wandasTwin}', '${demoHospital}'),
    ('${walkIns.nils}', '${northHospital}'), ('${walkIns.nilsAgain}', '${northHospital}');
  insert into public.patients (id, given_name, family_name, merged_into, deleted_at, deletion_reason) values
    ('${walkIns.intoPaula}', 'Paula', 'Becker', ${ofPerson(people.paula)}, now(), 'Merged into another patient'),
    ('${walkIns.intoPriya}', 'Priya', 'Raman', ${ofPerson(people.priya)}, now(), 'Merged into another patient');
  insert into public.patient_duplicates (id, organization_id, patient_id, other_patient_id, score, reasons) values
    ('${identityRows.demoPair}', '${demoHospital}', '${walkIns.wanda}', '${walkIns.wandaAgain}', 0.75, ${reasons}),
    ('${identityRows.northPair}', '${northHospital}', '${walkIns.nils}', '${walkIns.nilsAgain}', 0.75, ${reasons}),
    ('${identityRows.hiddenPair}', '${demoHospital}', '${walkIns.wanda}', '${walkIns.intoPaula}', 0.75, ${reasons});
  insert into public.patient_duplicates (id, organization_id, patient_id, other_patient_id, score, reasons, status, decided_at, decision_reason) values
    ('${identityRows.dismissedPair}', '${demoHospital}', '${walkIns.wanda}', '${walkIns.wandasTwin}', 0.4, ${reasons}, 'dismissed', now(), 'Twins');
  insert into public.patient_merges (id, patient_id, source_id, organization_id, reason, moved_rows) values
    ('${identityRows.paulaMerge}', ${
  ofPerson(people.paula)
}, '${walkIns.intoPaula}', '${demoHospital}', 'Registered twice', 0),
    ('${identityRows.priyaMerge}', ${
  ofPerson(people.priya)
}, '${walkIns.intoPriya}', '${northHospital}', 'Registered twice', 0);
  insert into public.patient_link_codes (id, patient_id, organization_id) values
    ('${identityRows.wandaCode}', '${walkIns.wanda}', '${demoHospital}'),
    ('${identityRows.nilsCode}', '${walkIns.nils}', '${northHospital}');
  insert into private.link_code_hashes (link_code_id, code_hash) values
    ('${identityRows.wandaCode}', repeat('e', 64)), ('${identityRows.nilsCode}', repeat('f', 64));
  ${request(identityRows.paulaRequest, people.paula, demoHospital)}
  ${request(identityRows.pavelRequest, people.pavel, demoHospital)}
  ${request(identityRows.priyaRequest, people.priya, northHospital)}
`;

/** Leaves the pairs as they are said to be, where the arrangement is committed and the job of every minute would compare them anew. */
export const settled = "delete from private.duplicate_checks where patient_id::text like 'a0000000-0000-4000-8000-%';";

const ours = "id::text like 'a0000000-0000-4000-8000-%'";
const ofWalkIns = "patient_id::text like 'a0000000-0000-4000-8000-00000000200%'";

/** Takes the arrangement back; runs past every trigger. */
export const removal = [
  `delete from public.correction_requests where ${ours};`,
  `delete from private.link_code_hashes where link_code_id in (select id from public.patient_link_codes where ${ofWalkIns});`,
  `delete from public.patient_link_codes where ${ofWalkIns};`,
  `delete from public.patient_merges where ${ours};`,
  "delete from public.notifications where dedupe_key like 'merged_login:a0000000-0000-4000-8000-%';",
  `delete from public.patient_duplicates where ${ofWalkIns};`,
  settled,
  `delete from public.patient_identifiers where ${ofWalkIns};`,
  `delete from public.care_relationships where ${ofWalkIns};`,
  `delete from private.patient_words where ${ofWalkIns};`,
  `delete from public.patients where ${ours.replace("-%", "-00000000200%")};`,
].join("\n");
