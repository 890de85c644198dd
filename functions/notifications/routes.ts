import { createApp } from "../../shared/http/app.ts";
import { problems } from "../problems.ts";
import { data, found, unwrap } from "../../shared/data/data.ts";
import { expectedVersion, sendRow } from "../../shared/data/etag.ts";
import { idParam } from "../../shared/schema/fields.ts";
import { page } from "../../shared/data/paging.ts";
import { describeRoute } from "../../shared/schema/route-parts.ts";
import { validate } from "../../shared/schema/validation.ts";
import {
  listed,
  notification,
  notificationListQuery,
  notificationPage,
  preferences,
  preferencesPut,
  readAllAnswer,
  readAllInput,
} from "./schemas.ts";

const COLUMNS = "id, kind, title, body, link, organization_id, read_at, version, created_at, updated_at";

/** The function `notifications`: what the caller was told, and how they want to be told. */
export const app = createApp("notifications", { problems })
  .get(
    "/",
    describeRoute({
      summary: "List my notifications",
      description: "Newest first, with the number of all that are unread.",
      responses: { 200: notificationPage },
    }),
    validate("query", notificationListQuery),
    async (c) => {
      const { limit, cursor, count, unread, kind } = c.req.valid("query");
      const args = {
        p_unread: unread,
        p_kind: kind,
        p_limit: limit + 1,
        p_after_created_at: cursor?.created_at,
        p_after_id: cursor?.id,
        p_count: count !== undefined,
      };
      const answer = listed.parse(unwrap(await data(c).rpc("list_notifications", args)));
      const { notifications: rows, total } = answer;
      const listing = page({ rows, limit, total, key: ({ created_at, id }) => ({ created_at, id }) });
      return c.json({ ...listing, unread: answer.unread }, 200);
    },
  )
  .post(
    "/read-all",
    describeRoute({
      summary: "Mark my notifications as read",
      description: "All, or those of one kind; with `until` only what had come by then.",
      responses: { 200: readAllAnswer },
    }),
    validate("json", readAllInput),
    async (c) => {
      const { kind, until } = c.req.valid("json");
      const marked = unwrap(await data(c).rpc("read_all_notifications", { p_kind: kind, p_until: until }));
      return c.json({ marked }, 200);
    },
  )
  .get(
    "/preferences",
    describeRoute({
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
    describeRoute({ summary: "Read a notification", responses: { 200: notification } }),
    validate("param", idParam),
    async (c) => {
      const answer = await data(c).from("notifications").select(COLUMNS).eq("id", c.req.valid("param").id)
        .maybeSingle();
      return sendRow(c, notification.parse(found(answer)));
    },
  )
  .post(
    "/:id/read",
    describeRoute({
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
