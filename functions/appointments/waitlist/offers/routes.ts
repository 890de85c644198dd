import {
  type AppContext,
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  Hono,
  idParam,
  rowsOf,
  sendRow,
  transition,
  unwrap,
  validate,
} from "../../../../shared/route.ts";
import { offerLapsed, patientBusy, slotTaken } from "../../problems.ts";
import { waitlistOffer, waitlistOfferCreate, waitlistOfferPage, waitlistOfferQuery } from "./schemas.ts";

const table = rowsOf({
  table: "waitlist_offers",
  schema: waitlistOffer,
  filters: ["organization_id", "entry_id", "patient_id", "status"],
  order: ["-created_at", "id"],
});

/** The offers to people on the waiting list. */
export const waitlistOffers = new Hono<AppEnv>()
  .get(
    "/waitlist/offers",
    describeRoute({
      id: "listWaitlistOffers",
      summary: "List offers of waiting lists",
      description: "Patients see what they are offered, hospital staff what their hospital offers. Newest first.",
      responses: { 200: waitlistOfferPage },
    }),
    validate("query", waitlistOfferQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .get(
    "/waitlist/offers/:id",
    describeRoute({
      id: "readWaitlistOffer",
      summary: "Read an offer of a waiting list",
      responses: { 200: waitlistOffer },
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .post(
    "/waitlist/offers/:id/accept",
    transition("Accept an offer", waitlistOffer, {
      id: "acceptWaitlistOffer",
      description:
        "Its time is booked, or the appointment that the entry replaces moves to it. Where the service has bookings of patients confirmed, what was not offered by staff is a request. Staff accept for patients in care. 410 once the offer has lapsed.",
      problems: ["forbidden", "conflict", offerLapsed, slotTaken, patientBusy],
    }),
    validate("param", idParam),
    (c) => decide(c, c.req.valid("param").id, "accepted"),
  )
  .post(
    "/waitlist/offers/:id/decline",
    transition("Decline an offer", waitlistOffer, {
      id: "declineWaitlistOffer",
      description: "It passes on to the next; who declines keeps waiting for another time.",
      problems: [offerLapsed],
    }),
    validate("param", idParam),
    (c) => decide(c, c.req.valid("param").id, "declined"),
  )
  .post(
    "/waitlist/:id/offers",
    describeRoute({
      id: "offerFromWaitlist",
      summary: "Offer a time to one who waits",
      description:
        "By hand, whoever is first. For staff, and not to who ended the care since they joined. The time is held until the offer is decided or lapses.",
      responses: { 201: waitlistOffer },
      problems: ["forbidden", slotTaken, patientBusy, "already_exists", "illegal_transition"],
    }),
    validate("param", idParam),
    validate("json", waitlistOfferCreate),
    async (c) => {
      const p_input = { ...c.req.valid("json"), entry_id: c.req.valid("param").id };
      const offered = waitlistOffer.parse(unwrap(await data(c).rpc("offer_from_waitlist", { p_input })));
      return created(c, offered, `appointments/waitlist/offers/${offered.id}`);
    },
  );

async function decide(c: AppContext, id: string, status: "accepted" | "declined") {
  const args = { p_id: id, p_status: status, p_expected_version: expectedVersion(c) };
  return sendRow(c, waitlistOffer.parse(unwrap(await data(c).rpc("decide_waitlist_offer", args))));
}
