import { type AppEnv, data, describeRoute, Hono, unwrap, validate } from "../../../shared/route.ts";
import { checkAnswer, checkInput } from "./schemas.ts";

/** The check of medicines, as a dry run. */
export const check = new Hono<AppEnv>().post(
  "/",
  describeRoute({
    id: "checkMedicines",
    summary: "Check new medicines against what a patient has and takes",
    description:
      "Compares the medicines with each other, with the active prescriptions of every hospital, with what the patient takes from elsewhere, and with allergies, conditions, pregnancy and dose limits. Stores nothing. `incomplete` names in `reasons` what was not looked at: an empty list of findings is an all-clear only when the check is `complete`. Needs the open chart: 403 `chart_not_open` or `no_consent`. A pharmacist must review the knowledge before anybody relies on it.",
    responses: { 200: checkAnswer },
    problems: ["forbidden", "not_found"],
  }),
  validate("json", checkInput),
  async (c) => {
    const { patient_id, organization_id, medicines } = c.req.valid("json");
    const args = { p_patient_id: patient_id, p_organization_id: organization_id, p_medicines: medicines };
    return c.json(checkAnswer.parse(unwrap(await data(c).rpc("check_medicines", args))), 200);
  },
);
