import {
  type AppEnv,
  created,
  data,
  describeRoute,
  Hono,
  idParam,
  rowsOf,
  sendRow,
  unwrap,
  validate,
} from "../../../../shared/route.ts";
import { namedListQuery } from "../fields.ts";
import { room, roomCreate, roomPage, roomPatch } from "./schemas.ts";

const table = rowsOf({
  table: "rooms",
  schema: room,
  filters: ["organization_id", "active"],
  order: ["name", "id"],
});

/** The rooms in which appointments take place. */
export const rooms = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listRooms",
      summary: "List rooms by name",
      description: "For hospital staff.",
      responses: { 200: roomPage },
    }),
    validate("query", namedListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describeRoute({
      id: "addRoom",
      summary: "Add a room",
      description: "For those who keep the schedule.",
      responses: { 201: room },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", roomCreate),
    async (c) => {
      const added = room.parse(unwrap(await data(c).rpc("create_room", { p_input: c.req.valid("json") })));
      return created(c, added, `appointments/rooms/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readRoom", summary: "Read a room", responses: { 200: room } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changeRoom",
      summary: "Change a room",
      description: "For those who keep the schedule. A room that is no longer active takes no new appointments.",
      responses: { 200: room },
      problems: ["forbidden", "already_exists"],
    }),
    validate("param", idParam),
    validate("json", roomPatch),
    async (c) => sendRow(c, await table.change(c, c.req.valid("param"), c.req.valid("json"))),
  );
