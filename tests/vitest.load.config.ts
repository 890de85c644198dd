import { defineConfig } from "vitest/config";

const root = new URL("..", import.meta.url).pathname;

/** What takes too long or breaks too much for every run of the tests: npm run test:load. REDUCED=1 asks for less of it. */
export default defineConfig({
  test: {
    root,
    include: ["tests/load/**/*.test.ts"],
    globalSetup: ["tests/support/global-setup.ts"],
    setupFiles: ["tests/support/claim-stack.ts", "tests/support/websocket.ts"],
    teardownTimeout: 60_000,
    maxWorkers: 1,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
