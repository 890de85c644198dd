import type { Rule } from "../../rule.ts";
import { type ActorName, actorNames } from "../../actors.ts";
import { centralPharmacy, demoHospital, northHospital, people } from "../../people.ts";

const northPharmacy = "20000000-0000-4000-8000-000000000002";

/** What Realtime does when somebody joins: a row of its own, and whether the person sees it. */
const probe = (topic: string, extension = "broadcast") =>
  `insert into realtime.messages (topic, extension) values ('${topic}', '${extension}');
   select set_config('realtime.topic', '${topic}', true)`;
const seen = (topic: string) => `select 1 from realtime.messages where topic = '${topic}' and payload is null`;

/** Who may listen to which topic. The secret key may listen to everything. */
const listeners: [topic: string, ActorName[]][] = [
  [`user:${people.paula}`, ["patient"]],
  [`user:${people.doctor}`, ["doctor"]],
  [`user:${people.nurse}`, ["nurse"]],
  [`user:${people.pharmacist}`, ["pharmacist"]],
  [`user:${people.admin}`, ["admin"]],
  [`user:${people.suspended}`, []],
  [`user:${people.pavel}`, []],
  [`org:${demoHospital}:appointments`, ["doctor", "nurse"]],
  [`org:${demoHospital}:labs`, ["doctor", "nurse"]],
  [`org:${demoHospital}:orders`, ["doctor", "nurse"]],
  [`org:${demoHospital}:inventory`, []],
  [`org:${centralPharmacy}:appointments`, []],
  [`org:${centralPharmacy}:labs`, []],
  [`org:${centralPharmacy}:orders`, ["pharmacist"]],
  [`org:${centralPharmacy}:inventory`, ["pharmacist"]],
  ...["appointments", "labs", "orders", "inventory"].flatMap((stream): [string, ActorName[]][] => [
    [`org:${northHospital}:${stream}`, []],
    [`org:${northPharmacy}:${stream}`, []],
  ]),
  [`org:${demoHospital}:secrets`, []],
  [`org:${demoHospital}`, []],
  [`user:${people.doctor}:labs`, []],
  [`USER:${people.doctor}`, []],
  ["org:*:labs", []],
  ["user:", []],
  ["", []],
];

const families = listeners.flatMap(([topic, who]) =>
  actorNames.map((as): Rule => ({
    rule: `${as} ${who.includes(as) || as === "service" ? "listens" : "does not listen"} to "${topic}"`,
    given: probe(topic),
    as,
    statement: seen(topic),
    expected: who.includes(as) || as === "service" ? "yes" : "none",
  }))
);

const labs = `org:${demoHospital}:labs`;
const losses: Rule[] = ([
  [
    "a membership is taken away",
    labs,
    `update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    "doctor",
  ],
  [
    "a membership is taken away, the person's own",
    `user:${people.doctor}`,
    `update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    "doctor",
  ],
  [
    "a membership is removed",
    `org:${centralPharmacy}:inventory`,
    `delete from public.memberships where user_id = '${people.pharmacist}'`,
    "pharmacist",
  ],
  [
    "the hospital is closed",
    labs,
    `update public.organizations set active = false where id = '${demoHospital}'`,
    "doctor",
  ],
  ["their session has ended", labs, `delete from auth.sessions where user_id = '${people.doctor}'`, "doctor"],
  [
    "their session has ended, the person's own",
    `user:${people.doctor}`,
    `delete from auth.sessions where user_id = '${people.doctor}'`,
    "doctor",
  ],
] satisfies [string, string, string, ActorName][]).map(([what, topic, change, as]): Rule => ({
  rule: `a topic is closed with the next probe when ${what}`,
  given: `${change}; ${probe(topic)}`,
  as,
  statement: seen(topic),
  expected: "none",
}));

const others: Rule[] = [
  {
    rule: "presence is not part of the topics",
    given: probe(labs, "presence"),
    as: "doctor",
    statement: seen(labs),
    expected: "none",
  },
  {
    rule: "nobody sends from outside: not on an own topic",
    given: `select set_config('realtime.topic', 'user:${people.doctor}', true)`,
    as: "doctor",
    statement: `insert into realtime.messages (topic, extension) values ('user:${people.doctor}', 'broadcast')`,
    expected: "deny",
  },
  {
    rule: "nobody sends from outside: not the payload of a topic that is heard",
    given: `select private.notify('${labs}', 'lab.updated', '{}')`,
    as: "doctor",
    statement: `update realtime.messages set event = 'x' where topic = '${labs}'`,
    expected: "none",
  },
];

/** Who hears what: the policy on the messages of Realtime. */
export const topicRules: Rule[] = [...families, ...losses, ...others];
