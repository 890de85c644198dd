import type { Actor } from "../support/database.ts";
import { people } from "./people.ts";

/** Who the matrix asks for, in the order of its columns. Staff are those of the Demo hospital and the Central Pharmacy. */
const columns = {
  anonymous: { role: "anon" },
  patient: { role: "authenticated", userId: people.paula },
  doctor: { role: "authenticated", userId: people.doctor },
  nurse: { role: "authenticated", userId: people.nurse },
  pharmacist: { role: "authenticated", userId: people.pharmacist },
  admin: { role: "authenticated", userId: people.admin },
  suspended: { role: "authenticated", userId: people.suspended },
  service: { role: "service_role" },
} as const satisfies Record<string, Actor>;

/** Those of the matrix, and the privacy officer of the Demo hospital, of whom the rules speak. */
export const actors = {
  ...columns,
  officer: { role: "authenticated", userId: people.officer },
} as const satisfies Record<string, Actor>;

export type ActorName = keyof typeof actors;
export const actorNames = Object.keys(columns).filter((name): name is ActorName => name in columns);

/** The person of an actor; Paula stands in for those who are nobody. */
export const personOf = (name: ActorName): string => {
  const actor: Actor = actors[name];
  return actor.userId ?? people.paula;
};
