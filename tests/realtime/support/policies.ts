import { database } from "./target.ts";

const READ = "Conformance tests read their topics";
const WRITE = "Conformance tests write their topics";

/**
 * The topics of these tests are cf:<rule>:<anything>. The rule is `sub` (the person named by the third part), `claim` (the token lists the extension in its
 * claim `cf`), `boom` (the policy fails), or letters: r and p let read broadcasts and presence, w and t write them.
 */
const rule = (broadcast: string, presence: string) => `
  split_part(realtime.topic(), ':', 1) = 'cf'
  and case split_part(realtime.topic(), ':', 2)
    when 'sub' then (select auth.uid())::text = split_part(realtime.topic(), ':', 3)
    when 'claim' then coalesce((select auth.jwt()) -> 'cf' ? extension, false)
    when 'boom' then 1 / (length(extension) - length(extension)) = 1
    else strpos(split_part(realtime.topic(), ':', 2), case extension when 'broadcast' then '${broadcast}' else '${presence}' end) > 0
  end`;

export async function dropPolicies(): Promise<void> {
  await database().query(`drop policy if exists "${READ}" on realtime.messages`);
  await database().query(`drop policy if exists "${WRITE}" on realtime.messages`);
}

export async function createPolicies(): Promise<void> {
  await dropPolicies();
  await database().query(
    `create policy "${READ}" on realtime.messages for select to authenticated using (${rule("r", "p")})`,
  );
  await database().query(
    `create policy "${WRITE}" on realtime.messages for insert to authenticated with check (${rule("w", "t")})`,
  );
}

/** A topic nobody else uses, with the rights its rule gives. */
export const topicWith = (rule: string): string => `cf:${rule}:${crypto.randomUUID().slice(0, 8)}`;
