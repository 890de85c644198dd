import { z } from "zod";
import { pageOf } from "../../../../shared/data/paging.ts";
import { changesSomething } from "../../../../shared/schema/validation.ts";
import { plainText, uuid } from "../../../../shared/schema/fields.ts";
import { active, made, own } from "../fields.ts";

const name = plainText(100).meta({ example: "Room 3" });

export const room = z.object({ ...own, name, active, ...made }).meta({ id: "Room" });
export const roomPage = pageOf(room);
export const roomCreate = z.strictObject({ organization_id: uuid, name });
export const roomPatch = z.strictObject({ name, active }).partial().refine(...changesSomething);
