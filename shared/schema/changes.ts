type Params = { error: string; when: (payload: { issues: unknown[] }) => boolean };

/** For the schema of a PATCH: `.refine(...changesSomething)` refuses a body that names no field. Silent while a field is refused for itself. */
export const changesSomething: [(changes: object) => boolean, Params] = [
  (changes) => Object.keys(changes).length > 0,
  { error: "must name at least one field", when: ({ issues }) => issues.length === 0 },
];
