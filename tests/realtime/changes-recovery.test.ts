import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTables, dropTables, FIXTURE_MS, follow, insert, nextId } from "./support/changes.ts";
import { until } from "./support/client.ts";
import { type OwnServer, startServer, withOwnServer } from "./support/own-server.ts";
import { database, sign, target, USER } from "./support/target.ts";

beforeAll(createTables, FIXTURE_MS);
afterAll(dropTables);

const open = { event: "*", schema: "cf_changes", table: "open" } as const;

/** Has every commit wait, once it is written and before others can see it, for a standby that does not exist. */
async function whileCommitsWait(work: () => Promise<void>): Promise<void> {
  const standbys = async (change: string) => {
    await database().query(`alter system ${change}`);
    await database().query("select pg_reload_conf()");
  };
  await standbys("set synchronous_standby_names = 'nobody'");
  await work().finally(() => standbys("reset synchronous_standby_names"));
}

describe.runIf(target().isLocal)("J. a row that was written but cannot be seen yet", () => {
  test("is waited for, and does not count as gone", async () => {
    const { heard } = await follow([{ ...open, table: "notes" }]);
    const id = nextId();
    let written: Promise<void> | undefined;
    await whileCommitsWait(async () => {
      await delay(100);
      written = insert("notes", { id, owner: USER });
      await delay(500);
    });
    await written;
    await until(() => heard.length > 0, heard);
    expect(heard).toMatchObject([{ new: { id } }]);
  });
});

describe.runIf(target().isLocal)("J. when the database goes away", () => {
  test("a channel is subscribed again by itself, and told so", async () => {
    const { heard, said } = await follow([open]);
    await insert("open", { id: nextId() });
    await until(() => heard.length === 1, heard);
    const { rows } = await database().query<{ name: string }>(
      "select application_name as name from pg_stat_activity where application_name ~ '^realtime_' and pg_terminate_backend(pid)",
    );
    expect(rows.map(({ name }) => name)).toContain("realtime_replication_connection");
    await until(() => said.length > 1, said);
    expect(said[1]).toMatchObject({ status: "ok", message: "Subscribed to PostgreSQL" });
    const id = nextId();
    await insert("open", { id });
    await until(() => heard.length === 2, heard);
    expect(heard[1]).toMatchObject({ new: { id } });
  });
});

withOwnServer("J. a server", () => {
  let server: OwnServer | undefined;
  afterEach(() => server?.stop());

  const followOn = async (own: OwnServer, mark = crypto.randomUUID()) => {
    const socket = await own.open();
    const entry = { event: "*", schema: "cf_changes" };
    await socket.join(`cf-${mark}`, { postgres_changes: [entry] }, await sign({ cf_mark: mark }));
    expect(await socket.event("system")).toMatchObject({ payload: { message: "Subscribed to PostgreSQL" } });
    return { socket, mark };
  };
  const rowsOf = async (mark: string) =>
    (await database().query("select from realtime.subscription where claims ->> 'cf_mark' = $1", [mark])).rowCount;

  test("that ended without a word finds its subscriptions when it starts again, and leaves those of another", async () => {
    const slotSuffix = `changes_${process.pid}`;
    const other = await follow([open]);
    server = await startServer({ slotSuffix });
    const { mark } = await followOn(server);
    server.child.kill("SIGKILL");
    await server.stop();
    expect(await rowsOf(mark)).toBeGreaterThan(0);
    server = await startServer({ slotSuffix });
    expect(await rowsOf(mark)).toBe(0);
    await insert("open", { id: nextId() });
    await until(() => other.heard.length === 1, other.heard);
  });

  test("that is stopped takes its subscriptions with it", async () => {
    server = await startServer();
    const { mark } = await followOn(server);
    expect(await rowsOf(mark)).toBeGreaterThan(0);
    await server.stop();
    expect(await rowsOf(mark)).toBe(0);
  });

  test("notices a table that is published later", async () => {
    server = await startServer({ limits: { publicationCheckMs: 100 } });
    const { socket } = await followOn(server);
    await database().query(`
      create table cf_changes.late (id int primary key);
      grant select on cf_changes.late to authenticated;
      alter publication supabase_realtime add table cf_changes.late;
    `);
    expect(await socket.event("system")).toMatchObject({ payload: { message: "Subscribed to PostgreSQL" } });
    await insert("late", { id: 1 });
    expect(await socket.event("postgres_changes")).toMatchObject({
      payload: { data: { table: "late", record: { id: 1 } } },
    });
  });

  test("over its rate tells nothing more", async () => {
    server = await startServer({ limits: { eventsPerSecond: 0 } });
    const { socket } = await followOn(server);
    await insert("open", { id: nextId() });
    await insert("open", { id: nextId() });
    const told = await socket.next(({ event }) => event === "system", 10_000);
    expect(told).toMatchObject({ payload: { message: "Too many messages per second" } });
    expect(socket.received.filter(({ event }) => event === "postgres_changes").length).toBeLessThan(2);
  });
});
