// The npm package carries no types; Deno reads them from the sources, other tools need to be told.
declare module "deno-std/toml/parse.js" {
  export function parse(text: string): Record<string, unknown>;
}
declare module "deno-std/csv/parse.js" {
  export function parse(text: string): string[][];
}
