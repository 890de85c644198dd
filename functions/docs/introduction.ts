/** What holds for every route, in Markdown: the first thing that readers of the documentation see. */
export const introduction = `\
The API of a network of hospitals and pharmacies: people, patients and their records, appointments, notifications.
Bodies are JSON in \`snake_case\`; instants are UTC in ISO 8601.

## Signing in
\`POST /auth/login\` answers an access token. Send it with every request: \`Authorization: Bearer <token>\`. It lives an hour;
\`POST /auth/refresh\` answers the next one. What somebody may do is decided by the database at each request, not by the token.

## Refusals
A refusal is \`application/problem+json\` (RFC 9457). \`code\` is for programs and comes from a closed list, \`detail\` is for people, and
\`errors\` points at the fields that were refused. What you may not see is 404, like what does not exist. \`4XX\` and \`5XX\` stand for the refusals
that most routes share: 401 without a valid token, 429 and 503 with \`Retry-After\`.

## Lists
A list answers \`{data, page: {next_cursor, has_more}}\`. \`limit\` is 1 to 100; send \`next_cursor\` back as \`cursor\` for the next page.
\`count=exact\` adds \`page.total\`. Unknown parameters are 422.

## Changing what others change too
One row carries an \`ETag\`. Send it back as \`If-Match\` with a change: when somebody was faster, the answer is 412 and nothing has happened.

## Asking twice
A POST that creates or moves something honours \`Idempotency-Key\`: sent again with the same key and body it does nothing again and answers
\`Idempotency-Replayed: true\`; with another body it is 422.

## Live updates
Realtime channels tell what changed, and clients fetch it again: \`user:<id>\` is a person's own channel, \`org:<id>:appointments\` and its like are
for the staff of an organization. An event carries ids and a status, never the content.

## Headers of every answer
\`X-Request-Id\` names the request in the log and in the audit; \`Server-Timing\` tells where the time went; \`RateLimit\` and \`RateLimit-Policy\`
tell callers with a token what is left of their requests.
`;
