import { people } from "../../people.ts";

const id = (number: number) => `a2000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Feeds by whose they are. */
export const feeds = { paula: id(1), pavel: id(2), doctor: id(3), suspended: id(4), revoked: id(5) } as const;

/** The tokens that open them; everybody in the matrix may try. */
export const feedTokens = {
  paula: "rls-token-of-paula",
  pavel: "rls-token-of-pavel",
  doctor: "rls-token-of-the-doctor",
  suspended: "rls-token-of-the-suspended",
  revoked: "rls-token-that-was-revoked",
} as const;

const hash = (token: string) => `encode(extensions.digest('${token}', 'sha256'), 'hex')`;

export const arrangement = `
  insert into public.calendar_feeds (id, user_id, calendar, name, revoked_at) values
    ('${feeds.paula}', '${people.paula}', 'patient', 'Phone', null),
    ('${feeds.pavel}', '${people.pavel}', 'patient', 'Phone', null),
    ('${feeds.doctor}', '${people.doctor}', 'practitioner', 'Desk', null),
    ('${feeds.suspended}', '${people.suspended}', 'practitioner', 'Desk', null),
    ('${feeds.revoked}', '${people.paula}', 'patient', 'Lost phone', now());
  insert into private.calendar_feed_tokens (feed_id, token_hash) values
    ('${feeds.paula}', ${hash(feedTokens.paula)}),
    ('${feeds.pavel}', ${hash(feedTokens.pavel)}),
    ('${feeds.doctor}', ${hash(feedTokens.doctor)}),
    ('${feeds.suspended}', ${hash(feedTokens.suspended)}),
    ('${feeds.revoked}', ${hash(feedTokens.revoked)});
`;

/** Runs with triggers and foreign keys off. */
export const removal = `
  delete from private.calendar_feed_tokens where feed_id::text like 'a2000000-0000-4000-8000-%';
  delete from public.calendar_feeds where id::text like 'a2000000-0000-4000-8000-%';
`;
