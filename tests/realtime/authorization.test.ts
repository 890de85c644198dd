import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientWith, collect, subscribe, subscribed, until } from "./support/client.ts";
import { createPolicies, dropPolicies, topicWith } from "./support/policies.ts";
import { RawSocket } from "./support/raw.ts";
import { database, OTHER_USER, sendFromDatabase, sign, target, USER } from "./support/target.ts";

const isPrivate = { config: { private: true } };

beforeAll(createPolicies);
afterAll(dropPolicies);

async function join(topic: string, token?: string, key?: string) {
  return await subscribe(clientWith(token, key).channel(topic, isPrivate));
}

describe("D. a private channel", () => {
  test.each([["r", "SUBSCRIBED"], ["rw", "SUBSCRIBED"], ["w", "CHANNEL_ERROR"], ["none", "CHANNEL_ERROR"], [
    "boom",
    "CHANNEL_ERROR",
  ]])(
    "with the rights %s answers %s",
    async (rule, status) => expect(await join(topicWith(rule), await sign())).toMatchObject({ status }),
  );

  test("belongs to the person its policy names", async () => {
    expect(await join(`cf:sub:${USER}`, await sign())).toMatchObject({ status: "SUBSCRIBED" });
    expect(await join(`cf:sub:${USER}`, await sign({ sub: OTHER_USER }))).toMatchObject({ status: "CHANNEL_ERROR" });
    expect(await join(`cf:sub:${USER}`)).toMatchObject({ status: "CHANNEL_ERROR" });
  });

  test("is open to the secret key and closed to a role that does not exist", async () => {
    expect(await join(topicWith("none"), undefined, target().secretKey)).toMatchObject({ status: "SUBSCRIBED" });
    expect(await join(topicWith("r"), await sign({ role: "nobody_at_all" }))).toMatchObject({
      status: "CHANNEL_ERROR",
    });
  });

  test("takes no topic for SQL", async () => {
    for (const name of ["cf:none:'); select 1; --", "cf:none:\\'", "cf:none:$$", "cf:none:\u0000x"]) {
      expect(await join(name, await sign()), name).toMatchObject({ status: "CHANNEL_ERROR" });
    }
    expect(await join("cf:r:it's", await sign())).toMatchObject({ status: "SUBSCRIBED" });
  });

  test("of presence alone hears no broadcasts", async () => {
    const topic = topicWith("p");
    const socket = await RawSocket.open();
    const joined = await socket.join(topic, { private: true, presence: { enabled: true } }, await sign());
    expect(joined.payload.status).toBe("ok");
    const hears = clientWith(undefined, target().secretKey).channel(topic, isPrivate);
    const heard = collect(hears);
    await subscribed(hears);
    await sendFromDatabase(topic, "e", {});
    await until(() => heard.length === 1, heard);
    await socket.beats();
    expect(socket.received.filter(({ bytes }) => bytes !== undefined)).toEqual([]);
  });

  test.each([["rw", 1], ["r", 0]])("with the rights %s lets %i of its messages through", async (rule, count) => {
    const topic = topicWith(rule);
    const [sender, receiver] = [clientWith(await sign()), clientWith(await sign())].map((client) =>
      client.channel(topic, isPrivate)
    );
    if (!sender || !receiver) throw new Error("Two channels were asked for");
    const heard = collect(receiver);
    await subscribed(sender);
    await subscribed(receiver);
    await sender.send({ type: "broadcast", event: "mine", payload: {} });
    // What is sent afterwards comes afterwards, so that nothing has to be waited for in vain.
    const last = clientWith(undefined, target().secretKey).channel(topic, isPrivate);
    await subscribed(last);
    await expect.poll(async () => {
      await last.send({ type: "broadcast", event: "last", payload: {} });
      return heard.some(({ event }) => event === "last");
    }).toBe(true);
    expect(heard.filter(({ event }) => event === "mine")).toHaveLength(count);
  });

  test("of the same name as a public one is another room", async () => {
    const topic = topicWith("rw");
    const isPublic = clientWith().channel(topic);
    const secret = clientWith(await sign()).channel(topic, isPrivate);
    const heard = { isPublic: collect(isPublic), secret: collect(secret) };
    await subscribed(isPublic);
    await subscribed(secret);
    await sendFromDatabase(topic, "private", {}, true);
    await sendFromDatabase(topic, "public", {}, false);
    await until(() => heard.isPublic.length > 0 && heard.secret.length > 0, heard);
    await secret.send({ type: "broadcast", event: "private again", payload: {} });
    await isPublic.send({ type: "broadcast", event: "public again", payload: {} });
    await sendFromDatabase(topic, "end", {}, true);
    await sendFromDatabase(topic, "end", {}, false);
    await until(() => [heard.isPublic, heard.secret].every((list) => list.at(-1)?.event === "end"), heard);
    expect(heard.isPublic.map(({ event }) => event)).toEqual(["public", "end"]);
    expect(heard.secret.map(({ event }) => event)).toEqual(["private", "end"]);
  });

  test("leaves no trace of its questions in the database", async () => {
    const topic = topicWith("rw");
    const channel = clientWith(await sign()).channel(topic, isPrivate);
    await subscribed(channel);
    await channel.send({ type: "broadcast", event: "e", payload: {} });
    const { rows } = await database().query("select count(*)::int as kept from realtime.messages where topic = $1", [
      topic,
    ]);
    expect(rows).toEqual([{ kept: 0 }]);
  });
});
