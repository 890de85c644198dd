import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeJwt } from "jose";
import { HOSPITAL, newColleague } from "../support/people.ts";
import { signIn } from "../support/stack.ts";
import { readBroadcastFrame } from "./support/frame3.ts";
import { RawSocket } from "./support/raw.ts";
import { database, expiring, sendFromDatabase, sign, target } from "./support/target.ts";

const PHARMACY = "10000000-0000-4000-8000-000000000002";
const NORTH_HOSPITAL = "20000000-0000-4000-8000-000000000001";
const NORTH_PHARMACY = "20000000-0000-4000-8000-000000000002";
const DOCTOR = "30000000-0000-4000-8000-000000000002";
const PATIENT = "30000000-0000-4000-8000-000000000005";
const NORTH_PATIENT = "40000000-0000-4000-8000-000000000003";

/** One topic of each family on either side. */
const topics = [
  `user:${DOCTOR}`,
  `user:${PATIENT}`,
  `user:${NORTH_PATIENT}`,
  `org:${HOSPITAL}:appointments`,
  `org:${HOSPITAL}:labs`,
  `org:${HOSPITAL}:orders`,
  `org:${PHARMACY}:inventory`,
  `org:${PHARMACY}:orders`,
  `org:${NORTH_HOSPITAL}:appointments`,
  `org:${NORTH_HOSPITAL}:labs`,
  `org:${NORTH_HOSPITAL}:orders`,
  `org:${NORTH_PHARMACY}:inventory`,
  `org:${NORTH_PHARMACY}:orders`,
];
const hospital = (id: string) => ["appointments", "labs", "orders"].map((stream) => `org:${id}:${stream}`);
const pharmacy = (id: string) => ["inventory", "orders"].map((stream) => `org:${id}:${stream}`);

/** What each person hears of it: one of every role on either side. */
const hears: Record<string, string[]> = {
  "doctor@demo.health": [`user:${DOCTOR}`, ...hospital(HOSPITAL)],
  "nurse@demo.health": hospital(HOSPITAL),
  "pharmacist@demo.health": pharmacy(PHARMACY),
  "admin@demo.health": [],
  "privacy@demo.health": [],
  "patient@demo.health": [`user:${PATIENT}`],
  "patient2@demo.health": [],
  "doctor@north.health": hospital(NORTH_HOSPITAL),
  "pharmacist@north.health": pharmacy(NORTH_PHARMACY),
  "patient@north.health": [`user:${NORTH_PATIENT}`],
};

/** Joins every topic and answers those that were let in. */
async function joinAll(socket: RawSocket, names: string[], token: string | undefined): Promise<string[]> {
  const joined: string[] = [];
  for (const name of names) {
    if ((await socket.join(name, { private: true }, token)).payload.status === "ok") joined.push(name);
  }
  return joined;
}

/** The topics and the people of this project; another Realtime knows neither. */
const project = describe.runIf(target().isLocal);

const heardBy = (socket: RawSocket) =>
  socket.received.flatMap(({ bytes }) =>
    bytes === undefined ? [] : [readBroadcastFrame(bytes).topic.slice("realtime:".length)]
  );

project("the topics of the project", () => {
  test("reach those they are for, and nobody else, whatever they join", async () => {
    const witness = await RawSocket.open({ key: target().secretKey });
    await joinAll(witness, topics, undefined);
    const listeners = new Map<string, RawSocket>();
    for (const [email, expected] of Object.entries(hears)) {
      const socket = await RawSocket.open();
      expect(await joinAll(socket, topics, await signIn(email)), email).toEqual(
        topics.filter((name) => expected.includes(name)),
      );
      listeners.set(email, socket);
    }
    for (const name of topics) await sendFromDatabase(name, "probe", {});
    await expect.poll(() => heardBy(witness).length).toBe(topics.length);
    for (const [email, socket] of listeners) {
      await socket.beats();
      expect(heardBy(socket), email).toEqual(topics.filter((name) => hears[email]?.includes(name)));
    }
  });

  test.each<[string, () => Promise<string | undefined>]>([
    ["nobody", () => Promise.resolve(undefined)],
    ["an expired token", () => expiring(-1, { sub: DOCTOR })],
    ["a token of another project", () => sign({ sub: DOCTOR }, "another-secret-of-another-project-entirely")],
    ["a token without a person", () => sign({ sub: undefined })],
    ["a token of somebody unknown", () => sign({ sub: randomUUID() })],
    ["an anonymous role with the id of a doctor", () => sign({ sub: DOCTOR, role: "anon" })],
    [
      "claims about organizations and roles that the token makes up",
      () =>
        sign({
          sub: randomUUID(),
          app_metadata: { role: "admin", organization_id: HOSPITAL },
          user_metadata: { role: "hospital_staff" },
        }),
    ],
  ])("are closed to %s", async (_, token) => {
    const socket = await RawSocket.open();
    expect(await joinAll(socket, topics, await token())).toEqual([]);
  });

  test("are read to the letter: what is none of them is closed to everybody", async () => {
    const wrong = [
      "user:",
      "user:*",
      `user:${DOCTOR} `,
      `USER:${DOCTOR}`,
      `user:${DOCTOR.toUpperCase().replace("3", "３")}`,
      `user:${DOCTOR}:appointments`,
      `xuser:${DOCTOR}`,
      `realtime:user:${DOCTOR}`,
      `org:${HOSPITAL}`,
      `org:${HOSPITAL}:`,
      `org:${HOSPITAL}:prices`,
      `org:${HOSPITAL}:appointments:`,
      `org:${HOSPITAL}:appointments\n`,
      `org:${HOSPITAL},${NORTH_HOSPITAL}:appointments`,
      `org:${HOSPITAL}:inventory`,
      `org:${randomUUID()}:appointments`,
      `user:${randomUUID()}`,
    ];
    const socket = await RawSocket.open();
    expect(await joinAll(socket, wrong, await signIn("doctor@demo.health"))).toEqual([]);
  });

  test("take nothing from clients, neither by socket nor by HTTP", async () => {
    const name = `org:${HOSPITAL}:appointments`;
    const token = await signIn("doctor@demo.health");
    const [doctor, nurse] = [await RawSocket.open(), await RawSocket.open()];
    expect(await joinAll(doctor, [name], token)).toEqual([name]);
    expect(await joinAll(nurse, [name], await signIn("nurse@demo.health"))).toEqual([name]);
    doctor.push(`realtime:${name}`, "broadcast", { type: "broadcast", event: "forged", payload: {} });
    const response = await fetch(
      `${target().url}/realtime/v1/api/broadcast/${encodeURIComponent(name)}/events/forged?private=true`,
      {
        method: "POST",
        headers: {
          apikey: target().publishableKey,
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
        },
        body: "{}",
      },
    );
    expect(response.status).toBe(403);
    await doctor.beats();
    await nurse.beats();
    expect([...doctor.received, ...nurse.received]).toEqual([]);
  });

  test("do not pass on to a public channel of the same name", async () => {
    const name = `org:${HOSPITAL}:labs`;
    const [anybody, doctor] = [await RawSocket.open(), await RawSocket.open()];
    await anybody.join(name);
    await joinAll(doctor, [name], await signIn("doctor@demo.health"));
    await sendFromDatabase(name, "probe", {});
    await doctor.next(({ bytes }) => bytes !== undefined);
    await anybody.beats();
    expect(anybody.received).toEqual([]);
  });
});

project("a person whose membership is taken away", () => {
  const name = `org:${HOSPITAL}:appointments`;
  let person: Awaited<ReturnType<typeof newColleague>>;
  beforeAll(async () => {
    person = await newColleague();
  });

  test("hears nothing after the token is refreshed or has expired", async () => {
    const [refreshing, expires] = [await RawSocket.open(), await RawSocket.open()];
    const claims = decodeJwt(person.token);
    expect(await joinAll(refreshing, [name], person.token)).toEqual([name]);
    expect(await joinAll(expires, [name], await expiring(2, { sub: person.id, session_id: claims.session_id })))
      .toEqual([name]);
    await sendFromDatabase(name, "before", {});
    for (const socket of [refreshing, expires]) await socket.next(({ bytes }) => bytes !== undefined);

    await database().query("delete from public.memberships where user_id = $1", [person.id]);
    refreshing.push(`realtime:${name}`, "access_token", { access_token: await sign({ sub: person.id, again: 1 }) });
    expect(await refreshing.event("system")).toMatchObject({ payload: { status: "error" } });
    await refreshing.event("phx_close");
    expect(await expires.event("system")).toMatchObject({ payload: { status: "error" } });
    await expires.event("phx_close");

    const witness = await RawSocket.open({ key: target().secretKey });
    await joinAll(witness, [name], undefined);
    await sendFromDatabase(name, "after", {});
    await witness.next(({ bytes }) => bytes !== undefined);
    for (const socket of [refreshing, expires]) {
      await socket.beats();
      expect(heardBy(socket)).toEqual([]);
      expect(await joinAll(socket, [name], await sign({ sub: person.id }))).toEqual([]);
    }
  });
});
