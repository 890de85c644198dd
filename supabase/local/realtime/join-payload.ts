import { z } from "zod";

/** What a client asks for when it joins. */
export interface JoinRequest {
  private: boolean;
  /** Broadcasts are acknowledged, come back to their sender, wait for the replication. */
  ack: boolean;
  self: boolean;
  replicationReady: boolean;
  replay: { since: number; limit: number } | "invalid" | null;
  presence: { enabled: boolean; key: string };
  changes: Record<string, unknown>[];
  /** Null: the one of the connection. */
  token: string | null;
}

const Fields = z.record(z.string(), z.unknown());
const REPLAY_LIMIT = 25;

/** Reads the payload of a join. What cannot be read counts as not said, as on the platform. */
export function parseJoin(payload: unknown): JoinRequest {
  const root = fields(payload);
  const config = fields(root.config);
  const broadcast = fields(config.broadcast);
  const presence = fields(config.presence);
  const key = presence.key;
  return {
    private: flag(config.private),
    ack: flag(broadcast.ack),
    self: flag(broadcast.self),
    replicationReady: flag(broadcast.replication_ready),
    replay: replayOf(broadcast.replay),
    presence: {
      enabled: flag(presence.enabled),
      key: typeof key === "string" && key !== "" ? key : crypto.randomUUID(),
    },
    changes: Array.isArray(config.postgres_changes)
      ? config.postgres_changes.flatMap((entry) => entry === null ? [] : [fields(entry)])
      : [],
    token: tokenOf(root),
  };
}

function fields(value: unknown): Record<string, unknown> {
  return Fields.safeParse(value).data ?? {};
}

function flag(value: unknown): boolean {
  return value === true || (typeof value === "string" && value.toLowerCase() === "true");
}

function replayOf(value: unknown): JoinRequest["replay"] {
  if (value === undefined || value === null) return null;
  const { since, limit = REPLAY_LIMIT } = fields(value);
  if (!Number.isInteger(since) || !Number.isInteger(limit)) return "invalid";
  return { since: Number(since), limit: Math.min(Math.max(Number(limit), 1), REPLAY_LIMIT) };
}

/** supabase-js sends its API key where nobody is signed in: that is no token. */
function tokenOf({ user_token, access_token }: Record<string, unknown>): string | null {
  const given = typeof user_token === "string" ? user_token : access_token;
  return typeof given === "string" && !isApiKey(given) ? given : null;
}

export const isApiKey = (token: string): boolean => token.startsWith("sb_");
