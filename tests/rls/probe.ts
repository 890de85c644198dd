type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Arguments = Record<string, Json>;

/**
 * One identifier of one function of the API: the call as it would be right, with an identifier of something that is there and not the caller's. `at` says where
 * it stands: the argument, and the key within it. Ids that the seeds leave to chance are named in `lookups`.
 */
export type Probe = {
  name: string;
  at: [argument: string, key?: string];
  args: Arguments;
  /** Patients may see what they may book, at every hospital. */
  bookable?: true;
  /** Hospital staff get what they name: that is the purpose of the function. */
  opens?: true;
};

/** What an identifier becomes where nothing has it, of the same form. */
export const absentLike = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(absentLike);
  if (typeof value !== "string") return value;
  if (/^[0-9a-f-]{36}$/.test(value)) return "ffffffff-0000-4000-8000-000000000000";
  // A name like it, since how many of one's own patients a search compares depends on its letters.
  if (!/\d/.test(value)) return value.replace(/\p{L}$/u, "q");
  return value.replace(/[0-9A-Za-z]/g, (sign) => /\d/.test(sign) ? "0" : "Q");
};

/** Puts the ids that the seeds leave to chance into a probe. */
export const filledWith = (known: Record<string, string>) => (probe: Probe): Probe => ({
  ...probe,
  args: JSON.parse(
    JSON.stringify(probe.args).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => known[name] ?? ""),
  ),
});

export const input = (name: string, key: string, p_input: Arguments): Probe => ({
  name,
  at: ["p_input", key],
  args: { p_input },
});
export const inputs = (name: string, keys: string[], p_input: Arguments): Probe[] =>
  keys.map((key) => input(name, key, p_input));
export const argument = (name: string, at: string, args: Arguments): Probe => ({ name, at: [at], args });

/** The same for named arguments, which are called as the keys with `p_` before. */
export const named = (name: string, key: string, values: Arguments): Probe =>
  argument(name, `p_${key}`, Object.fromEntries(Object.entries(values).map(([of, value]) => [`p_${of}`, value])));
export const eachNamed = (name: string, keys: string[], values: Arguments): Probe[] =>
  keys.map((key) => named(name, key, values));
