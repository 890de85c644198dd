import { z } from "zod";
import { createApp } from "../../shared/app.ts";
import { type OpenApiDocument, openApiDocument } from "../../shared/openapi.ts";
import { describe } from "../../shared/route-parts.ts";
import { API_VERSION } from "../../shared/version.ts";
import { apps } from "./apps.ts";

const documents = new Map<string, OpenApiDocument>();

/** The function `docs`: the description of all functions in one document. */
export const app = createApp("docs", { public: ["GET /openapi.json"] })
  .get(
    "/openapi.json",
    describe({
      summary: "This document",
      description: "OpenAPI 3.1 of all functions.",
      responses: { 200: z.looseObject({ openapi: z.literal("3.1.0") }) },
    }),
    (c) => {
      c.header("Cache-Control", "public, max-age=300");
      return c.json(documentOf(c.var.env.url), 200);
    },
  );

function documentOf(url: string): OpenApiDocument {
  const known = documents.get(url);
  if (known !== undefined) return known;
  const made = openApiDocument({ ...apps, docs: app }, {
    title: "Health Ecosystem Hub",
    version: API_VERSION,
    description:
      "Hospitals and pharmacies: people, patients and their records. Refusals are RFC 9457 problems with a `code` of a closed list; lists are paged by cursor; single rows carry an `ETag`.",
    servers: [{ url: `${url}/functions/v1`, description: "This project" }],
  });
  documents.set(url, made);
  return made;
}
