import { z } from "zod";
import { instant, organizationId, patientId, uuid } from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";

const action = z.enum(["insert", "update", "delete", "deny"]).describe("`deny` is an attempt that was refused.");

/** One changed row, without its values, or one denied attempt: who, when, for whom. */
export const auditEntry = z.object({
  id: z.int().meta({ example: 4711, description: "Grows with time; with gaps." }),
  occurred_at: instant.describe("When it was done."),
  actor_id: uuid.nullable().describe("The user who did it; null for the system."),
  actor_role: z.string().meta({ example: "authenticated", description: "Database role of the caller." }),
  organization_id: organizationId.nullable().describe("The organization concerned; null if none is."),
  patient_id: patientId.nullable().describe("The patient concerned; null if none is."),
  request_id: z.string().nullable().meta({
    example: "5c1f0f6e-6a3b-4c1e-9d55-2f6f0f7f3a10",
    description: "`X-Request-Id` of the call; null outside of one.",
  }),
  table_name: z.string().meta({ example: "patients", description: "Table of the row." }),
  row_id: uuid.describe("Id of the row."),
  action,
  changed_fields: z.array(z.string().meta({ example: "phone" })).describe(
    "Names of the columns that changed, without values.",
  ),
  reason: z.string().nullable().meta({ example: null, description: "Why an attempt was denied, as a code." }),
  parts: z.array(
    z.object({
      table_name: z.string().meta({ example: "patient_contacts", description: "Table of the row." }),
      row_id: uuid.describe("Id of the row."),
    }),
  ).nullable()
    .meta({
      description:
        "Rows of other tables that came with the row in one act, such as the contacts of a registered patient.",
    }),
}).meta({ id: "AuditEntry" });

export const auditQuery = z.strictObject({
  ...pageQuery(z.strictObject({ occurred_at: instant, id: z.int() })),
  organization_id: organizationId.optional().describe("Only about this organization."),
  actor_id: uuid.optional().describe("Only what this user did."),
  patient_id: patientId.optional().describe("Only about this patient."),
  row_id: uuid.optional().describe("Only about this row."),
  table_name: z.string().regex(/^[a-z_]{1,63}$/, "must be the name of a table").optional().meta({
    example: "patients",
    description: "Only rows of this table.",
  }),
  action: action.optional().describe("Only this kind of act."),
  request_id: z.string().regex(/^[\w\-=]{1,255}$/, "must be a request id").optional().describe(
    "Only what this request did.",
  ),
  from: instant.optional().meta({ description: "The first instant." }),
  to: instant.optional().meta({ description: "The instant before which entries end." }),
});

export const auditPage = pageOf(auditEntry);

const chain = z.int().min(1).max(16).meta({ example: 7, description: "Which of the 16 chains of hashes." });
const position = z.int().min(0).meta({
  example: 240,
  description: "How many entries of the chain came before and with it.",
});
const hash = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal").meta({
  example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  description: "SHA-256 of the chain up to here, in hexadecimal.",
});

/** Where a chain stood at a moment. Kept elsewhere, it shows a chain that was rewritten as a whole. */
export const auditAnchor = z.object({
  id: z.int().meta({ example: 17, description: "Number of the anchor." }),
  made_at: instant.describe("When the chain stood there."),
  chain,
  position,
  hash,
})
  .meta({ id: "AuditAnchor" });

export const auditAnchorPage = pageOf(auditAnchor);

export const auditAnchorQuery = z.strictObject({
  ...pageQuery(z.strictObject({ id: z.int() })),
  chain: z.coerce.number().pipe(chain).optional().describe("Only this chain, 1 to 16."),
  from: instant.optional().meta({ description: "The first instant." }),
});

const keptAnchor = z.strictObject({ ...auditAnchor.partial({ id: true, made_at: true }).shape });

/** Anchors of one check at most: a year of all chains. */
const MOST_ANCHORS = 16 * 366;

export const auditVerify = z.strictObject({
  since: instant.optional().meta({
    description: "Begins at the newest anchors made before; without it, at the first entry.",
  }),
  anchors: z.array(keptAnchor).max(MOST_ANCHORS).optional().meta({
    description: "Anchors that were kept elsewhere, as they were listed; the number and the time may be left out.",
  }),
});

/** What a check of the audit log found. */
export const auditVerification = z.object({
  checked: z.int().min(0).meta({ example: 4711, description: "Entries that were checked." }),
  broken: z.object({
    entry_id: z.int().nullable().meta({ example: 4711, description: "The entry; null when it is gone." }),
    chain: chain.nullable(),
    position: position.nullable(),
    problem: z.string().meta({ example: "the entry was removed", description: "What is wrong with it." }),
  }).nullable().meta({ description: "The first entry that is not as it was sealed; null when all are." }),
}).meta({ id: "AuditVerification" });
