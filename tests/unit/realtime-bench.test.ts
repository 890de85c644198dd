import { expect, it } from "vitest";
import { faults } from "../bench/realtime/report.ts";

const good = {
  latency: { subscribers: 2, deliveries: 20, lost: 0, p50: 400, p95: 900, p99: 990, cpu: {} },
  order: { events: 10, listeners: 2, inOrder: 2, missing: 0, ms: 90_000 },
  sockets: { sockets: 5, connectMs: 90_000, kilobytes: {}, reached: 5, lastMs: 9_000 },
};

it("The bench of Realtime fails for what is lost or out of order, never for being slow", () => {
  expect(faults(good)).toEqual([]);
  expect(faults({ ...good, latency: { ...good.latency, lost: 1 } })).toHaveLength(1);
  expect(faults({ ...good, order: { ...good.order, missing: 3 } })).toHaveLength(1);
  expect(faults({ ...good, order: { ...good.order, inOrder: 1 } })).toHaveLength(1);
  expect(faults({ ...good, sockets: { ...good.sockets, reached: 4 } })).toHaveLength(1);
});
