import type { Rule } from "../../rule.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { extra } from "../../extra.ts";
import { chartRows } from "../charts/rows.ts";

const member = (user: string, role: string, status = "active") =>
  `insert into public.memberships (user_id, organization_id, role, status) values ('${user}', '${demoHospital}', '${role}', '${status}')`;
const secondLogin = "a0000000-0000-4000-8000-000000000020";
/** A second login of somebody, under another spelling of their address. */
const spelled = (email: string) =>
  `insert into public.profiles (id, email, given_name, family_name) values ('${secondLogin}', '${email}', 'Nobody', 'Else')`;

/** One person is one thing in an organization. */
const roles: Rule[] = [
  ...([
    ["an admin", people.admin, "hospital_staff"],
    ["an admin", people.admin, "privacy_officer"],
    ["staff", people.doctor, "privacy_officer"],
    ["staff", people.doctor, "admin"],
    ["a privacy officer", people.officer, "hospital_staff"],
    ["a privacy officer", people.officer, "admin"],
  ] as const).map(([who, user, role]): Rule => ({
    rule: `${who} does not become ${role} of the same organization`,
    statement: member(user, role),
    expected: "PT409",
  })),
  ...["admin+ward@demo.health", "ad.min@demo.health"].map((email): Rule => ({
    rule: `nor does their second login: ${email}`,
    given: spelled(email),
    statement: member(secondLogin, "hospital_staff"),
    expected: "PT409",
  })),
  {
    rule: "a membership that was suspended does not come back beside another role",
    given: member(people.officer, "hospital_staff", "suspended"),
    statement:
      `update public.memberships set status = 'active' where user_id = '${people.officer}' and role = 'hospital_staff'`,
    expected: "PT409",
  },
  {
    rule: "the operator gives a person another role in place of the one that they have",
    statement: `update public.memberships set role = 'privacy_officer' where user_id = '${people.nurse}'`,
    expected: "yes",
  },
];

const invitation = (email: string) =>
  `insert into public.invitations (organization_id, email, role, created_by)
   values ('${demoHospital}', '${email}', 'hospital_staff', '${people.admin}')`;
const accept = (user: string) =>
  `update public.invitations set accepted_at = now(), accepted_by = '${user}', created_by = '${people.admin}'
   where id = '${extra.demoInvitation}'`;
const toldOfMember = (user: string) =>
  `select 1 from public.notifications where recipient_id = '${user}' and dedupe_key = 'member_joined:${extra.demoInvitation}'`;

/** Nobody is let in by themselves, and who was let in is told. */
const joining: Rule[] = [
  ...["admin@demo.health", "admin+nurse@demo.health", "a.dmin@demo.health"].map((email): Rule => ({
    rule: `nobody invites themselves: ${email}`,
    statement: invitation(email),
    expected: "PT403",
  })),
  ...([
    ["icloud.com", "me.com"],
    ["protonmail.com", "pm.me"],
    ["gmail.com", "googlemail.com"],
  ] as const).map(([one, other]): Rule => ({
    rule: `nobody invites themselves by the other domain of their provider: ${other}`,
    given: `update public.profiles set email = 'head@${one}' where id = '${people.admin}'`,
    statement: invitation(`he.ad@${other}`),
    expected: "PT403",
  })),
  { rule: "nobody accepts what they offered", statement: accept(people.admin), expected: "PT403" },
  {
    rule: "who was let in is told to the privacy officer",
    given: accept(people.nurse),
    statement: toldOfMember(people.officer),
    expected: "yes",
  },
];

const broken = `'${chartRows.paulasBroken}'`;
/** The nurse breaks the glass for Priya, of whom the North takes care; it has no privacy officer but this one. */
const breakGlass = `
  insert into public.memberships (user_id, organization_id, role) values ('${people.pavel}', '${northHospital}', 'privacy_officer');
  insert into public.chart_accesses (id, patient_id, user_id, organization_id, basis, scope, purpose, reason, expires_at)
  values (${broken}, (select id from public.patients where user_id = '${people.priya}'), '${people.nurse}', '${demoHospital}', 'break_glass',
    'everything', 'emergency_treatment', 'Unconscious patient', now() + interval '1 hour')`;
const reviewOf = (organization: string) =>
  `public.break_glass_reviews where access_id = ${broken} and organization_id = '${organization}'`;
const review =
  `update public.break_glass_reviews set outcome = 'justified', reviewed_at = now(), reviewed_by = '${people.officer}', version = 9
  where access_id = ${broken} and organization_id = '${demoHospital}'`;

/** A break-glass is a matter of every hospital that cares for the patient. */
const oversight: Rule[] = ([
  [
    "is reviewed by the hospital of whoever did it",
    breakGlass,
    `select 1 from ${reviewOf(demoHospital)} and own`,
    "yes",
  ],
  ["is reviewed by the hospital that cares", breakGlass, `select 1 from ${reviewOf(northHospital)} and not own`, "yes"],
  [
    "is told to the privacy officer of the hospital that cares",
    breakGlass,
    `select 1 from public.notifications where recipient_id = '${people.pavel}' and dedupe_key = 'break_glass:' || ${broken}`,
    "yes",
  ],
  [
    "is in the log of the hospital that cares",
    breakGlass,
    `select 1 from audit.entries where table_name = 'chart_accesses' and row_id = ${broken} and organization_id = '${northHospital}'`,
    "yes",
  ],
  [
    "is reviewed by each for itself",
    `${breakGlass}; ${review}`,
    `select 1 from ${reviewOf(northHospital)} and outcome is null`,
    "yes",
  ],
  [
    "counts the version of a review",
    `${breakGlass}; ${review}`,
    `select 1 from ${reviewOf(demoHospital)} and version = 2`,
    "yes",
  ],
  [
    "has its review under audit",
    `${breakGlass}; ${review}`,
    `select 1 from audit.entries where table_name = 'break_glass_reviews' and action = 'update' and organization_id = '${demoHospital}'
      and row_id = (select id from ${reviewOf(demoHospital)})`,
    "yes",
  ],
] as const).map(([rule, given, statement, expected]): Rule => ({
  rule: `a break-glass ${rule}`,
  given,
  statement,
  expected,
}));

/** A national id is of one patient of a hospital; of those of others nothing is said. */
const numbers: Rule[] = ([
  ["here", people.paula, people.pavel, "PT409"],
  ["elsewhere", people.priya, people.pavel, "yes"],
] as const).map(([where, first, second, expected]): Rule => {
  const insert = (user: string) =>
    `insert into public.patient_identifiers (patient_id, system, country, value)
     select id, 'national_id', 'NO', 'RLS-77' from public.patients where user_id = '${user}'`;
  return {
    rule: `a national id that a patient ${where} has`,
    given: insert(first),
    statement: insert(second),
    expected,
  };
});

/** Who may not do what together, and who hears of what. */
export const powerRules: Rule[] = [...roles, ...joining, ...oversight, ...numbers];
