/** Reads the lines `NAME=value` of an .env file; quotes around a value are taken off, lines with # are comments. */
export function parseEnvFile(text: string): Record<string, string> {
  const entries = text.split("\n").flatMap((line) => {
    const match = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    return match?.[1] === undefined ? [] : [[match[1], (match[2] ?? "").replace(/^(["'])(.*)\1$/, "$2")] as const];
  });
  return Object.fromEntries(entries);
}
