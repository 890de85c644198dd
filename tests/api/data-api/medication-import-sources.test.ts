import { expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import {
  cited,
  faultsOf,
  imported,
  linesOf,
  rule,
  secretImports,
  terms,
  word,
} from "../../support/medication-imports.ts";

const theirs = `${word}-theirs`;
const ours = `${word}-ours`;
const named = (name: string) => ({ name: `${word} shared ${name}` });
const beta = { class: `${word}_shared`, ingredient: named("beta").name };
const gamma = { ...beta, ingredient: named("gamma").name };
const ingredients = ["beta", "gamma"].map(named);
const isMember = () =>
  sqlValue(
    `select exists (select from public.ingredient_classes m join public.medication_classes c on c.id = m.class_id
       join public.ingredients i on i.id = m.ingredient_id where c.name = $1 and i.name = $2)`,
    [beta.class, beta.ingredient],
  );

test("what another source says as well stays when one of them says it no more", async () => {
  const classes = [{ name: beta.class, title: "Shared", duplicate_therapy: true }];
  await imported({ classes, ingredients, ingredient_classes: [beta, gamma] }, { source: theirs });
  await imported({ classes: [{ name: beta.class, title: "Shared" }], ingredient_classes: [beta, gamma] }, {
    source: ours,
  });
  await imported({ ingredient_classes: [gamma] }, { source: ours });
  expect(await isMember()).toBe(true);
  const flag = "select duplicate_therapy from public.medication_classes where name = $1";
  expect(await sqlValue(flag, [beta.class])).toBe(true);
  await imported({ classes, ingredients, ingredient_classes: [gamma] }, { source: theirs });
  expect(await isMember()).toBe(false);
});

test("a group of allergies and what cross-reacts belong to the source that brought them", async () => {
  const group = { name: `${word} group`, class: beta.class, ...cited };
  const reaction = { group: `${word} group`, target: beta.ingredient, level: "critical", ...cited };
  await imported({ allergy_groups: [group], allergy_cross_reactions: [reaction] }, { source: theirs });
  const message = "This stands already, and this source did not bring it.";
  expect(await faultsOf({ allergy_groups: [group] }, "knowledge", ours)).toEqual([[
    "allergy_groups.csv:2",
    "",
    message,
  ]]);
  expect(await faultsOf({ allergy_cross_reactions: [{ ...reaction, level: "info" }] }, "knowledge", ours))
    .toEqual([["allergy_cross_reactions.csv:2", "", message]]);
  await imported({ allergy_groups: [group], allergy_cross_reactions: [{ ...reaction, level: "info" }] }, {
    source: theirs,
  });
  const level =
    "select level from public.allergy_cross_reactions x join public.allergy_groups g on g.id = x.group_id where g.name = $1";
  expect(await sqlValue(level, [group.name])).toBe("info");
});

test("an ingredient that its source no longer speaks of is reviewed no more", async () => {
  const source = `${word}-reviewed`;
  const [one, two] = ["one", "two"].map((name) => ({ name: `${word} ${name}`, reviewed: true }));
  await imported({ ingredients: [one, two].flatMap((row) => row ?? []) }, { source });
  await imported({ ingredients: [two].flatMap((row) => row ?? []) }, { source });
  const { rows } = await sql().query(
    "select name from public.ingredients where name = any ($1) and reviewed_version is not null",
    [[`${word} one`, `${word} two`]],
  );
  expect(rows).toEqual([{ name: `${word} two` }]);
});

test("a file that would end more than half of what its source said takes effect only when that is meant", async () => {
  const source = `${word}-many`;
  const many = Array.from({ length: 20 }, (_, at) => rule(`many-${at}`));
  await imported({ ...terms, rules: many }, { source });
  const inForce = () =>
    sqlValue("select count(*)::int from public.interaction_rules where rule_key like $1 and until_version is null", [
      `${word}-many-%`,
    ]);
  const few = { rules: many.slice(0, 3) };
  await expect(imported(few, { source })).rejects.toThrow("would end 17 of the 20 rules");
  expect(await inForce()).toBe(20);
  expect(await imported(few, { source, dryRun: true })).toMatchObject({ counts: { rules: { ended: 17 } } });
  await imported(few, { source, replace: true });
  expect(await inForce()).toBe(3);
});

test("an import of which lines were lost is refused", async () => {
  const begun = await secretImports().start("knowledge", `${word}-lost`, "1".repeat(64));
  const id = begun.status === "open" ? begun.id : "";
  await secretImports().stage(id, linesOf({ rules: [rule("lost-1")] }));
  await sql().query("delete from private.import_lines where import_id = $1", [id]);
  await secretImports().stage(id, linesOf({ rules: [rule("lost-2")] }));
  await expect(secretImports().run(id, false)).rejects.toThrow("were lost");
});
