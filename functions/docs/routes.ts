import { compress } from "hono/compress";
import { etag } from "hono/etag";
import { z } from "zod";
import { createApp } from "../../shared/http/app.ts";
import { problems } from "../problems.ts";
import { openApiDocument } from "../../shared/openapi/openapi.ts";
import { describeRoute } from "../../shared/schema/route-parts.ts";
import { API_VERSION } from "../../shared/core/version.ts";
import { apps, demoRows, descriptions } from "./apps.ts";
import { introduction } from "./introduction.ts";

/** The document as it is sent, by the address of the project. */
const documents = new Map<string, string>();

/** The function `docs`: the description of all functions in one document. */
export const app = createApp("docs", { problems, public: ["GET /openapi.json"] })
  .get(
    "/openapi.json",
    describeRoute({
      id: "readOpenApi",
      summary: "This document",
      description:
        "OpenAPI 3.1 of all functions. It is compressed, and a 304 when the client has it already (`If-None-Match`).",
      responses: { 200: z.looseObject({ openapi: z.literal("3.1.0").describe("Version of OpenAPI.") }) },
    }),
    compress({ encoding: "gzip" }),
    etag({ weak: true }),
    (c) => {
      c.header("Cache-Control", "public, max-age=300");
      return c.body(documentOf(c.var.env.url), 200, { "Content-Type": "application/json" });
    },
  );

function documentOf(url: string): string {
  const known = documents.get(url);
  if (known !== undefined) return known;
  const made = JSON.stringify(openApiDocument({ ...apps, docs: app }, {
    title: "Health Ecosystem Hub",
    version: API_VERSION,
    description: introduction,
    tags: descriptions,
    rows: demoRows,
    servers: [{ url: `${url}/functions/v1`, description: "This project" }],
  }));
  documents.set(url, made);
  return made;
}
