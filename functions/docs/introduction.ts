/** What holds for every route, in Markdown: the first thing that readers of the documentation see. */
export const introduction = `\
This is the API of a small network of hospitals and pharmacies: people, patients and their records, appointments,
medicines, notifications.
Bodies are JSON with \`snake_case\` names. Instants are ISO 8601 in UTC.

## Signing in
\`POST /auth/login\` returns an access token. Send it with every request as \`Authorization: Bearer <token>\`. It is valid for an hour;
\`POST /auth/refresh\` returns the next one. The database decides at every request what a person may do; the token only says who they are.

To try things out, sign in with a demo account such as \`doctor@demo.health\`. The examples of reads are rows of the demo data. Routes that
change a row have no example for its id, so nothing changes that you did not choose.

## Errors
Errors are \`application/problem+json\` (RFC 9457). Programs read \`code\`, which comes from a closed list; people read \`detail\`; \`errors\`
points at each field that was refused. What you may not see is a 404, as if it did not exist. \`4XX\` and \`5XX\` stand for the errors that
most routes share: 401 without a valid token, and 429 and 503, which say in \`Retry-After\` when to try again.

## Lists
A list returns \`{data, page: {next_cursor, has_more}}\`. \`limit\` is 1 to 100. Send \`next_cursor\` back as \`cursor\` to get the next page.
\`count=exact\` adds \`page.total\`. Unknown query parameters are refused with 422.

## Safe changes
A single row comes with an \`ETag\`. Send it back as \`If-Match\` when you change the row: if somebody else has changed it in the meantime,
the answer is 412 and nothing happens.

## Safe repetition
Every POST that creates or moves something accepts an \`Idempotency-Key\`. If you send the same key with the same body again, nothing is done
twice; you get the result again, with \`Idempotency-Replayed: true\`. The same key with another body is refused with 422.

## Live updates
Realtime channels tell clients what has changed, and clients fetch it again. \`user:<id>\` is a person's own channel;
\`org:<id>:appointments\` and others like it are for the staff of an organization. An event carries ids and a status, never content.

## Headers
Every answer has an \`X-Request-Id\`, which names the request in the log and in the audit. You may choose it: send \`X-Request-Id\` with 1 to 255
characters of \`A-Z a-z 0-9 _ - =\`. \`Server-Timing\` tells where the time went. \`RateLimit\` and \`RateLimit-Policy\` tell signed-in callers
how many requests they have left.
`;
