import type { Extension } from "./authorization.ts";
import { sendPresenceState } from "./channel-presence.ts";
import { watchExpiry } from "./channel-token.ts";
import { type Bearer, Channel, type Line } from "./channel.ts";
import { databaseReason, NO_DATABASE } from "./database.ts";
import { type JoinRequest, parseJoin } from "./join-payload.ts";
import { encodeReplayed, loadReplay, type Replayed } from "./replay.ts";
import type { Message, Version } from "./serializer.ts";
import type { Services } from "./services.ts";

const REPLICATION_PATIENCE_MS = 60_000;

export interface JoinContext {
  services: Services;
  line: Line;
  version: Version;
  /** Channels the socket has already. */
  channels: number;
  /** Token of the connection. */
  token: string;
}

export type JoinOutcome = { channel: Channel; replay: Replayed[] } | { refused: string };

/** Decides about a join, in the platform's order. */
export async function join(context: JoinContext, message: Message): Promise<JoinOutcome> {
  const { services, line } = context;
  const name = message.topic.slice("realtime:".length);
  if (name === "") return { refused: "TopicNameRequired: You must provide a topic name" };
  const request = parseJoin(message.payload);
  if (services.privateOnly && !request.private) return { refused: PRIVATE_ONLY };
  if (services.rates.joins.exceeded) return { refused: TOO_MANY_JOINS };
  if (context.channels >= services.limits.channelsPerSocket) {
    return { refused: "ChannelRateLimitReached: Too many channels" };
  }
  const token = request.token ?? context.token;
  const verified = await services.verify(token);
  if ("fault" in verified) return { refused: `${verified.fault.code}: ${verified.fault.message}` };
  const bearer: Bearer = { token, claims: verified.claims };
  const channel = new Channel(services, line, message, name, request, bearer);
  if (!request.private) return request.replay === null ? { channel, replay: [] } : { refused: PUBLIC_REPLAY };
  // Without the stream a channel would be joined and hear nothing: no join says that more plainly.
  if (!services.replication.up) return { refused: NO_DATABASE };
  return await authorize(channel, request);
}

export const TOO_MANY_JOINS = "ClientJoinRateLimitReached: Too many joins per second";
const PRIVATE_ONLY = "PrivateOnly: This project only allows private channels";
const PUBLIC_REPLAY = "UnableToReplayMessages: Replay is not allowed for public channels";

async function authorize(channel: Channel, request: JoinRequest): Promise<JoinOutcome> {
  const { pool } = channel.services;
  const extensions: Extension[] = request.presence.enabled ? ["broadcast", "presence"] : ["broadcast"];
  try {
    await channel.askRead(extensions);
  } catch (error) {
    channel.services.log("read_check_failed", error);
    return { refused: databaseReason(error) };
  }
  if (!channel.hearsBroadcast && !channel.hearsPresence) {
    return {
      refused: `Unauthorized: You do not have permissions to read from this Channel topic: ${channel.room.name}`,
    };
  }
  if (request.replay === null) return { channel, replay: [] };
  if (request.replay === "invalid") return { refused: "UnableToReplayMessages: Replay params are not valid" };
  try {
    const replay = channel.hearsBroadcast ? await loadReplay(pool, channel.room.name, request.replay) : [];
    for (const { id } of replay) channel.replayed.add(id);
    return { channel, replay };
  } catch (error) {
    channel.services.log("replay_failed", error);
    return { refused: "UnableToReplayMessages: Realtime was unable to replay messages" };
  }
}

/** What follows an accepted join: the answer, what was missed, who is there. */
export function welcome(
  { services, line, version }: JoinContext,
  { channel, replay }: { channel: Channel; replay: Replayed[] },
  message: Message,
): void {
  const changes = channel.request.changes.map((entry, index) => ({ ...entry, id: index + 1 }));
  // Joins that were refused count for nobody but their socket.
  services.rates.joins.add();
  services.hub.enter(channel.room, channel);
  channel.reply(message, "ok", { postgres_changes: changes });
  for (const row of replay) {
    const data = encodeReplayed(row, channel.topic, channel.joinRef, version);
    if (data !== null) line.sendRaw(data);
  }
  if (channel.presenceEnabled && channel.hearsPresence) sendPresenceState(channel);
  services.changes.subscribe(channel);
  if (channel.request.replicationReady) announceReplication(channel);
  watchExpiry(channel);
  // The answer of the policies may be older than a change that came while the join was under way.
  if (channel.askedAt !== services.access.changes) services.access.review(channel);
}

function announceReplication(channel: Channel): void {
  channel.later(0, async () => {
    const ready = await channel.services.replication.whenUp(REPLICATION_PATIENCE_MS);
    if (channel.closed) return;
    if (ready) channel.system("ok", "Replication connection established");
    else channel.fail("Replication connection was not established in time");
  });
}
