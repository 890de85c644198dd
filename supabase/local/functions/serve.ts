import { existsSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { problem } from "../gateway/problem.ts";
import { servePart } from "../serve-part.ts";

type Handler = (request: Request) => Response | Promise<Response>;

const Settings = z.object({ port: z.number(), entries: z.array(z.object({ name: z.string(), file: z.string() })) });
const settings = Settings.parse(JSON.parse(process.env.FUNCTIONS ?? "{}"));
const handlers = new Map<string, Handler>();

for (const { name, file } of settings.entries) {
  if (!existsSync(file)) {
    console.warn(`function ${name} is named in config.toml but ${file} does not exist`);
    continue;
  }
  try {
    handlers.set(name, handlerOf(await import(pathToFileURL(file).href)));
  } catch (error) {
    console.error(`function ${name} cannot be loaded:`, error);
  }
}

/** What an entry exports: `export default { fetch }`. */
function handlerOf(module: unknown): Handler {
  const entry = z.object({ default: z.object({ fetch: z.custom<Handler>((value) => typeof value === "function") }) })
    .parse(module);
  return (request) => entry.default.fetch(request);
}

/** A function sees the path /<name>/..., as on the platform. */
function dispatch(request: Request): Response | Promise<Response> {
  const start = request.url.indexOf("/", 8) + 1;
  const end = request.url.slice(start).search(/[/?#]/);
  const name = end < 0 ? request.url.slice(start) : request.url.slice(start, start + end);
  const handler = handlers.get(name);
  if (handler) return handler(request);
  if (name === "_ready") return new Response("ok");
  const known = settings.entries.some((entry) => entry.name === name);
  return known
    ? problem(503, "unavailable", `The function ${name} could not be loaded: see functions.log.`, request)
    : problem(404, "not_found", `There is no function ${name}.`, request);
}

// The platform offers this; work handed over goes on after the answer.
Object.assign(globalThis, { EdgeRuntime: { waitUntil: (work: Promise<unknown>) => work } });
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  console.error("unhandled:", event.reason);
});
servePart({ port: settings.port, greeting: `functions: ${[...handlers.keys()].join(", ")}`, handle: dispatch });
