import { request } from "node:http";
import { createClient } from "@supabase/supabase-js";
import type { PoolClient } from "pg";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../../support/database.ts";
import { type Answer, call, gateway, signIn, stackInfo, supabaseAs } from "../../support/stack.ts";
import { tokenOf } from "../../support/tokens.ts";

let doctor: string;
let patient: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  patient = await signIn("patient@demo.health");
});

/** PostgREST itself, past the gateway. */
const rest = () => `http://127.0.0.1:${stackInfo().ports.postgrest}`;

/** One request with its headers as they are given: `fetch` would join those of one name. */
function raw(address: string, method: string, headers: [string, string][], body = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(address, { method, headers: headers.flat() }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => text += part).on("end", () => {
        const seen = new Headers(
          Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]),
        );
        resolve({
          status: answer.statusCode ?? 0,
          headers: seen,
          body: text.startsWith("{") ? JSON.parse(text) : text,
        });
      });
    });
    sent.on("error", reject).end(body);
  });
}

const bearer = (token: string): [string, string] => ["authorization", `Bearer ${token}`];

describe("a count that the planner estimates", () => {
  const count = (prefer: string, method = "GET") =>
    gateway("/rest/v1/patients?select=id&city=eq.Berlin", { token: doctor, method, headers: { prefer } });

  test.each([
    "count=planned",
    "count=estimated",
    "COUNT=Planned",
    "handling=lenient, count=planned",
    "count=exact,count=estimated",
    "count = planned",
    'count="planned"',
  ])("is refused: %s", async (prefer) => {
    const answer = await count(prefer);
    expect(answer).toMatchObject({ status: 400, body: { code: "PT400", hint: "malformed_request" } });
    expect(answer.headers.get("content-range")).toBeNull();
    const head = await count(prefer, "HEAD");
    expect([head.status, head.headers.get("content-range")]).toEqual([400, null]);
  });

  test("is refused in any of several headers, and straight at PostgREST", async () => {
    const { url, publishableKey } = stackInfo();
    const path = "/patients?select=id&limit=1";
    const both: [string, string][] = [["prefer", "count=planned"], ["prefer", "handling=lenient"]];
    const through = await raw(`${url}/rest/v1${path}`, "GET", [bearer(doctor), ["apikey", publishableKey], ...both]);
    expect(through.status).toBe(400);
    expect((await raw(`${rest()}${path}`, "GET", [bearer(doctor), ["prefer", "count=planned"]])).status).toBe(400);
  });

  test("is refused by supabase-js, which counts exactly instead", async () => {
    const client = supabaseAs("doctor@demo.health");
    for (const kind of ["planned", "estimated"] as const) {
      expect((await client.from("patients").select("id", { count: kind, head: true })).count).toBeNull();
      expect(await client.from("patients").select("id", { count: kind })).toMatchObject({ status: 400, count: null });
    }
    expect(await client.from("patients").select("id", { count: "exact" })).toMatchObject({ status: 200 });
  });

  test("is answered to the secret key, which sees every row anyway", async () => {
    const headers = { apikey: stackInfo().secretKey, prefer: "count=planned" };
    const answer = await gateway("/rest/v1/patients?select=id&limit=1", { headers });
    expect(answer.headers.get("content-range")).toMatch(/\/\d+$/);
  });

  test("has no other way: plans and aggregates are not served", async () => {
    const accept = 'application/vnd.pgrst.plan+json; for="application/json"';
    expect((await gateway("/rest/v1/patients", { token: doctor, headers: { accept } })).status).toBe(415);
    expect((await gateway("/rest/v1/patients?select=id.count()", { token: doctor })).status).toBe(400);
  });
});

describe("a GET of a function that may write", async () => {
  const { rows: writing } = await sql().query<{ name: string; arguments: string[] | null }>(`
    select p.proname as name, array_agg(a) filter (where a <> '') as arguments
    from pg_proc p left join lateral unnest(p.proargnames[1:p.pronargs]) as a on true
    where p.pronamespace = 'public'::regnamespace and p.provolatile = 'v' group by 1 order by 1`);
  const refusal = {
    code: "PT405",
    hint: "method_not_allowed",
    message: "This function may write: call it with POST.",
    details: "",
  };

  test.each(writing)("$name is refused alike, whoever asks and whatever for", async ({ name, arguments: names }) => {
    const query = (value: string) => (names ?? []).map((one) => `${one}=${encodeURIComponent(value)}`).join("&");
    for (
      const [token, value] of [[doctor, "{}"], [patient, "{}"], [undefined, "x"], [
        doctor,
        crypto.randomUUID(),
      ]] as const
    ) {
      const path = `/rest/v1/rpc/${name}?${query(value)}`;
      const { status, body } = await gateway(path, { token });
      expect({ status, body }).toEqual({ status: 405, body: refusal });
      expect((await gateway(path, { token, method: "HEAD" })).status).toBe(405);
    }
  });

  test("and writes nothing with the secret key either", async () => {
    const answer = await gateway("/rest/v1/rpc/take_attempt?p_action=sign_in&p_address=a&p_account=b", {
      headers: { apikey: stackInfo().secretKey },
    });
    expect(answer.status).toBe(405);
  });

  test.each(["/rpc/explain%5Fclosed_chart", "/%72pc/explain_closed_chart", "/%72%70%63/lease_rate_limit"])(
    "in disguise is refused too: %s",
    async (path) => {
      const query = path.includes("lease") ? "p_bucket=api&p_tokens=1" : `p_patient_id=${crypto.randomUUID()}`;
      const answer = await raw(`${rest()}${path}?${query}`, "GET", [bearer(doctor)]);
      expect(answer).toMatchObject({ status: 400, body: { hint: "malformed_request" } });
    },
  );

  test("does not concern functions that only read", async () => {
    expect((await gateway("/rest/v1/rpc/me", { token: patient })).status).toBe(200);
  });
});

describe("the description of all tables and functions", () => {
  test("is not made without the secret key, and the refusal says where the API is described", async () => {
    for (const token of [undefined, patient, doctor]) {
      expect(await gateway("/rest/v1/", { token })).toMatchObject({
        status: 404,
        body: { hint: "not_found", message: expect.stringContaining("/functions/v1/docs/openapi.json") },
      });
      expect((await gateway("/rest/v1/", { token, method: "HEAD" })).status).toBe(404);
    }
  });

  test("is made for the secret key", async () => {
    const answer = await gateway("/rest/v1/", { headers: { apikey: stackInfo().secretKey } });
    expect(answer).toMatchObject({ status: 200, body: { swagger: "2.0" } });
  });
});

describe("a body", () => {
  const update = (headers: [string, string][], body: string, path = "/profiles?id=is.null") =>
    raw(`${rest()}${path}`, "PATCH", [bearer(patient), ["content-type", "application/json"], ...headers], body);

  test("of more than 1 MiB is refused before its statement runs", async () => {
    const text = JSON.stringify({ given_name: "a".repeat(1024 * 1024) });
    expect(await update([["content-length", String(text.length)]], text)).toMatchObject({
      status: 413,
      body: { hint: "payload_too_large" },
    });
  });

  test("without a length is refused, too", async () => {
    expect(await update([["transfer-encoding", "chunked"]], '{"given_name":"Ada"}')).toMatchObject({ status: 413 });
  });

  test("of some length passes, and so does none", async () => {
    const text = JSON.stringify({ given_name: "a".repeat(1000) });
    expect((await update([["content-length", String(text.length)]], text)).status).toBe(204);
    const none = await raw(`${rest()}/rpc/me`, "POST", [bearer(patient), ["content-length", "0"]]);
    expect(none.status).toBe(200);
  });
});

describe("an Idempotency-Key", () => {
  test.each(["", "a".repeat(256), "a".repeat(9500), "with space", "tab\there", "é"])("is refused: %#", async (key) => {
    const headers: [string, string][] = [bearer(patient), ["content-length", "2"], [
      "content-type",
      "application/json",
    ]];
    const sent = Buffer.from(key).toString("latin1");
    const answer = await raw(`${rest()}/rpc/me`, "POST", [...headers, ["idempotency-key", sent]], "{}");
    expect(answer).toMatchObject({ status: 422, body: { hint: "invalid_input" } });
  });
});

test.each([
  ["no end", { exp: undefined }],
  ["no issuer", { iss: undefined }],
  ["the issuer of keys", { iss: "supabase" }],
  ["no audience", { aud: undefined }],
  ["another audience", { aud: "somebody-else" }],
])("a signed token with %s opens nothing", async (_, claims) => {
  const id = "30000000-0000-4000-8000-000000000005";
  const token = await tokenOf(id, claims);
  expect((await gateway("/rest/v1/profiles?select=id", { token })).status).toBe(401);
  expect((await call("/auth/profile", { token })).status).toBe(401);
  const { url, publishableKey } = stackInfo();
  const client = createClient(url, publishableKey, { accessToken: () => Promise.resolve(token) });
  expect((await client.rpc("me")).status).toBe(401);
});

test("a token whose audience is a list with ours is good", async () => {
  const token = await tokenOf("30000000-0000-4000-8000-000000000005", { aud: ["authenticated", "other"] });
  expect((await gateway("/rest/v1/profiles?select=id", { token })).status).toBe(200);
});

describe("what takes long", () => {
  let holder: PoolClient;
  beforeEach(async () => {
    holder = await sql().connect();
    await holder.query("begin; lock table public.notification_preferences in access exclusive mode");
  });
  afterEach(async () => {
    await holder.query("rollback");
    holder.release();
  });

  test.each<[what: string, method: string, prefer: string]>([
    ["a read", "GET", "count=exact"],
    ["a change that answers its rows", "PATCH", "return=representation"],
  ])("ends after three seconds: %s", async (_, method, prefer) => {
    const startedAt = performance.now();
    const body = method === "PATCH" ? { reminder_minutes: [60] } : undefined;
    const path = "/rest/v1/notification_preferences?user_id=eq.30000000-0000-4000-8000-000000000002&select=*";
    const answer = await gateway(path, { token: doctor, method, body, headers: { prefer } });
    expect(answer).toMatchObject({ body: { code: "57014" } });
    expect(performance.now() - startedAt).toBeLessThan(7000);
  });
});

test("rows within rows, which multiply at every level, are refused whoever answers the first of them", async () => {
  const within = "organizations(id,memberships(id,organizations(id)))";
  const path = `/rest/v1/rpc/people_by_email?select=id,memberships!memberships_user_id_fkey(id,${within})`;
  const answer = await gateway(path, { token: doctor, method: "POST", body: { p_email: "doctor@demo.health" } });
  expect(answer).toMatchObject({ status: 400, body: { hint: "malformed_request" } });
});
