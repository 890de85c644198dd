import type { StackState } from "./stack-state.ts";

/** What people want to know about a running stack. */
export function summary(state: StackState): string {
  const { url } = state;
  const rows = [
    ["Live page, links", url],
    ["Functions", `${url}/functions/v1/<name>`],
    ["API docs", `${url}/docs and ${url}/redoc`],
    ["Mailbox", state.mailboxUrl],
    ["Database", state.dbUrl],
    ["Publishable key", state.publishableKey],
    ["Secret key", state.secretKey],
    ["Data and logs", state.dataDir],
  ];
  const accounts = state.accounts.map(({ email, is }) => `    ${email.padEnd(24)} ${is}`);
  return [
    ...rows.map(([name = "", value]) => `  ${name.padEnd(16)} ${value}`),
    "",
    `  Demo accounts, password ${state.accounts[0]?.password}`,
    ...accounts,
  ].join("\n");
}
