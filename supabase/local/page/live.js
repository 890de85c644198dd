/**
 * The live page of the local stack: signs in with supabase-js, listens to the channels that the person may join, and fetches again whenever an event or a
 * subscription says so. What comes from elsewhere becomes text, never HTML.
 */
import { element, moment, part, say } from "./elements.js";

const STREAMS = ["appointments", "inventory", "orders", "labs"];
const AGAIN_MS = 3_000;
const KEPT_EVENTS = 100;
const DOWN = "The stack does not answer. Is it running?";

let client;
/** All that belongs to the person signed in. Answers that come after they have left find another one here, and are dropped. */
let session = null;
/** The end of the former person's connection: it would take the next one's with it. */
let parting = Promise.resolve();

/** Calls a function of the stack; throws what to tell the person, `final` where asking again would not help. */
async function api(path, options = { method: "GET" }) {
  const { data, error } = await client.functions.invoke(path, options);
  if (!error) return data;
  const answer = error.context instanceof Response ? error.context : null;
  const { detail = DOWN } = await answer?.json().catch(() => ({})) ?? {};
  throw Object.assign(new Error(detail), { final: answer !== null && answer.status < 500 && answer.status !== 429 });
}

/** Asks the stack until it succeeds or the person has left, and says what is wrong. Success takes no later refusal away. */
async function persist(work) {
  for (const mine = session; mine !== null && mine === session;) {
    const refusals = mine.refusals;
    try {
      await work(mine);
      if (mine === session && mine.refusals === refusals) say("");
      return;
    } catch (error) {
      if (mine !== session) return;
      if (error.final) mine.refusals++;
      say(error.final ? error.message : `${error.message} Asking again every few seconds.`);
      if (error.final) return;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** Fetches the notifications: one fetch at a time, and one more for all that was heard meanwhile. */
async function refetch() {
  const mine = session;
  if (mine === null) return;
  mine.stale = true;
  if (mine.fetching) return;
  mine.fetching = true;
  await persist(async () => {
    while (mine.stale && mine === session) {
      mine.stale = false;
      const page = await api("notifications?limit=25").catch((error) => {
        mine.stale = true;
        throw error;
      });
      if (mine === session) showNotifications(page);
    }
  });
  mine.fetching = false;
}

/** Keeps the items that are there, so that nobody loses their place. */
function showNotifications({ data, unread }) {
  const { items, seen } = session;
  const arrived = seen && data.filter(({ id }) => !items.has(id)).map(({ title }) => title);
  for (const one of data) {
    items.set(one.id, showNotification(items.get(one.id) ?? element("li", { tabIndex: -1 }), one));
  }
  part("notifications").replaceChildren(...data.map(({ id }) => items.get(id)));
  part("unread").textContent = String(unread);
  part("read-all").hidden = unread === 0;
  part("none").hidden = data.length > 0;
  if (arrived && arrived.length > 0) part("arrived").textContent = `New: ${arrived.join("; ")}`;
  session.seen = true;
}

function showNotification(item, { id, version, title, body, link, created_at, read_at }) {
  if (item.dataset.version === String(version)) return item;
  item.dataset.version = version;
  item.className = read_at === null ? "unread" : "";
  item.replaceChildren(
    element("strong", { textContent: title }),
    element("p", { textContent: body }),
    element(
      "p",
      {},
      moment(created_at),
      ...(link === null ? [] : [" leads to ", element("code", { textContent: link })]),
    ),
  );
  if (read_at !== null) return item;
  const button = element("button", {
    type: "button",
    textContent: "Mark as read",
    ariaLabel: `Mark as read: ${title}`,
  });
  button.addEventListener("click", async () => {
    await persist(() => api(`notifications/${id}/read`, { method: "POST" }));
    await refetch();
    item.focus();
  });
  item.append(button);
  return item;
}

/** Listens to the person's own topic and to every topic of their organizations, and shows which of them are refused. */
async function arrange(mine) {
  const me = await api("auth/me");
  if (mine !== session) return;
  part("person").textContent = `${me.given_name} ${me.family_name} (${me.email})`;
  const topics = new Map([[`user:${me.id}`, "What is for you"]]);
  for (const { organization } of me.memberships) {
    for (const stream of STREAMS) topics.set(`org:${organization.id}:${stream}`, `${organization.name}: ${stream}`);
  }
  for (const topic of mine.channels.keys()) if (!topics.has(topic)) await forget(topic);
  for (const [topic, title] of topics) if (!mine.channels.has(topic)) await listen(topic, title);
}

async function listen(topic, title) {
  const mine = session;
  const former = mine.channels.get(topic);
  const entry = { title, state: "", item: former?.item ?? part("channels").appendChild(element("li")), reason: "" };
  mine.channels.set(topic, entry);
  entry.freed = former?.channel === undefined ? former?.freed : client.removeChannel(former.channel);
  await entry.freed;
  if (mine !== session || mine.channels.get(topic) !== entry) return;
  const become = (state, reason = "") => {
    if (mine !== session || mine.channels.get(topic) !== entry) return;
    entry.state = state;
    entry.item.dataset.state = state;
    entry.item.replaceChildren(
      element("strong", { textContent: title }),
      ` ${state}${reason && `: ${reason}`} `,
      element("small", {}, element("code", { textContent: topic })),
    );
    showConnection();
  };
  become("joining");
  entry.channel = client.channel(topic, { config: { private: true } })
    .on("broadcast", { event: "*" }, (message) => mine === session && hear(topic, message))
    .on("system", {}, ({ status, message }) => status === "error" && (entry.reason = message))
    .subscribe((status, error) => {
      if (status === "SUBSCRIBED") {
        become("joined");
        refetch();
      } else if (status === "CLOSED") {
        if (entry.state !== "refused") become(/permission/.test(entry.reason) ? "refused" : "closed", entry.reason);
      } else if (error?.message.startsWith("Unauthorized")) {
        become("refused", "Unauthorized");
        // Left alone, the client would ask again for ever.
        client.removeChannel(entry.channel);
      } else become("lost", "joining again");
    });
}

async function forget(topic) {
  const { channel, item } = session.channels.get(topic);
  session.channels.delete(topic);
  item.remove();
  if (channel !== undefined) await client.removeChannel(channel);
}

function hear(topic, { event, payload }) {
  // The page hears of the end of its own session, too.
  if (session.leaving) return;
  const list = part("events");
  const what = [payload.status, topic].filter(Boolean).join(", ");
  list.prepend(
    element(
      "li",
      {},
      element("strong", { textContent: event }),
      element("span", { textContent: what }),
      moment(payload.at),
    ),
  );
  while (list.childElementCount > KEPT_EVENTS) list.lastElementChild.remove();
  if (!topic.startsWith("user:")) return;
  if (event === "access.changed") return void takeNewToken();
  refetch();
  if (event.startsWith("membership.")) joinAgain(session).then(() => persist(arrange));
}

/** Realtime asks again who may listen for a new token. Whose session has ended gets none: supabase-js would go on with the old one. */
async function takeNewToken() {
  const { error } = await client.auth.refreshSession();
  if (error && error.name !== "AuthRetryableFetchError") await client.auth.signOut({ scope: "local" });
}

/** Realtime asks who may listen when a channel is joined, so one that was allowed ends here when it is so no longer. */
async function joinAgain(mine) {
  for (const [topic, { title }] of mine.channels) if (mine === session) await listen(topic, title);
}

/** The best that can be said of any channel, and how it is called for the connection as a whole. */
const CONNECTION = { joined: "live", lost: "lost, connecting again", joining: "connecting" };

function showConnection() {
  const states = [...session?.channels.values() ?? []].map(({ state }) => state);
  const best = Object.keys(CONNECTION).find((state) => states.includes(state));
  part("connection").textContent = navigator.onLine ? CONNECTION[best] ?? "no channel" : "offline";
}

async function enter(user) {
  if (session?.userId === user.id) return;
  const mine = session = { userId: user.id, channels: new Map(), items: new Map(), seen: false, refusals: 0 };
  say("");
  part("sign-in").hidden = true;
  part("live").hidden = false;
  part("notifications-heading").focus();
  showConnection();
  await parting;
  await client.realtime.setAuth();
  if (mine === session) await persist(arrange);
}

/** Takes everything of the person off the page. */
function leave(text) {
  session = null;
  for (const id of ["person", "notifications", "channels", "events", "arrived"]) part(id).replaceChildren();
  part("live").hidden = true;
  part("sign-in").hidden = false;
  part("account").focus();
  say(text);
  parting = parting.then(() => client.removeAllChannels()).then(() => client.realtime.disconnect());
}

async function signIn() {
  const { error } = await client.auth.signInWithPassword({
    email: part("email").value,
    password: part("password").value,
  });
  if (!error) return;
  if (error.code === "invalid_credentials") say("Email or password is wrong.");
  else say(error.name === "AuthRetryableFetchError" ? DOWN : error.message);
}

async function signOut() {
  session.leaving = true;
  const { error } = await client.auth.signOut({ scope: "local" });
  if (!error) return;
  sessionStorage.clear();
  leave("Signed out here. The stack could not be told, so the session ends there by itself.");
}

/** Called while supabase-js holds its lock, so nothing of it is awaited here. */
function onAuth(event, login) {
  if (event === "SIGNED_OUT") setTimeout(leave, 0, session === null ? "" : "Signed out.");
  else if (login !== null) setTimeout(enter, 0, login.user);
  if (event !== "TOKEN_REFRESHED" || session === null) return;
  // A channel that was closed, say with a token that expired while the machine slept, may be open again to the new one.
  for (const [topic, { state, title }] of session.channels) if (state === "closed") setTimeout(listen, 0, topic, title);
}

function chooseAccount(accounts) {
  const chosen = accounts.find(({ email }) => email === part("account").value);
  part("email").value = chosen?.email ?? "";
  part("password").value = chosen?.password ?? "";
}

/** Forms are handled here and never sent by the browser. */
function onSubmit(id, work) {
  part(id).addEventListener("submit", (event) => {
    event.preventDefault();
    work();
  });
}

async function start() {
  const { publishableKey, accounts } = await (await fetch("/page/stack.json")).json();
  part("account").append(
    ...accounts.map(({ email, is }) => new Option(`${email}: ${is}`, email)),
    new Option("Another account", ""),
  );
  chooseAccount(accounts);
  part("account").addEventListener("change", () => chooseAccount(accounts));
  onSubmit("sign-in", signIn);
  onSubmit("listen", () => listen(part("topic").value.trim(), "Another topic"));
  part("sign-out").addEventListener("click", signOut);
  part("read-all").addEventListener(
    "click",
    () => persist(() => api("notifications/read-all", { method: "POST", body: {} })).then(refetch),
  );
  addEventListener("offline", showConnection);
  addEventListener("online", showConnection);
  addEventListener("online", refetch);
  // A session of this tab alone, so that two tabs may be two people.
  const storageKey = sessionStorage.getItem("tab") ?? crypto.randomUUID();
  sessionStorage.setItem("tab", storageKey);
  client = supabase.createClient(location.origin, publishableKey, {
    auth: { storage: sessionStorage, storageKey, detectSessionInUrl: false },
  });
  client.auth.onAuthStateChange(onAuth);
  part("sign-in").hidden = false;
}

start().catch(() => say(`${DOWN} Start it with npm start, then load this page again.`));
