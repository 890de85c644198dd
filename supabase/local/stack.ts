import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { demoAccounts } from "./accounts.ts";
import { bootstrap, bootstrapVersion, installExtensions } from "./bootstrap.ts";
import { parseConfig } from "./config.ts";
import { loadContent } from "./content.ts";
import { allowedHosts } from "./environment.ts";
import { endLeftovers, prepareDataDir, readMarker, writeMarker } from "./data-dir.ts";
import type { StackError } from "./errors.ts";
import { onceFree, requireFreePorts, takenPort } from "./free-ports.ts";
import { createKeyTokens } from "./gateway/keys.ts";
import { startGateway } from "./gateway/serve.ts";
import { needsPush, pushSchema, schemaVersions } from "./migrate.ts";
import { authPart } from "./parts/auth.ts";
import { functionsPart } from "./parts/functions.ts";
import { initCluster, postgresFiles, postgresPart } from "./parts/postgres.ts";
import { postgrestPart } from "./parts/postgrest.ts";
import { realtimePart } from "./parts/realtime.ts";
import { type DataPaths, projectRoot } from "./paths.ts";
import { listeners, type Ports } from "./ports.ts";
import type { Progress } from "./progress.ts";
import { startRunners } from "./runners.ts";
import { loadSecrets } from "./secrets.ts";
import { withClient } from "./sql.ts";
import type { StackState } from "./stack-state.ts";
import { removeState, writeState } from "./state.ts";
import { createSupervisor, type Part } from "./supervisor.ts";
import { storeSecrets } from "./vault.ts";

export interface StackOptions {
  paths: DataPaths;
  ports: Ports;
  progress: Progress;
  reset?: boolean;
  /** Only the database with its schema, for commands that ask nothing else. */
  databaseOnly?: boolean;
  seeds?: boolean;
  /** Starts another server than the embedded one, empty, for a stack that is thrown away. */
  startServer?: (adminPassword: string, port: number) => Promise<{ stop(): Promise<void> }>;
  onFailure: (error: StackError) => void;
}

export interface Stack {
  state: StackState;
  restartFunctions(): Promise<void>;
  stop(): Promise<void>;
}

/** Brings a stack up. On failure everything that had started is stopped again, and the error thrown. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { paths, ports, progress, reset = false, databaseOnly = false, seeds = true, startServer } = options;
  const config = parseConfig(readFileSync(join(projectRoot, "supabase", "config.toml"), "utf8"));
  await endLeftovers(paths);
  requireFreePorts(ports, databaseOnly ? ["postgres"] : listeners);
  prepareDataDir(paths, reset);
  const marker = readMarker(paths);
  const secrets = loadSecrets(paths.secrets);
  const url = `http://127.0.0.1:${ports.gateway}`;
  const database = (role: keyof typeof secrets.passwords) =>
    `postgresql://${role}:${secrets.passwords[role]}@127.0.0.1:${ports.postgres}/postgres`;
  const state: StackState = {
    ready: false,
    pid: process.pid,
    url,
    publishableKey: secrets.publishableKey,
    secretKey: secrets.secretKey,
    cronKey: secrets.cronKey,
    dbUrl: database("postgres"),
    adminDbUrl: database("supabase_admin"),
    jwtSecret: secrets.jwtSecret,
    mailboxUrl: `${url}/mailbox`,
    accounts: demoAccounts,
    dataDir: paths.root,
    ports: { ...ports },
    pids: {},
    startedAt: new Date().toISOString(),
  };
  const stoppers: (() => Promise<void> | void)[] = [];
  let server: { stop(): Promise<void> } | undefined;
  const publish = () => writeState(paths.stack, { ...state, pids: supervisor.pids() });
  const supervisor = createSupervisor({
    logs: paths.logs,
    note: progress.note,
    onFailure: options.onFailure,
    onPids: publish,
  });
  const stop = async () => {
    for (const stopper of stoppers.splice(0).reverse()) await stopper();
    await supervisor.stop();
    await server?.stop();
    removeState(paths.stack);
  };

  /** Starts a part that listens on these ports. */
  const start = (part: Part, ...names: (keyof Ports)[]) =>
    supervisor.start({ ...part, taken: () => takenPort(ports, names) });

  async function startEmbeddedServer(): Promise<void> {
    installExtensions(postgresFiles().extensions);
    const cluster = { folder: paths.cluster, port: ports.postgres, adminPassword: secrets.passwords.supabase_admin };
    if (!existsSync(paths.cluster)) await progress.step("Postgres: new data directory", () => initCluster(cluster));
    const part = await postgresPart(cluster, state.adminDbUrl);
    await progress.step("Postgres", () => start(part, "postgres"));
  }

  async function startDatabase(): Promise<void> {
    if (startServer === undefined) await startEmbeddedServer();
    else server = await progress.step("Postgres", () => startServer(secrets.passwords.supabase_admin, ports.postgres));
    const version = bootstrapVersion();
    if (marker?.bootstrap === version) return;
    await progress.step(
      "Database: roles, schemas, Auth's tables",
      () => withClient(state.adminDbUrl, (client) => bootstrap(client, secrets)),
    );
    writeMarker(paths, { bootstrap: version, schema: marker?.schema ?? {} });
  }

  async function applySchema(): Promise<void> {
    const wanted = schemaVersions();
    if (await needsPush(state.adminDbUrl)) {
      await progress.step(
        seeds ? "Database: migrations and seeds" : "Database: migrations",
        () => pushSchema(state.dbUrl, { seeds }),
      );
      writeMarker(paths, { bootstrap: bootstrapVersion(), schema: { ...wanted, ...marker?.schema } });
      return;
    }
    const changed = Object.keys(wanted).filter((path) =>
      marker?.schema[path] !== undefined && marker.schema[path] !== wanted[path]
    );
    if (changed.length > 0) {
      progress.note(
        `Changed since applied, and not applied again: ${changed.join(", ")} (npm start -- --reset starts over)`,
      );
    }
  }

  async function applySchemaAndContent(): Promise<void> {
    await applySchema();
    if (seeds) await loadContent(state.dbUrl, progress);
  }

  async function startServices(): Promise<void> {
    const site = config.auth.site_url.replace(/:54321\/?$/, `:${ports.gateway}`);
    const auth = authPart({
      config,
      ports,
      url,
      siteUrl: site,
      dbUrl: database("supabase_auth_admin"),
      jwtSecret: secrets.jwtSecret,
      mailFolder: paths.mail,
    });
    const rest = postgrestPart({ config, ports, dbUrl: database("authenticator"), jwtSecret: secrets.jwtSecret });
    const realtime = realtimePart({ ports, dbUrl: state.adminDbUrl, jwtSecret: secrets.jwtSecret });
    await Promise.all([
      progress.step("Auth", () => start(auth, "auth")),
      progress.step("Data API", () => start(rest, "postgrest", "postgrestAdmin")),
      progress.step("Functions", () => start(functionsPart({ config, ports, url, secrets }), "functions")),
      progress.step("Realtime", () => start(realtime, "realtime")),
    ]);
    const keys = await createKeyTokens({
      publishable: [secrets.publishableKey],
      secret: [secrets.secretKey, secrets.cronKey],
    }, secrets.jwtSecret);
    const facts = { publishableKey: state.publishableKey, accounts: state.accounts };
    const hosts = allowedHosts(process.env.ALLOWED_HOSTS);
    const gateway = await onceFree(
      "gateway",
      ports,
      () => startGateway({ ports, keys, mailFolder: paths.mail, facts, hosts }),
    );
    stoppers.push(() => gateway.stop());
  }

  try {
    publish();
    await startDatabase();
    // The CLI takes seconds; meanwhile the rest starts, and the data API is told when the schema is there.
    const outcomes = await Promise.allSettled([applySchemaAndContent(), databaseOnly ? undefined : startServices()]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    if (!databaseOnly) {
      await withClient(state.adminDbUrl, async (client) => {
        await client.query("notify pgrst, 'reload schema'");
        await storeSecrets(client, { project_url: url, cron_key: secrets.cronKey });
      });
      stoppers.push(startRunners(state.adminDbUrl, paths.logs));
    }
    state.ready = true;
    publish();
    return { state, stop, restartFunctions: () => supervisor.restart("functions") };
  } catch (error) {
    await stop();
    throw error;
  }
}
