import {
  type AppEnv,
  data,
  describeRoute,
  Hono,
  idParam,
  rowsOf,
  sendRow,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import {
  knowledge,
  knowledgeReport,
  knowledgeVersion,
  knowledgeVersionListQuery,
  knowledgeVersionPage,
  NOTICE,
} from "./schemas.ts";

const table = rowsOf({ table: "knowledge_versions", schema: knowledgeVersion, order: ["-number", "id"] });

/** Which version of the knowledge is in force, and which there were. */
export const knowledgeRoutes = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "readKnowledge",
      summary: "Say what checks know at present",
      description: "The version in force, and how much of the content was reviewed.",
      responses: { 200: knowledge },
    }),
    async (c) => {
      const report = knowledgeReport.parse(unwrap(await data(c).rpc("knowledge_report")));
      return c.json({ ...report, notice: NOTICE }, 200);
    },
  )
  .get(
    "/versions",
    describeRoute({
      id: "listKnowledgeVersions",
      summary: "List the versions of the knowledge",
      description: "Newest first.",
      responses: { 200: knowledgeVersionPage },
    }),
    validate("query", knowledgeVersionListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .get(
    "/versions/:id",
    describeRoute({
      id: "readKnowledgeVersion",
      summary: "Read a version of the knowledge",
      responses: { 200: knowledgeVersion },
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  );
