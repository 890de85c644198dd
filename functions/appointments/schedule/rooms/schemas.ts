import { z } from "zod";
import { pageOf } from "../../../../shared/data/paging.ts";
import { changesSomething } from "../../../../shared/schema/validation.ts";
import { organizationId, plainText } from "../../../../shared/schema/fields.ts";
import { active, made, own } from "../fields.ts";

const name = plainText(100).meta({ example: "Room 3", description: "What the hospital calls the room." });

export const room = z.object({ ...own, name, active, ...made }).meta({ id: "Room" });
export const roomPage = pageOf(room);
export const roomCreate = z.strictObject({ organization_id: organizationId, name });
export const roomPatch = z.strictObject({ name, active }).partial().refine(...changesSomething);
