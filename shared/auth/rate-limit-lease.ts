import { z } from "zod";
import type { Caller } from "../core/context.ts";
import type { Env } from "../core/env.ts";
import type { Lease } from "./rate-limit.ts";
import { send } from "../data/transport.ts";

const BUCKET = "api";

const answer = z.array(z.object({
  granted: z.number(),
  remaining: z.number(),
  capacity: z.number(),
  retry_after_seconds: z.number().nullable().transform((seconds) => seconds ?? 0),
})).min(1);

/** Takes tokens for a caller, as the caller. Beside the request, not part of it: it counts neither as its data-API call nor in its time. */
export async function takeLease(env: Env, caller: Caller, tokens: number): Promise<Lease> {
  const response = await send(`${env.dataUrl}/rpc/lease_rate_limit`, {
    method: "POST",
    body: JSON.stringify({ p_bucket: BUCKET, p_tokens: tokens }),
  }, { authorization: `Bearer ${caller.token}`, apikey: env.publishableKey, "content-type": "application/json" });
  if (!response.ok) throw new Error("No lease was given");
  const [lease] = answer.parse(await response.json());
  if (lease === undefined) throw new Error("No lease was given");
  return lease;
}
