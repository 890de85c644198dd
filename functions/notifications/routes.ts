import {
  createApp,
  data,
  describeRoute,
  expectedVersion,
  found,
  idParam,
  listed,
  rowsOf,
  sendRow,
  unwrap,
  validate,
} from "../../shared/route.ts";
import { problems } from "../problems.ts";
import {
  notification,
  notificationListQuery,
  notificationPage,
  preferences,
  preferencesPut,
  readAllAnswer,
  readAllInput,
} from "./schemas.ts";

const table = rowsOf({ table: "notifications", schema: notification, order: ["-created_at", "id"] });

/** The function `notifications`: what the caller was told, and how they want to be told. */
export const app = createApp("notifications", { problems })
  .get(
    "/",
    describeRoute({
      id: "listNotifications",
      summary: "List my notifications",
      description: "Newest first, with the number of all that are unread.",
      responses: { 200: notificationPage },
    }),
    validate("query", notificationListQuery),
    async (c) => {
      const { unread, kind, ...query } = c.req.valid("query");
      const answer = await data(c).rpc("list_notifications", {
        p_unread: unread,
        p_kind: kind,
        p_limit: query.limit + 1,
        p_after_created_at: query.cursor?.created_at,
        p_after_id: query.cursor?.id,
        p_count: query.count !== undefined,
      });
      return c.json(listed(answer, notificationPage, query, ["created_at", "id"]), 200);
    },
  )
  .post(
    "/read-all",
    describeRoute({
      id: "markNotificationsRead",
      summary: "Mark my notifications as read",
      description: "All, or those of one kind; with `until` only what had come by then.",
      responses: { 200: readAllAnswer },
    }),
    validate("json", readAllInput),
    async (c) => {
      const { kind, until } = c.req.valid("json");
      const marked = unwrap(await data(c).rpc("read_all_notifications", { p_kind: kind, p_until: until }));
      return c.json(readAllAnswer.parse({ marked }), 200);
    },
  )
  .get(
    "/preferences",
    describeRoute({
      id: "readNotificationPreferences",
      summary: "Read how I am told",
      description: "Quiet hours, in which mail waits, and for every kind whether it comes in the app and by mail.",
      responses: { 200: preferences },
      problems: ["not_found"],
    }),
    async (c) => sendRow(c, preferences.parse(found(await data(c).rpc("get_notification_preferences")))),
  )
  .put(
    "/preferences",
    describeRoute({
      id: "replaceNotificationPreferences",
      summary: "Decide how I am told",
      description: "Kinds that are `locked` cannot be switched off.",
      responses: { 200: preferences },
      problems: ["not_found"],
      versioned: true,
    }),
    validate("json", preferencesPut),
    async (c) => {
      const args = { p_input: c.req.valid("json"), p_expected_version: expectedVersion(c) };
      return sendRow(c, preferences.parse(unwrap(await data(c).rpc("set_notification_preferences", args))));
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readNotification", summary: "Read a notification", responses: { 200: notification } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .post(
    "/:id/read",
    describeRoute({
      id: "markNotificationRead",
      summary: "Mark a notification as read",
      description: "Marked again it keeps the instant of the first time.",
      responses: { 200: notification },
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    async (c) => {
      const args = { p_id: c.req.valid("param").id, p_expected_version: expectedVersion(c) };
      return sendRow(c, notification.parse(unwrap(await data(c).rpc("read_notification", args))));
    },
  );
