/** Kinds of news of an organization. */
export const organizationStreams = ["appointments", "inventory", "orders", "labs"] as const;
export type OrganizationStream = (typeof organizationStreams)[number];

/** A parsed topic. */
export type Topic =
  | { kind: "user"; userId: string }
  | { kind: "organization"; organizationId: string; stream: OrganizationStream };

/** The private channel of one person. */
export const userTopic = (userId: string): string => `user:${userId}`;

/** A private channel of an organization. */
export const organizationTopic = (organizationId: string, stream: OrganizationStream): string =>
  `org:${organizationId}:${stream}`;

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const USER = new RegExp(`^user:(${UUID})$`);
const ORGANIZATION = new RegExp(`^org:(${UUID}):(\\w+)$`);

/** What a topic names; undefined for one that is not ours. The database's policy on `realtime.messages` reads topics the same way. */
export function parseTopic(topic: string): Topic | undefined {
  const userId = USER.exec(topic)?.[1];
  if (userId !== undefined) return { kind: "user", userId };
  const [, organizationId, name] = ORGANIZATION.exec(topic) ?? [];
  const stream = organizationStreams.find((known) => known === name);
  if (organizationId === undefined || stream === undefined) return undefined;
  return { kind: "organization", organizationId, stream };
}
