import {
  type AppEnv,
  created,
  data,
  describeRoute,
  Hono,
  idParam,
  listed,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { chartNotOpen, noConsent } from "../problems.ts";
import { listRecords, refuseClosedChart } from "../records/queries.ts";
import {
  accessLogPage,
  accessLogQuery,
  breakGlass,
  chart as chartSchema,
  chartExport,
  chartOpen,
  closedChart,
  openedChart,
  timelineEntry,
  timelinePage,
  timelineQuery,
} from "./schemas.ts";

/** Opening a chart, reading it as a whole, and who has read it. */
export const chart = new Hono<AppEnv>()
  .post(
    "/break-glass",
    describeRoute({
      id: "breakGlass",
      summary: "Open a chart in an emergency",
      description:
        "Past care relationship and consent, for an hour. The hospital's privacy officer and the patient are told, and the reason stands in the access log.",
      responses: { 201: openedChart },
      problems: ["forbidden", "not_found", "conflict"],
    }),
    validate("json", breakGlass),
    async (c) => {
      const opened = openedChart.parse(unwrap(await data(c).rpc("break_glass", { p_input: c.req.valid("json") })));
      return created(c, opened, `patients/${opened.patient_id}/access-log`);
    },
  )
  .post(
    "/:id/open",
    describeRoute({
      id: "openChart",
      summary: "Open the chart of a patient",
      description:
        "Answers the chart and writes the entry of the access log. It stays open for 8 hours, as long as care or consent lasts.",
      responses: { 201: openedChart },
      problems: [noConsent],
    }),
    validate("param", idParam),
    validate("json", chartOpen),
    async (c) => {
      const { id } = c.req.valid("param");
      const input = { patient_id: id, ...c.req.valid("json") };
      const opened = openedChart.parse(unwrap(await data(c).rpc("open_chart", { p_input: input })));
      return created(c, opened, `patients/${id}/access-log`);
    },
  )
  .post(
    "/:id/close",
    describeRoute({
      id: "closeChart",
      summary: "Close what I have open of a chart",
      responses: { 200: closedChart },
      idempotent: true,
    }),
    validate("param", idParam),
    async (c) => {
      const args = { p_patient_id: c.req.valid("param").id };
      return c.json(closedChart.parse(unwrap(await data(c).rpc("close_chart", args))), 200);
    },
  )
  .get(
    "/:id/summary",
    describeRoute({
      id: "readChartSummary",
      summary: "Read the summary of an open chart",
      responses: { 200: chartSchema },
      problems: [chartNotOpen, noConsent],
    }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const summary = unwrap(await data(c).rpc("chart_summary", { p_patient_id: id }));
      return c.json(chartSchema.parse(summary ?? await refuseClosedChart(c, id)), 200);
    },
  )
  .get(
    "/:id/timeline",
    describeRoute({
      id: "readTimeline",
      summary: "Read a chart from the newest record on",
      responses: { 200: timelinePage },
      problems: [chartNotOpen, noConsent],
    }),
    validate("param", idParam),
    validate("query", timelineQuery),
    async (c) => {
      const { id } = c.req.valid("param");
      return c.json(await listRecords(c, id, undefined, c.req.valid("query"), timelineEntry), 200);
    },
  )
  .get(
    "/:id/access-log",
    describeRoute({
      id: "readAccessLog",
      summary: "Read who opened a chart",
      description:
        "Patients read all of it, admins and privacy officers that of their organizations, staff their own entries.",
      responses: { 200: accessLogPage },
    }),
    validate("param", idParam),
    validate("query", accessLogQuery),
    async (c) => {
      const { basis, from, to, ...query } = c.req.valid("query");
      const answer = await data(c).rpc("access_log", {
        p_patient_id: c.req.valid("param").id,
        p_basis: basis,
        p_from: from,
        p_to: to,
        p_limit: query.limit + 1,
        p_after_at: query.cursor?.opened_at,
        p_after_id: query.cursor?.id,
        p_count: query.count !== undefined,
      });
      return c.json(listed(answer, accessLogPage, query, ["opened_at", "id"]), 200);
    },
  )
  .get(
    "/:id/export",
    describeRoute({
      id: "exportChart",
      summary: "Export my whole chart",
      description:
        "For the patient: every row of every table that speaks of them, former versions and the access log included.",
      responses: { 200: chartExport },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    async (c) => {
      const answer = await data(c).rpc("export_chart", { p_patient_id: c.req.valid("param").id });
      const exported = chartExport.parse(unwrap(answer));
      c.header("Content-Disposition", 'attachment; filename="chart.json"');
      return c.json(exported, 200);
    },
  );
