import { cellsOf } from "../matrix.ts";
import { auditEntries } from "../world.ts";

const rows = {
  "of the Demo hospital": () => `id = ${auditEntries.demo}`,
  "of the North hospital": () => `id = ${auditEntries.north}`,
  "of no organization": () => `id = ${auditEntries.none}`,
};
const inserts = {
  "an entry": () =>
    "(actor_role, table_name, row_id, action, changed_fields) values ('x', 'patients', gen_random_uuid(), 'update', '{}')",
};
const expected = `
  verb    row                    anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
  select  of the Demo hospital   deny       none     none    none   none        yes    none       yes
  select  of the North hospital  deny       none     none    none   none        none   none       yes
  select  of no organization     deny       none     none    none   none        none   none       yes
  insert  an entry               deny       deny     deny    deny   deny        deny   deny       deny
  update  of the Demo hospital   deny       deny     deny    deny   deny        deny   deny       deny
  update  of the North hospital  deny       deny     deny    deny   deny        deny   deny       deny
  update  of no organization     deny       deny     deny    deny   deny        deny   deny       deny
  delete  of the Demo hospital   deny       deny     deny    deny   deny        deny   deny       deny
  delete  of the North hospital  deny       deny     deny    deny   deny        deny   deny       deny
  delete  of no organization     deny       deny     deny    deny   deny        deny   deny       deny
`;

/** The log itself and the view that the API has of it: nobody writes into either. */
export const audit = ["audit.entries", "public.audit_entries"].flatMap((relation) =>
  cellsOf({ relation, rows, inserts, set: "request_id = 'x'", expected })
);
