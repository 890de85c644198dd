import type { AppContext } from "../../shared/context.ts";
import { data, found } from "../../shared/data.ts";

/** A patient as the API shows them, as a selection of the data API; the same shape as `private.patients_json` in the database. */
const PATIENT =
  `id, user_id, given_name, family_name, birth_date, sex, blood_type, language, phone, email, address_line, city, region, postal_code,
  country, identifiers:patient_identifiers(id, system, organization_id, country, value),
  contacts:patient_contacts(id, kind, name, relationship, phone, email), version, created_at, updated_at`;

/** The patient with this id, or with this login; 404 when there is none that the caller may see. */
export async function readPatient(c: AppContext, column: "id" | "user_id", value: string) {
  return found(
    await data(c).from("patients").select(PATIENT).eq(column, value)
      .order("created_at", { referencedTable: "identifiers" }).order("id", { referencedTable: "identifiers" })
      .order("priority", { referencedTable: "contacts" }).order("id", { referencedTable: "contacts" })
      .maybeSingle(),
  );
}

/** The id of the caller's own patient row; 404 for people without one. */
export async function ownPatientId(c: AppContext): Promise<string> {
  const { id } = found(await data(c).from("patients").select("id").eq("user_id", c.var.caller.id).maybeSingle());
  return id;
}
