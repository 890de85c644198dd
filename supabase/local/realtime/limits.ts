/** What one installation allows. Rates are averages over the last minute, as on the platform. */
export interface Limits {
  /** Sockets at once. */
  users: number;
  joinsPerSecond: number;
  /** Joins that one socket may ask for in a minute: its 100 channels are asked for again and again when they are refused. */
  joinsPerSocket: number;
  /** Everything that comes in, and every delivery. */
  eventsPerSecond: number;
  presencePerSecond: number;
  channelsPerSocket: number;
  payloadBytes: number;
  /** `track` and `untrack` of one channel within `presenceWindowMs`. */
  presenceCalls: number;
  presenceWindowMs: number;
  /** How long a refused connection, and a refused join, wait for their answer. */
  connectBackOffMs: number;
  channelBackOffMs: number;
  /** A socket that sends nothing for this long is closed; clients beat every 25 seconds. */
  idleMs: number;
  /** How long the database may leave a question unanswered until the connection counts as lost. */
  databaseSilenceMs: number;
  /** How long it may take until the tables that a publication has gained or lost are noticed. */
  publicationCheckMs: number;
  /** Bytes a client may leave unread, and messages and bytes it may send ahead, before it is cut off. */
  unreadBytes: number;
  queuedMessages: number;
  queuedBytes: number;
  /** Frames that cannot be read, in a minute, before their socket is closed. */
  malformedPerSocket: number;
  /** How long a client that is sent away may take to say goodbye before its connection is cut. */
  farewellMs: number;
}

/** A frame beyond this is not a message but an attack: the socket is closed. */
export const FRAME_BYTES = 5_000_000;

/** The longest body of a request, as on the platform. */
export const BODY_BYTES = 8_000_000;

const kilobytes = (count: number) => count * 1000 + 500;

const local: Limits = {
  users: 10_000,
  joinsPerSecond: 500,
  joinsPerSocket: 1_000,
  eventsPerSecond: 100_000,
  presencePerSecond: 1_000,
  channelsPerSocket: 100,
  payloadBytes: kilobytes(3_000),
  presenceCalls: 5,
  presenceWindowMs: 30_000,
  connectBackOffMs: 0,
  channelBackOffMs: 0,
  idleMs: 60_000,
  databaseSilenceMs: 90_000,
  publicationCheckMs: 60_000,
  unreadBytes: 16_000_000,
  queuedMessages: 1_000,
  queuedBytes: 16_000_000,
  malformedPerSocket: 100,
  farewellMs: 3_000,
};

const platform: Limits = { ...local, connectBackOffMs: 2_000, channelBackOffMs: 5_000 };

/** `local` never makes anybody wait; the others behave like the platform's plans, back-offs included. */
export const profiles = {
  local,
  cli: { ...platform, users: 200, joinsPerSecond: 100, eventsPerSecond: 100 },
  free: {
    ...platform,
    users: 200,
    joinsPerSecond: 100,
    eventsPerSecond: 100,
    presencePerSecond: 20,
    payloadBytes: kilobytes(256),
  },
  pro: { ...platform, users: 500, joinsPerSecond: 500, eventsPerSecond: 500, presencePerSecond: 50 },
  team: { ...platform, users: 10_000, joinsPerSecond: 2_500, eventsPerSecond: 2_500 },
} satisfies Record<string, Limits>;
