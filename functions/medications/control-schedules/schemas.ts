import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { uuid } from "../../../shared/schema/fields.ts";
import { made, own } from "../fields.ts";

const count = (example: number, description: string) => z.int().min(0).meta({ example, description });

/** What the law says of a group of controlled drugs. */
export const controlSchedule = z.object({
  ...own,
  code: z.string().meta({ example: "US-II", description: "Country and schedule." }),
  name: z.string().meta({ example: "Schedule II", description: "Name of the schedule." }),
  refills_allowed: count(0, "How often a prescription is filled again at most."),
  valid_days: count(90, "For how many days a prescription is valid."),
  supply_days: count(30, "The days that one supply lasts at most; null for no limit.").nullable(),
  second_signer: z.boolean().meta({ example: false, description: "Whether a second person signs." }),
  register: z.boolean().meta({ example: true, description: "Whether a register is kept." }),
  ...made,
}).meta({ id: "ControlSchedule" });
export const controlSchedulePage = pageOf(controlSchedule);
export const controlScheduleListQuery = z.strictObject(pageQuery(z.strictObject({ code: z.string(), id: uuid })));
