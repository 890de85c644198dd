import { defineConfig } from "vitest/config";
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

/**
 * `unit` and `contract` need nothing but Node. `stack` runs against one started stack, one file after the other, because the files share its data and two cores;
 * modules are kept between its files, so that every account signs in once.
 */
export default defineConfig({
  test: {
    root,
    teardownTimeout: 60_000,
    projects: [
      { test: { ...shared, name: "unit", include: ["tests/unit/**/*.test.ts"], sequence: { groupOrder: 0 } } },
      {
        test: {
          ...shared,
          name: "contract",
          include: ["tests/contract/**/*.test.ts"],
          env: {
            SUPABASE_URL: URL_OF_PROJECT,
            SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_test"}',
            SUPABASE_SECRET_KEYS: '{"default":"sb_secret_test","cron":"sb_secret_cron"}',
            JWT_SECRET: SECRET,
            LOG_LEVEL: "silent",
          },
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: "stack",
          include: ["tests/{api,rls,realtime,browser}/**/*.test.ts"],
          globalSetup: ["tests/support/global-setup.ts"],
          setupFiles: [...shared.setupFiles, "tests/realtime/support/setup.ts"],
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          isolate: false,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
