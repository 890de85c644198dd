import { cellsOf } from "../matrix.ts";
import { auditEntries } from "../world.ts";

const rows = {
  "of the Demo hospital": () => `id = ${auditEntries.demo}`,
  "of the North hospital": () => `id = ${auditEntries.north}`,
  "of no organization": () => `id = ${auditEntries.none}`,
  "of nobody, about a patient here": () => `id = ${auditEntries.paulas}`,
  "of nobody, about one elsewhere": () => `id = ${auditEntries.priyas}`,
};
const inserts = {
  "an entry": () =>
    "(actor_role, table_name, row_id, action, changed_fields) values ('x', 'patients', gen_random_uuid(), 'update', '{}')",
};
const expected = `
  verb    row                              anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
  select  of the Demo hospital             deny       none     none    none   none        yes    none       yes
  select  of the North hospital            deny       none     none    none   none        none   none       yes
  select  of no organization               deny       none     none    none   none        none   none       yes
  select  of nobody, about a patient here  deny       none     none    none   none        yes    none       yes
  select  of nobody, about one elsewhere   deny       none     none    none   none        none   none       yes
  insert  an entry                         deny       deny     deny    deny   deny        deny   deny       deny
  update  of the Demo hospital             deny       deny     deny    deny   deny        deny   deny       deny
  update  of the North hospital            deny       deny     deny    deny   deny        deny   deny       deny
  update  of no organization               deny       deny     deny    deny   deny        deny   deny       deny
  update  of nobody, about a patient here  deny       deny     deny    deny   deny        deny   deny       deny
  update  of nobody, about one elsewhere   deny       deny     deny    deny   deny        deny   deny       deny
  delete  of the Demo hospital             deny       deny     deny    deny   deny        deny   deny       deny
  delete  of the North hospital            deny       deny     deny    deny   deny        deny   deny       deny
  delete  of no organization               deny       deny     deny    deny   deny        deny   deny       deny
  delete  of nobody, about a patient here  deny       deny     deny    deny   deny        deny   deny       deny
  delete  of nobody, about one elsewhere   deny       deny     deny    deny   deny        deny   deny       deny
`;

/** The log itself and the view that the API has of it: nobody writes into either. */
const entries = ["audit.entries", "public.audit_entries"].flatMap((relation) =>
  cellsOf({ relation, rows, inserts, set: "request_id = 'x'", expected })
);

/** Anchors are for every admin: they say nothing of anybody. */
const anchors = ["audit.anchors", "public.audit_anchors"].flatMap((relation) =>
  cellsOf({
    relation,
    rows: { "an anchor": () => "id = -1" },
    inserts: { "an anchor": () => "(chain, position) values (1, 1)" },
    set: "position = 2",
    expected: `
      verb    row        anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  an anchor  deny       none     none    none   none        yes    none       yes
      insert  an anchor  deny       deny     deny    deny   deny        deny   deny       deny
      update  an anchor  deny       deny     deny    deny   deny        deny   deny       deny
      delete  an anchor  deny       deny     deny    deny   deny        deny   deny       deny
    `,
  })
);

/** What was retired is for every admin too. */
const retirements = cellsOf({
  relation: "audit.retirements",
  rows: { "a retirement": () => "id = -4" },
  inserts: { "a retirement": () => "(month) values ('1980-02-01')" },
  set: "entries = 2",
  expected: `
    verb    row           anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  a retirement  deny       none     none    none   none        yes    none       yes
    insert  a retirement  deny       deny     deny    deny   deny        deny   deny       deny
    update  a retirement  deny       deny     deny    deny   deny        deny   deny       deny
    delete  a retirement  deny       deny     deny    deny   deny        deny   deny       deny
  `,
});

const settings = cellsOf({
  relation: "audit.settings",
  rows: { "the settings": () => "only_row" },
  inserts: { "the settings": () => "default values" },
  set: "retention = interval '7 years'",
  expected: `
    verb    row           anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  the settings  deny       deny     deny    deny   deny        deny   deny       deny
    insert  the settings  deny       deny     deny    deny   deny        deny   deny       deny
    update  the settings  deny       deny     deny    deny   deny        deny   deny       deny
    delete  the settings  deny       deny     deny    deny   deny        deny   deny       deny
  `,
});

/** The chains are sealed and walked by the database alone. */
const chains = ["audit.chain_heads", "audit.links"].flatMap((relation) =>
  cellsOf({
    relation,
    rows: { "a link": () => "chain = 1" },
    inserts: { "a link": () => "(chain, position) values (1, 1)" },
    set: "position = 2",
    expected: `
      verb    row     anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  a link  deny       deny     deny    deny   deny        deny   deny       deny
      insert  a link  deny       deny     deny    deny   deny        deny   deny       deny
      update  a link  deny       deny     deny    deny   deny        deny   deny       deny
      delete  a link  deny       deny     deny    deny   deny        deny   deny       deny
    `,
  })
);

export const audit = [...entries, ...anchors, ...retirements, ...settings, ...chains];
