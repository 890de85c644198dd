import type { Rule } from "../../rule.ts";
import { people } from "../../people.ts";

const OPEN = "d0000000-0000-4000-8000-000000000001";
const LAPSED = "d0000000-0000-4000-8000-000000000002";

/** Two sessions of a person: one that is open, and one past its end. No login is needed for them. */
const sessionsOf = (person: string) => `
  set local session_replication_role = replica;
  insert into auth.sessions (id, user_id, not_after) values ('${OPEN}', '${person}', null), ('${LAPSED}', '${person}', now());
  set local session_replication_role = origin`;

/** A request with the token of a session, as PostgREST makes it: what it asks first. */
function requestOf(person: string, session: string, asks = "private.check_request()"): string {
  const claims = {
    sub: person,
    role: "authenticated",
    aud: "authenticated",
    iss: "http://127.0.0.1/auth/v1",
    exp: 1,
    session_id: session,
  };
  return `select set_config('request.jwt.claims', '${JSON.stringify(claims)}', true), ${asks}`;
}

/** Who is let in at the door of the data API. */
export const doorRules: Rule[] = [
  {
    rule: "a person with an open session is let in",
    given: sessionsOf(people.doctor),
    as: "doctor",
    statement: requestOf(people.doctor, OPEN),
    expected: "yes",
  },
  {
    rule: "a suspended person is refused before the request",
    given: sessionsOf(people.suspended),
    as: "suspended",
    statement: requestOf(people.suspended, OPEN),
    expected: "PT403",
  },
  {
    rule: "a session past its end is refused before the request",
    given: sessionsOf(people.doctor),
    as: "doctor",
    statement: requestOf(people.doctor, LAPSED),
    expected: "PT401",
  },
  {
    rule: "the session of somebody else is refused before the request",
    given: sessionsOf(people.nurse),
    as: "doctor",
    statement: requestOf(people.doctor, OPEN),
    expected: "PT401",
  },
  ...[["open", OPEN, "false"], ["past its end", LAPSED, "true"], ["unknown", people.nurse, "true"]].map((
    [state, session = "", ended],
  ): Rule => ({
    rule: `whether a session has ended that is ${state}: ${ended}`,
    given: sessionsOf(people.doctor),
    as: "doctor",
    statement: requestOf(people.doctor, session, `1 / (private.session_has_ended() = ${ended})::int`),
    expected: "yes",
  })),
];
