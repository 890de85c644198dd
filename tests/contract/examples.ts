import { z } from "zod";
import type { Content } from "../../shared/openapi/operation.ts";
import { openApi } from "./apps.ts";
import { exampleOf } from "./example-of.ts";

const schemas = z.record(z.string(), z.record(z.string(), z.unknown())).parse(openApi.components.schemas);

/** The example of a body that the viewers of the document show. */
export const exampleIn = (described: Content[string] | undefined): unknown =>
  described === undefined ? undefined : exampleOf(described.schema, schemas);
