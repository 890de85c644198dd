import {
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  found,
  Hono,
  idParam,
  listed,
  sendRow,
  transition,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { waitlistEntry, waitlistJoin, waitlistPage, waitlistQuery } from "./schemas.ts";

/** Waiting for a time that is not free yet. */
export const waitlist = new Hono<AppEnv>()
  .get(
    "/waitlist",
    describeRoute({
      id: "listWaitlist",
      summary: "List who waits",
      description: "In the order in which they are served. Patients see where they wait themselves.",
      responses: { 200: waitlistPage },
    }),
    validate("query", waitlistQuery),
    async (c) => {
      const query = c.req.valid("query");
      const answer = await data(c).rpc("list_waitlist", {
        p_organization_id: query.organization_id,
        p_service_id: query.service_id,
        p_patient_id: query.patient_id,
        p_statuses: query.status === undefined ? undefined : [query.status],
        p_limit: query.limit + 1,
        p_after_priority: query.cursor?.priority,
        p_after_joined_at: query.cursor?.joined_at,
        p_after_id: query.cursor?.id,
        p_count: query.count !== undefined,
      });
      return c.json(listed(answer, waitlistPage, query, ["priority", "joined_at", "id"]), 200);
    },
  )
  .post(
    "/waitlist",
    describeRoute({
      id: "joinWaitlist",
      summary: "Join a waiting list",
      description:
        "Of a service, once for each patient. A time that becomes free and suits is offered to the first who waits: see `offer`, or the notification of it.",
      responses: { 201: waitlistEntry },
      problems: ["forbidden", "not_found", "already_exists"],
    }),
    validate("json", waitlistJoin),
    async (c) => {
      const joined = waitlistEntry.parse(unwrap(await data(c).rpc("join_waitlist", { p_input: c.req.valid("json") })));
      return created(c, joined, `appointments/waitlist/${joined.id}`);
    },
  )
  .get(
    "/waitlist/:id",
    describeRoute({
      id: "readWaitlistEntry",
      summary: "Read an entry of a waiting list",
      responses: { 200: waitlistEntry },
    }),
    validate("param", idParam),
    async (c) => {
      const answer = await data(c).rpc("get_waitlist_entry", { p_id: c.req.valid("param").id });
      return sendRow(c, waitlistEntry.parse(found(answer)));
    },
  )
  .post(
    "/waitlist/:id/leave",
    transition("Leave a waiting list", waitlistEntry, {
      id: "leaveWaitlist",
      description: "An open offer is declined with it.",
    }),
    validate("param", idParam),
    async (c) => {
      const args = { p_id: c.req.valid("param").id, p_expected_version: expectedVersion(c) };
      return sendRow(c, waitlistEntry.parse(unwrap(await data(c).rpc("leave_waitlist", args))));
    },
  );
