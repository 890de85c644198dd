import { expect, test } from "vitest";
import { organizationTopic, parseTopic, userTopic } from "../../shared/core/realtime-topics.ts";

const id = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";

test("what is built is understood", () => {
  expect(parseTopic(userTopic(id))).toEqual({ kind: "user", userId: id });
  expect(parseTopic(organizationTopic(id, "labs"))).toEqual({
    kind: "organization",
    organizationId: id,
    stream: "labs",
  });
});

test.each(["", "user:", "user:1", `user:${id}:x`, `org:${id}`, `org:${id}:secrets`, `org:${id}:labs:x`, ` user:${id}`])(
  "%j is no topic",
  (topic) => {
    expect(parseTopic(topic)).toBeUndefined();
  },
);
