import { feeds, feedTokens } from "./topics/calendar-feeds/rows.ts";
import { chartRows, recordId } from "./topics/charts/rows.ts";
import { identityRows, walkIns } from "./topics/patient-identity/rows.ts";
import { told } from "./topics/notifications/rows.ts";
import { demoHospital, northHospital, people } from "./people.ts";
import { repeated } from "./topics/series/rows.ts";
import { waiting } from "./topics/waitlist/rows.ts";
import { demoSchedule, MONDAY, visits } from "./topics/appointments/rows.ts";
import { extra } from "./extra.ts";
import { argument, eachNamed, input, inputs, named, type Probe } from "./probe.ts";
import { north } from "./probe-rows.ts";
import { topics } from "./topics/index.ts";

const hash = "c".repeat(64);
const { doctor, northDoctor, consultation, northRoom, officeVisit } = demoSchedule;
const glass = { purpose: "emergency_treatment", reason: "Unconscious patient" };
const opening = (probe: Probe): Probe => ({ ...probe, opens: true });
const bookable = (probe: Probe): Probe => ({ ...probe, bookable: true });
const slot = { service_id: consultation, practitioner_id: doctor, starts_at: `${MONDAY}T13:00:00Z` };
const record = { p_patient_id: north.patient, p_kind: "condition", p_id: recordId("conditions", "priya") };

/** Probes that name rows of several topics. */
const acrossTopics: Probe[] = [
  ...["get_patient", "find_duplicates"].map((name) => argument(name, "p_id", { p_id: north.patient })),
  argument("update_patient", "p_id", { p_id: north.patient, p_changes: { phone: "+4930555999" } }),
  argument("delete_patient", "p_id", { p_id: north.patient, p_reason: "entered twice" }),
  ...["chart_summary", "list_records", "export_chart", "explain_closed_chart"].map((name) =>
    argument(name, "p_patient_id", { p_patient_id: north.patient })
  ),
  argument("access_log", "p_patient_id", { p_patient_id: walkIns.nils }),
  argument("list_records", "p_encounter_id", {
    p_patient_id: "{{paula}}",
    p_encounter_id: recordId("encounters", "priya"),
  }),
  argument("read_record", "p_patient_id", record),
  argument("read_record", "p_id", { ...record, p_patient_id: "{{paula}}" }),
  argument("add_record", "p_patient_id", {
    p_patient_id: north.patient,
    p_kind: "condition",
    p_input: { name: "Asthma" },
  }),
  ...["p_patient_id", "p_id"].flatMap((at) => {
    const args = { ...record, ...(at === "p_id" && { p_patient_id: "{{paula}}" }) };
    return [
      argument("change_record", at, { ...args, p_changes: { name: "Asthma" } }),
      argument("enter_in_error", at, { ...args, p_reason: "Wrong patient" }),
    ];
  }),
  ...["encounter_id", "organization_id"].map((key): Probe => ({
    name: "add_record",
    at: ["p_input", key],
    args: {
      p_patient_id: "{{paula}}",
      p_kind: "condition",
      p_input: { name: "Asthma", [key]: key === "encounter_id" ? recordId("encounters", "priya") : northHospital },
    },
  })),
  input("open_chart", "patient_id", { patient_id: north.patient, purpose: "treatment", reason: "Ward round" }),
  opening(input("break_glass", "patient_id", { patient_id: north.patient, ...glass })),
  opening(input("break_glass", "national_id", { national_id: north.nationalId, ...glass })),
  ...inputs("break_glass", ["given_name", "family_name"], {
    given_name: "Nils",
    family_name: "Nordengren",
    birth_date: "1990-01-02",
    ...glass,
  }).map(opening),
  named("close_chart", "patient_id", { patient_id: north.patient }),
  named("review_break_glass", "id", { id: north.breakGlass, outcome: "justified", comment: "Seen" }),
  input("give_consent", "patient_id", {
    patient_id: north.patient,
    organization_id: demoHospital,
    scope: "everything",
  }),
  ...eachNamed("withdraw_consent", ["id"], { id: chartRows.priyaForNorth, patient_id: north.patient }),
  named("withdraw_consent", "patient_id", { id: chartRows.paulaForNorth, patient_id: north.patient }),
  named("end_care", "id", { id: north.care }),
  named("end_care", "patient_id", { id: north.care, patient_id: north.patient }),
  input("reinstate_patient", "mrn", { mrn: "NSH-PROBE" }),
  input("create_link_code", "patient_id", { patient_id: walkIns.nils, code_hash: hash }),
  input("redeem_link_code", "code", { code: north.linkCode, birth_date: "1991-02-03" }),
  input("merge_patients", "patient_id", { patient_id: walkIns.nils, source_id: walkIns.wanda, reason: "Twice" }),
  input("merge_patients", "source_id", { patient_id: walkIns.wanda, source_id: walkIns.nils, reason: "Twice" }),
  ...eachNamed("decide_link", ["id", "patient_id"], {
    id: identityRows.nilsCode,
    patient_id: walkIns.nils,
    confirmed: true,
  }),
  named("unmerge_patients", "id", { id: identityRows.priyaMerge }),
  input("dismiss_duplicate", "patient_id", {
    patient_id: walkIns.nils,
    other_patient_id: walkIns.wanda,
    reason: "Twins",
  }),
  input("dismiss_duplicate", "other_patient_id", {
    patient_id: walkIns.wanda,
    other_patient_id: walkIns.nils,
    reason: "Twins",
  }),
  named("reopen_duplicate", "id", { id: identityRows.northPair }),
  input("create_correction_request", "patient_id", { patient_id: north.patient, field: "phone", text: "New." }),
  input("create_correction_request", "record_id", {
    patient_id: "{{paula}}",
    record_kind: "condition",
    record_id: recordId("conditions", "priya"),
    text: "New.",
  }),
  ...eachNamed("decide_correction_request", ["id", "patient_id"], {
    id: identityRows.priyaRequest,
    patient_id: north.patient,
    status: "accepted",
    reason: "As asked",
  }),
  named("revoke_invitation", "id", { id: extra.northInvitation }),
  input("accept_invitation", "token", { token: north.invitationToken }),
  input("complete_registration", "token", { given_name: "Other", family_name: "Name", token: north.invitationToken }),
  named("set_membership_status", "id", { id: north.membership, status: "suspended" }),
  named("set_person_status", "user_id", { user_id: people.northDoctor, status: "suspended" }),
  argument("get_appointment", "p_id", { p_id: visits.priya }),
  argument("release_hold", "p_id", { p_id: waiting.priyaHold }),
  argument("cancel_appointment", "p_id", { p_id: visits.priya, p_reason: "Ill" }),
  argument("step_appointment", "p_id", { p_id: visits.priya, p_status: "checked_in" }),
  argument("reschedule_appointment", "p_id", { p_id: visits.priya, p_starts_at: `${MONDAY}T13:00:00Z` }),
  argument("reschedule_appointment", "p_room_id", { p_id: visits.paula, p_room_id: northRoom }),
  input("book_appointment", "hold_id", { hold_id: waiting.priyaHold }),
  ...["book_appointment", "hold_slot"].flatMap((name) => [
    input(name, "patient_id", { ...slot, patient_id: north.patient }),
    input(name, "room_id", { ...slot, patient_id: "{{paula}}", room_id: northRoom }),
  ]),
  ...["patient_id", "room_id"].map((key) =>
    input("book_series", key, {
      service_id: consultation,
      practitioner_id: doctor,
      patient_id: "{{paula}}",
      unit: "week",
      start_day: MONDAY,
      start_time: "11:00",
      count: 2,
      [key]: key === "patient_id" ? north.patient : northRoom,
    })
  ),
  argument("get_series", "p_id", { p_id: repeated.priya }),
  argument("move_series", "p_id", { p_id: repeated.priya, p_scope: "all", p_changes: { shift_days: 1 } }),
  argument("move_series", "p_appointment_id", {
    p_id: repeated.paula,
    p_scope: "one",
    p_appointment_id: repeated.priyaFirst,
    p_changes: { shift_days: 1 },
  }),
  {
    name: "move_series",
    at: ["p_changes", "room_id"],
    args: { p_id: repeated.paula, p_scope: "all", p_changes: { room_id: northRoom } },
  },
  argument("cancel_series", "p_id", { p_id: repeated.priya, p_scope: "all", p_reason: "Ill" }),
  argument("cancel_series", "p_appointment_id", {
    p_id: repeated.paula,
    p_scope: "one",
    p_appointment_id: repeated.priyaFirst,
    p_reason: "Ill",
  }),
  input("join_waitlist", "patient_id", { service_id: consultation, patient_id: north.patient }),
  input("join_waitlist", "replaces_appointment_id", {
    service_id: consultation,
    patient_id: "{{paula}}",
    replaces_appointment_id: visits.priya,
  }),
  argument("get_waitlist_entry", "p_id", { p_id: waiting.priya }),
  argument("leave_waitlist", "p_id", { p_id: waiting.priya }),
  input("offer_from_waitlist", "entry_id", {
    entry_id: waiting.priya,
    practitioner_id: northDoctor,
    starts_at: `${MONDAY}T13:00:00Z`,
  }),
  input("offer_from_waitlist", "room_id", {
    entry_id: waiting.paula,
    practitioner_id: doctor,
    starts_at: `${MONDAY}T13:00:00Z`,
    room_id: northRoom,
  }),
  argument("decide_waitlist_offer", "p_id", { p_id: waiting.priyaOffer, p_status: "accepted" }),
  ...["list_appointments", "list_series", "list_waitlist"].map((name) =>
    argument(name, "p_patient_id", { p_patient_id: north.patient, p_count: true })
  ),
  argument("list_appointments", "p_room_id", { p_room_id: northRoom, p_count: true }),
  argument("list_appointments", "p_series_id", { p_series_id: repeated.priya, p_count: true }),
  argument("search_patients", "p_mrn", { p_mrn: "NSH-PROBE" }),
  argument("search_patients", "p_name", { p_name: "Norden" }),
  argument("search_patients", "p_phone", { p_phone: "+493055510001" }),
  ...["patient_id", "actor_id", "row_id"].map((key): Probe => ({
    name: "search_audit",
    at: ["p_filters", key],
    args: { p_filters: { [key]: key === "actor_id" ? north.actor : walkIns.nils } },
  })),
  input("create_practitioner", "membership_id", {
    organization_id: demoHospital,
    membership_id: north.membership,
    display_name: "Dr. Who",
    specialty: "Surgery",
  }),
  input("create_service", "room_ids", {
    organization_id: demoHospital,
    name: "New",
    duration_minutes: 30,
    room_ids: [northRoom],
  }),
  {
    name: "change_service",
    at: ["p_changes", "room_ids"],
    args: { p_id: consultation, p_changes: { room_ids: [northRoom] } },
  },
  argument("revoke_calendar_feed", "p_id", { p_id: feeds.pavel }),
  argument("read_calendar_feed", "p_token", { p_token: feedTokens.revoked }),
  argument("read_notification", "p_id", { p_id: told.pavel }),
  ...["book_appointment", "hold_slot"].flatMap((name) => [
    bookable(input(name, "service_id", { ...slot, service_id: officeVisit, patient_id: "{{paula}}" })),
    bookable(input(name, "practitioner_id", { ...slot, practitioner_id: northDoctor, patient_id: "{{paula}}" })),
  ]),
  bookable(
    argument("reschedule_appointment", "p_practitioner_id", { p_id: visits.paula, p_practitioner_id: northDoctor }),
  ),
  ...["service_id", "practitioner_id"].flatMap((key) => {
    const foreign = { [key]: key === "service_id" ? officeVisit : northDoctor };
    const waits = { service_id: consultation, patient_id: "{{paula}}", ...foreign };
    const repeats = { unit: "week", start_day: MONDAY, start_time: "11:00", count: 2 };
    return [
      bookable(input("join_waitlist", key, waits)),
      bookable(input("book_series", key, { practitioner_id: doctor, ...waits, ...repeats })),
    ];
  }),
  bookable({
    name: "move_series",
    at: ["p_changes", "practitioner_id"],
    args: { p_id: repeated.paula, p_scope: "all", p_changes: { practitioner_id: northDoctor } },
  }),
  bookable(input("offer_from_waitlist", "practitioner_id", {
    entry_id: waiting.paula,
    practitioner_id: northDoctor,
    starts_at: `${MONDAY}T13:00:00Z`,
  })),
  bookable(argument("search_slots", "p_service_id", { p_service_id: officeVisit, p_from: MONDAY, p_to: MONDAY })),
  bookable(argument("search_slots", "p_practitioner_ids", {
    p_service_id: consultation,
    p_from: MONDAY,
    p_to: MONDAY,
    p_practitioner_ids: [northDoctor],
  })),
  bookable(argument("list_appointments", "p_practitioner_id", { p_practitioner_id: northDoctor, p_count: true })),
  bookable(argument("list_waitlist", "p_service_id", { p_service_id: officeVisit, p_count: true })),
  bookable(argument("change_service", "p_id", { p_id: officeVisit, p_changes: { duration_minutes: 45 } })),
  bookable({
    name: "change_service",
    at: ["p_changes", "practitioner_ids"],
    args: { p_id: consultation, p_changes: { practitioner_ids: [northDoctor] } },
  }),
  bookable(input("create_service", "practitioner_ids", {
    organization_id: demoHospital,
    name: "New",
    duration_minutes: 30,
    practitioner_ids: [northDoctor],
  })),
  bookable(input("create_availability_rule", "practitioner_id", {
    organization_id: demoHospital,
    practitioner_id: northDoctor,
    weekday: 1,
    start_time: "08:00",
    end_time: "12:00",
  })),
  bookable(input("create_availability_exception", "practitioner_id", {
    organization_id: demoHospital,
    practitioner_id: northDoctor,
    kind: "closed",
    from_day: MONDAY,
  })),
];

/** Every probe: those above, and those that stand in the folders of their topics. */
export const probes: Probe[] = [...acrossTopics, ...topics.flatMap(({ probes = [] }) => probes)];
