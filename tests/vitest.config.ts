import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongFilesFirst } from "./support/long-files-first.ts";
import { STACK_VARIABLE } from "./support/stack-info.ts";
import { SECRET, URL_OF_PROJECT } from "./unit/kit.ts";

const root = new URL("..", import.meta.url).pathname;
const shared = {
  root,
  environment: "node",
  restoreMocks: true,
  unstubGlobals: true,
  testTimeout: 20_000,
  setupFiles: ["tests/support/websocket.ts"],
};

const cores = availableParallelism();
/** Stacks to test on: the one that is given, or else two more than there are cores, for tests also wait. */
const stacks = process.env[STACK_VARIABLE] === undefined ? Math.min(cores + 2, 4) : 1;

/**
 * `unit` and `contract` need nothing but Node. Each worker of `stack` claims a stack (claim-stack.ts) and takes the
 * next file when it is through with one: files may empty a table or stop a scheduler, for on their stack they are alone.
 * Modules are kept between files, so that every account signs in once.
 */
export default defineConfig({
  test: {
    root,
    teardownTimeout: 60_000,
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["tests/unit/**/*.test.ts"],
          sequence: { groupOrder: 0 },
          maxWorkers: cores,
        },
      },
      {
        test: {
          ...shared,
          name: "contract",
          include: ["tests/contract/**/*.test.ts"],
          isolate: false,
          env: {
            SUPABASE_URL: URL_OF_PROJECT,
            SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_test"}',
            SUPABASE_SECRET_KEYS: '{"default":"sb_secret_test","cron":"sb_secret_cron"}',
            JWT_SECRET: SECRET,
            LOG_LEVEL: "silent",
          },
          sequence: { groupOrder: 0 },
          maxWorkers: cores,
        },
      },
      {
        test: {
          ...shared,
          name: "stack",
          include: ["tests/{api,rls,realtime,browser}/**/*.test.ts"],
          globalSetup: ["tests/support/global-setup.ts"],
          setupFiles: ["tests/support/claim-stack.ts", ...shared.setupFiles, "tests/realtime/support/setup.ts"],
          sequence: { groupOrder: 1 },
          maxWorkers: stacks,
          isolate: false,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
