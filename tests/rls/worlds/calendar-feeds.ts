import { people } from "./people.ts";

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
  insert into public.calendar_feeds (id, user_id, calendar, name, token_hash, revoked_at) values
    ('${feeds.paula}', '${people.paula}', 'patient', 'Phone', ${hash(feedTokens.paula)}, null),
    ('${feeds.pavel}', '${people.pavel}', 'patient', 'Phone', ${hash(feedTokens.pavel)}, null),
    ('${feeds.doctor}', '${people.doctor}', 'practitioner', 'Desk', ${hash(feedTokens.doctor)}, null),
    ('${feeds.suspended}', '${people.suspended}', 'practitioner', 'Desk', ${hash(feedTokens.suspended)}, null),
    ('${feeds.revoked}', '${people.paula}', 'patient', 'Lost phone', ${hash(feedTokens.revoked)}, now());
`;

/** Runs with triggers and foreign keys off. */
export const removal = `
  delete from public.calendar_feeds where id::text like 'a2000000-0000-4000-8000-%';
`;
