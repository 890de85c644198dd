import { Hono } from "hono";
import type { AppContext, AppEnv } from "../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../shared/data/data.ts";
import { expectedVersion, sendRow } from "../../../shared/data/etag.ts";
import { idParam } from "../../../shared/schema/fields.ts";
import { newestFirst } from "../../../shared/data/newest-first.ts";
import { page } from "../../../shared/data/paging.ts";
import type { Problem } from "../../../shared/core/problem.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../shared/data/count.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { offerLapsed, patientBusy, slotTaken } from "../problems.ts";
import { waitlistOffer, waitlistOfferPage, waitlistOfferQuery } from "./schemas.ts";

const COLUMNS =
  `id, organization_id, entry_id, patient_id, practitioner_id, appointment_id, starts_at, ends_at, status, offered_by, offered_at, expires_at,
  decided_at, version, created_at, updated_at` as const;

const decision = (summary: string, description: string, problems: Problem[] = []) =>
  describeRoute({
    summary,
    description,
    responses: { 200: waitlistOffer },
    problems: [offerLapsed, "illegal_transition", ...problems],
    idempotent: true,
    versioned: true,
  });

/** What is offered to those who wait. */
export const waitlistOffers = new Hono<AppEnv>()
  .get(
    "/waitlist/offers",
    describeRoute({
      summary: "List offers of waiting lists",
      description: "Patients see what they are offered, hospital staff what their hospital offers. Newest first.",
      responses: { 200: waitlistOfferPage },
    }),
    validate("query", waitlistOfferQuery),
    async (c) => {
      const query = c.req.valid("query");
      const matching = (options: CountOptions) => {
        let rows = data(c).from("waitlist_offers").select(COLUMNS, options);
        for (const column of ["organization_id", "entry_id", "patient_id", "status"] as const) {
          const value = query[column];
          if (value !== undefined) rows = rows.eq(column, value);
        }
        return rows;
      };
      const { rows, total } = await withTotal(newestFirst(matching(countOptions(query)), query), query, matching);
      const key = ({ created_at, id }: typeof rows[number]) => ({ created_at, id });
      return c.json(page({ rows, total, limit: query.limit, key }), 200);
    },
  )
  .get(
    "/waitlist/offers/:id",
    describeRoute({ summary: "Read an offer of a waiting list", responses: { 200: waitlistOffer } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const answer = await data(c).from("waitlist_offers").select(COLUMNS).eq("id", id).maybeSingle();
      return sendRow(c, waitlistOffer.parse(found(answer)));
    },
  )
  .post(
    "/waitlist/offers/:id/accept",
    decision(
      "Accept an offer",
      "Its time is booked, or the appointment that the entry replaces moves to it. Where the service has bookings of patients confirmed, what was not offered by staff is a request. Staff accept for patients in care. 410 once the offer has lapsed.",
      ["forbidden", "conflict", slotTaken, patientBusy],
    ),
    validate("param", idParam),
    (c) => decide(c, c.req.valid("param").id, "accepted"),
  )
  .post(
    "/waitlist/offers/:id/decline",
    decision("Decline an offer", "It passes on to the next; who declines keeps waiting for another time."),
    validate("param", idParam),
    (c) => decide(c, c.req.valid("param").id, "declined"),
  );

async function decide(c: AppContext, id: string, status: "accepted" | "declined") {
  const args = { p_input: { id, status }, p_expected_version: expectedVersion(c) };
  return sendRow(c, waitlistOffer.parse(unwrap(await data(c).rpc("decide_waitlist_offer", args))));
}
