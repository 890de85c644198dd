import { type AppEnv, data, describeRoute, Hono, page, unwrap, validate } from "../../../shared/route.ts";
import { slotPage, slotQuery } from "./schemas.ts";

/** Finding a time that can be booked. */
export const slots = new Hono<AppEnv>()
  .get(
    "/slots",
    describeRoute({
      id: "searchSlots",
      summary: "Search free slots of a service",
      description:
        "Over at most 31 days, earliest first. Patients find what they may book, staff what their hospital gives.",
      responses: { 200: slotPage },
      problems: ["forbidden", "not_found"],
    }),
    validate("query", slotQuery),
    async (c) => {
      const { limit, cursor, ...query } = c.req.valid("query");
      const rows = unwrap(
        await data(c).rpc("search_slots", {
          p_service_id: query.service_id,
          p_from: query.from,
          p_to: query.to,
          p_practitioner_ids: query.practitioner_id,
          p_specialty: query.specialty,
          p_time_zone: query.time_zone,
          p_limit: limit + 1,
          p_after_starts_at: cursor?.starts_at,
          p_after_practitioner_id: cursor?.practitioner_id,
        }),
      );
      const key = ({ starts_at, practitioner_id }: typeof rows[number]) => ({ starts_at, practitioner_id });
      return c.json(page({ rows, limit, key }), 200);
    },
  );
