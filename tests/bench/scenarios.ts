import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Call } from "./client.ts";
import { bookings } from "./data/appointments.ts";
import type { Sample } from "./data/patients.ts";
import type { Pair } from "./load.ts";
import { encodeCursor } from "../../shared/data/paging.ts";
import patients from "../../functions/patients/index.ts";

const BASE = "/functions/v1/patients";

/** Makes, from a call of a function, the call of the data API that the function makes. */
export type ToDirect = (call: Call) => Promise<Call>;
export type Capture = (handler: typeof patients, call: Call) => Promise<Call>;

export const SEARCH_KINDS = ["full name", "surname", "typo", "prefix", "MRN", "birth date", "phone"] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

export const SCENARIOS = ["read", "list", "search", "create", "create with a key", "book"] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** The measured pairs over a sample of patients. */
export async function scenarios(
  db: pg.Client,
  sample: readonly Sample[],
  capture: Capture,
): Promise<Record<Scenario, Pair>> {
  const toDirect: ToDirect = (call) => capture(patients, call);
  const mixed = sample.map((patient, at) => searchFor(SEARCH_KINDS[at % SEARCH_KINDS.length] ?? "surname", patient));
  return {
    read: await pairOf(sample.map(({ id }) => ({ method: "GET", target: `${BASE}/${id}` })), toDirect),
    list: await pairOf(
      sample.map(({ sort_name, id }, at) => {
        const cursor = at % 4 === 0 ? "" : `&cursor=${encodeCursor({ sort_name, id })}`;
        return { method: "GET", target: `${BASE}?limit=50${cursor}` };
      }),
      toDirect,
    ),
    search: await pairOf(mixed, toDirect),
    create: await creation(toDirect, () => undefined),
    "create with a key": await creation(toDirect, () => ({ "idempotency-key": randomUUID() })),
    book: await bookings(db, sample.map(({ id }) => id)),
  };
}

/** Each kind of search alone. */
export async function searchKinds(sample: readonly Sample[], capture: Capture): Promise<Map<SearchKind, Pair>> {
  const kinds = new Map<SearchKind, Pair>();
  for (const kind of SEARCH_KINDS) {
    const calls = sample.map((patient) => searchFor(kind, patient));
    kinds.set(kind, await pairOf(calls, (call) => capture(patients, call)));
  }
  return kinds;
}

/** The calls in turn; each way has its own turn, so that both ask the same. */
async function pairOf(calls: Call[], toDirect: ToDirect): Promise<Pair> {
  const direct: Call[] = [];
  for (const call of calls) direct.push(await toDirect(call));
  return { function: inTurn(calls), direct: inTurn(direct) };
}

function inTurn(calls: readonly Call[]): () => Call {
  let at = 0;
  return () => {
    const call = calls[at++ % calls.length];
    if (call === undefined) throw new Error("There is nothing to ask.");
    return call;
  };
}

/**
 * Every creation makes another patient, so only the first call is captured; what the others send as `p_input` is what
 * the function is sent.
 */
async function creation(toDirect: ToDirect, headers: () => Record<string, string> | undefined): Promise<Pair> {
  const post = (): Call => ({ method: "POST", target: BASE, body: newPatient(), headers: headers() });
  const first = post();
  const captured = await toDirect(first);
  return {
    function: post,
    direct: () => {
      const { body, headers: own } = post();
      return { ...captured, headers: { ...captured.headers, ...own }, body: { p_input: body } };
    },
  };
}

let created = 0;

function newPatient() {
  created += 1;
  return {
    given_name: `Nova ${letters(created % 500)}`,
    family_name: `Bench${letters(created % 4000)}`,
    birth_date: `19${10 + created % 90}-0${1 + created % 9}-1${created % 10}`,
    sex: "female",
    language: "de",
    phone: `+49301${String(created % 10_000_000).padStart(7, "0")}`,
    city: "Berlin",
    country: "DE",
    contacts: [{ kind: "emergency", name: "Nia Bench", relationship: "sister", phone: "+493055501234" }],
  };
}

/** A number as letters: names have no digits. */
const letters = (n: number): string => [...String(n)].map((digit) => "abcdefghij"[Number(digit)]).join("");

const searchFor = (kind: SearchKind, patient: Sample): Call => ({
  method: "POST",
  target: `${BASE}/search`,
  body: criteria[kind](patient),
});

const criteria: Record<SearchKind, (patient: Sample) => Record<string, string>> = {
  "full name": ({ given_name, family_name }) => ({ name: `${given_name} ${family_name}` }),
  surname: ({ family_name }) => ({ name: family_name }),
  typo: ({ given_name, family_name }) => ({ name: `${given_name} ${mistype(family_name)}` }),
  prefix: ({ family_name }) => ({ name: family_name.slice(0, 4) }),
  MRN: ({ mrn }) => ({ mrn }),
  "birth date": ({ birth_date }) => ({ birth_date }),
  phone: ({ phone }) => ({ phone }),
};

/** Two neighbouring letters in the wrong order, as fast fingers write them. */
const mistype = (name: string) => `${name.slice(0, 2)}${name.charAt(3)}${name.charAt(2)}${name.slice(4)}`;
