import { z } from "zod";
import { instant, uuid } from "../../shared/fields.ts";
import { pageOf, pageQuery } from "../../shared/paging.ts";

const action = z.enum(["insert", "update", "delete"]);

/** One changed row: who, when, for whom and which fields, without their values. */
export const auditEntry = z.object({
  id: z.int().meta({ example: 4711 }),
  occurred_at: instant,
  actor_id: uuid.nullable(),
  actor_role: z.string().meta({ example: "authenticated" }),
  organization_id: uuid.nullable(),
  patient_id: uuid.nullable(),
  request_id: z.string().nullable().meta({ example: "5c1f0f6e-6a3b-4c1e-9d55-2f6f0f7f3a10" }),
  table_name: z.string().meta({ example: "patients" }),
  row_id: uuid,
  action,
  changed_fields: z.array(z.string().meta({ example: "phone" })),
}).meta({ id: "AuditEntry" });

export const auditQuery = z.strictObject({
  ...pageQuery(z.strictObject({ id: z.int() })),
  organization_id: uuid.optional(),
  actor_id: uuid.optional(),
  patient_id: uuid.optional(),
  row_id: uuid.optional(),
  table_name: z.string().regex(/^[a-z_]{1,63}$/, "must be the name of a table").optional().meta({
    example: "patients",
  }),
  action: action.optional(),
  request_id: z.string().regex(/^[\w\-=]{1,255}$/, "must be a request id").optional(),
  from: instant.optional().meta({ description: "The first instant." }),
  to: instant.optional().meta({ description: "The instant before which entries end." }),
});

export const auditPage = pageOf(auditEntry);
