/** Our word for a route of the NDC directory; what is not here is `other`. */
const ROUTES: Record<string, string> = {
  "ORAL": "oral",
  "SUBLINGUAL": "sublingual",
  "BUCCAL": "buccal",
  "OROPHARYNGEAL": "oromucosal",
  "ENTERAL": "enteral",
  "NASOGASTRIC": "enteral",
  "INTRAVENOUS": "intravenous",
  "INTRAMUSCULAR": "intramuscular",
  "SUBCUTANEOUS": "subcutaneous",
  "INTRADERMAL": "intradermal",
  "INTRA-ARTERIAL": "intra_arterial",
  "INTRA-ARTICULAR": "intra_articular",
  "INTRAOSSEOUS": "intraosseous",
  "INTRAPERITONEAL": "intraperitoneal",
  "INTRAPLEURAL": "intrapleural",
  "INTRATHECAL": "intrathecal",
  "EPIDURAL": "epidural",
  "INTRAVITREAL": "intravitreal",
  "INTRAVESICAL": "intravesical",
  "INTRALESIONAL": "intralesional",
  "RESPIRATORY (INHALATION)": "inhaled",
  "NASAL": "nasal",
  "TOPICAL": "topical",
  "CUTANEOUS": "topical",
  "PERCUTANEOUS": "topical",
  "TRANSDERMAL": "transdermal",
  "OPHTHALMIC": "ophthalmic",
  "AURICULAR (OTIC)": "otic",
  "DENTAL": "dental",
  "PERIODONTAL": "dental",
  "RECTAL": "rectal",
  "VAGINAL": "vaginal",
  "URETHRAL": "urethral",
  "INTRAUTERINE": "intrauterine",
  "IRRIGATION": "irrigation",
};

/** Our routes for those of a product of the NDC directory. */
export function routesOf(names: readonly string[]): string[] {
  const routes = [...new Set(names.map((name) => ROUTES[name.toUpperCase()] ?? "other"))];
  return routes.length === 0 ? ["other"] : routes.slice(0, 10);
}

/** Which dosage forms of the directory are which of ours, by their beginning and, where it matters, the route. */
const FORMS: [RegExp, Record<string, string> | string][] = [
  [/^TABLET.*CHEWABLE/, "chewable_tablet"],
  [/^TABLET.*DISINTEGRATING/, "orodispersible_tablet"],
  [/^TABLET.*EFFERVESCENT/, "effervescent_tablet"],
  [/^TABLET.*DELAYED/, "gastro_resistant_tablet"],
  [/^TABLET.*EXTENDED/, "prolonged_release_tablet"],
  [/^TABLET/, { sublingual: "sublingual_tablet", buccal: "buccal_tablet", vaginal: "pessary", any: "tablet" }],
  [/^CAPSULE.*DELAYED/, "gastro_resistant_capsule"],
  [/^CAPSULE.*EXTENDED/, "prolonged_release_capsule"],
  [/^CAPSULE/, "capsule"],
  [/^(LOZENGE|TROCHE|PASTILLE)/, "lozenge"],
  [/^GUM/, "chewing_gum"],
  [/^INJECTION.*POWDER/, "powder_for_injection"],
  [/^INJECTION.*(SUSPENSION|EMULSION|LIPOSOM)/, "suspension_for_injection"],
  [/^INJECTION/, "injection"],
  [/^IMPLANT/, "implant"],
  [/^(AEROSOL.*FOAM|FOAM)/, { rectal: "rectal_foam", any: "foam" }],
  [/^AEROSOL/, { inhaled: "inhalation_spray", nasal: "nasal_spray", any: "cutaneous_spray" }],
  [/^INHALANT/, "inhalation_spray"],
  [/^SPRAY/, {
    nasal: "nasal_spray",
    inhaled: "inhalation_spray",
    topical: "cutaneous_spray",
    any: "oromucosal_spray",
  }],
  [/^GAS/, "inhalation_gas"],
  [/^(PATCH|.*TRANSDERMAL)/, "transdermal_patch"],
  [/^FILM/, "oral_film"],
  [/^SUPPOSITORY/, { vaginal: "pessary", any: "suppository" }],
  [/^INSERT/, { vaginal: "pessary", any: "other" }],
  [/^RING/, "vaginal_ring"],
  [/^INTRAUTERINE/, "intrauterine_system"],
  [/^ENEMA/, "enema"],
  [/^(MOUTHWASH|RINSE)/, "mouthwash"],
  [/^IRRIGANT/, "irrigation"],
  [/^SHAMPOO/, "shampoo"],
  [/^CREAM/, { vaginal: "vaginal_cream", any: "cream" }],
  [/^OINTMENT/, { ophthalmic: "eye_ointment", any: "ointment" }],
  [/^(GEL|JELLY)/, {
    ophthalmic: "eye_gel",
    vaginal: "vaginal_gel",
    dental: "dental_gel",
    nasal: "nasal_gel",
    oral: "oral_gel",
    any: "gel",
  }],
  [/^LOTION/, "lotion"],
  [/^PASTE/, "paste"],
  [/^(PAD|CLOTH|SWAB|SPONGE|DRESSING|TAPE)/, "medicated_dressing"],
  [/^GRANULE/, "oral_granules"],
  [/^POWDER/, {
    oral: "oral_powder",
    inhaled: "inhalation_powder",
    intravenous: "powder_for_injection",
    intramuscular: "powder_for_injection",
    any: "cutaneous_powder",
  }],
  [/^SUSPENSION/, {
    oral: "oral_suspension",
    ophthalmic: "eye_drops",
    otic: "ear_drops",
    inhaled: "nebuliser_solution",
    nasal: "nasal_spray",
    rectal: "enema",
    topical: "lotion",
    any: "suspension_for_injection",
  }],
  [/^(SOLUTION|LIQUID|SYRUP|ELIXIR|TINCTURE|EMULSION|OIL|CONCENTRATE)/, {
    oral: "oral_solution",
    ophthalmic: "eye_drops",
    otic: "ear_drops",
    inhaled: "nebuliser_solution",
    nasal: "nasal_drops",
    rectal: "enema",
    irrigation: "irrigation",
    dental: "mouthwash",
    intravenous: "injection",
    intramuscular: "injection",
    subcutaneous: "injection",
    any: "cutaneous_solution",
  }],
  [/^KIT/, "kit"],
];

/** Our dose form for one of the directory with our routes; `other` where we have none. */
export function doseFormOf(name: string, routes: readonly string[]): string {
  const found = FORMS.find(([pattern]) => pattern.test(name.toUpperCase()))?.[1] ?? "other";
  if (typeof found === "string") return found;
  return routes.map((route) => found[route]).find((form) => form !== undefined) ?? found.any ?? "other";
}

/** What one piece of a dose form is called when stock counts it. */
const PIECES: [RegExp, string][] = [
  [/tablet$/, "tablet"],
  [/capsule$/, "capsule"],
  [/^(suppository|pessary|lozenge|implant|kit)$/, ""],
  [/patch$/, "patch"],
  [/ring$/, "ring"],
  [/^intrauterine_system$/, "device"],
  [/^(inhalation_spray|inhalation_powder|nasal_spray|oromucosal_spray|cutaneous_spray)$/, "dose"],
  [/^powder_for_injection$/, "vial"],
  [/^(oral_powder|oral_granules)$/, "sachet"],
];

/** What stock counts of a dose form whose strength is by the piece. */
export function pieceOf(form: string): string {
  const found = PIECES.find(([pattern]) => pattern.test(form));
  return found === undefined ? "unit" : found[1] || form;
}

const UNITS: Record<string, string> = { "ug": "mcg", "[iU]": "unit", "[USP'U]": "unit", "meq": "mEq" };

/** Our word for a unit of the directory. */
export function unitOf(name: string): string {
  return UNITS[name] ?? name;
}
