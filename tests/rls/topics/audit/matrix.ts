import { tableLines } from "../../matrix.ts";
import { auditEntries } from "../../extra.ts";

const rows = {
  "of the Demo hospital": () => `id = ${auditEntries.demo}`,
  "of the North hospital": () => `id = ${auditEntries.north}`,
  "of no organization": () => `id = ${auditEntries.none}`,
  "of nobody, about a patient here": () => `id = ${auditEntries.paulas}`,
  "of nobody, about one elsewhere": () => `id = ${auditEntries.priyas}`,
};
const expected = `
  verb    row                              anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
  select  of the Demo hospital             deny       none     none    none   none        yes    none       yes
  select  of the North hospital            deny       none     none    none   none        none   none       yes
  select  of no organization               deny       none     none    none   none        none   none       yes
  select  of nobody, about a patient here  deny       none     none    none   none        yes    none       yes
  select  of nobody, about one elsewhere   deny       none     none    none   none        none   none       yes
  closed  insert, update, delete
`;

/** The log itself and the view that the API has of it: nobody writes into either. */
const entries = ["audit.entries", "public.audit_entries"].flatMap((relation) =>
  tableLines({ relation, rows, expected })
);

/** Anchors are for every admin: they say nothing of anybody. */
const anchors = ["audit.anchors", "public.audit_anchors"].flatMap((relation) =>
  tableLines({
    relation,
    rows: { "an anchor": () => "id = -1" },
    expected: `
      verb    row        anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  an anchor  deny       none     none    none   none        yes    none       yes
      closed  insert, update, delete
    `,
  })
);

/** What was retired is for every admin too. */
const retirements = tableLines({
  relation: "audit.retirements",
  rows: { "a retirement": () => "id = -4" },
  expected: `
    verb    row           anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  a retirement  deny       none     none    none   none        yes    none       yes
    closed  insert, update, delete
  `,
});

const settings = tableLines({
  relation: "audit.settings",
  rows: {},
  expected: `
    verb  row  anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    closed  select, insert, update, delete
  `,
});

/** The chains are sealed and walked by the database alone. */
const chains = ["audit.chain_heads", "audit.links"].flatMap((relation) =>
  tableLines({
    relation,
    rows: {},
    expected: `
      verb  row  anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      closed  select, insert, update, delete
    `,
  })
);

export const audit = [...entries, ...anchors, ...retirements, ...settings, ...chains];
