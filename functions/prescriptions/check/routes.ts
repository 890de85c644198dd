import { type AppEnv, data, describeRoute, Hono, unwrap, validate } from "../../../shared/route.ts";
import { checkAnswer, checkInput } from "./schemas.ts";

/** The check of medicines, as a dry run. */
export const check = new Hono<AppEnv>().post(
  "/",
  describeRoute({
    id: "checkMedicines",
    summary: "Check new medicines against what a patient has and takes",
    description:
      "Against each other, active prescriptions of every hospital, what the patient takes from elsewhere, allergies, conditions, pregnancy and the limits of doses. Stores nothing. `incomplete` names in `reasons` what was not looked at: no findings are an all-clear in a `complete` check alone. Needs the open chart: 403 `chart_not_open` or `no_consent`. The knowledge must be reviewed by a pharmacist before it is relied on.",
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
