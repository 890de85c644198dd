import { type Version, versionOf } from "./serializer.ts";
import { delay, type Services } from "./services.ts";

export type Admitted = { version: Version; token: string };
export type Admission = Admitted | { response: Response };

/** Decides whether one more connection may be opened beside those that are open. A refusal waits for the back-off. */
export async function admit(request: Request, services: Services, open: () => number): Promise<Admission> {
  const { limits, rates } = services;
  const refuse = async (status: number, error: string): Promise<Admission> => {
    await delay(limits.connectBackOffMs);
    return { response: Response.json({ error }, { status }) };
  };
  const query = new URL(request.url).searchParams;
  const version = versionOf(query.get("vsn"));
  if (version === null) return { response: new Response(null, { status: 400 }) };
  const token = request.headers.get("x-api-key") ?? query.get("apikey");
  if (token === null || token === "") return await refuse(401, "API key is missing");
  const verified = await services.verify(token);
  if ("fault" in verified) return await refuse(401, verified.fault.onConnect);
  if (open() >= limits.users) return await refuse(429, "Too many connected users");
  if (rates.joins.exceeded) return await refuse(429, "Too many joins per second");
  return { version, token };
}

/** The headers that policies may read: those beginning with x-, without the key. */
export function visibleHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith("x-") && name !== "x-api-key"));
}
