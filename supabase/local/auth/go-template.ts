/** What a template may name: `.Token`, `.Data.language`. */
export type TemplateData = { [name: string]: string | TemplateData | undefined };

type Branch = { condition: string | null; nodes: Node[] };
type Node = { text: string } | { value: string } | { branches: Branch[] };

const action = /\{\{\s*([\s\S]*?)\s*\}\}/g;

/**
 * Fills a mail template as Auth does on the platform, where it is Go's html/template. Knows what templates of this project use, and throws on everything
 * else: `{{ .Token }}`, `{{ if eq (printf `%.2s` .Data.language) `de` }}`, `{{ else if … }}`, `{{ else }}`, `{{ end }}`. Values are escaped.
 */
export function render(template: string, data: TemplateData): string {
  return filled(parse(template), data);
}

function parse(template: string): Node[] {
  const root: Node[] = [];
  const open: { branches: Branch[] }[] = [];
  const nodes = () => open.at(-1)?.branches.at(-1)?.nodes ?? root;
  let end = 0;
  for (const found of template.matchAll(action)) {
    const code = found[1] ?? "";
    nodes().push({ text: template.slice(end, found.index) });
    end = found.index + found[0].length;
    const condition = /^(else )?if (.+)$/.exec(code);
    if (condition?.[1] === undefined && condition !== null) {
      const opened = { branches: [{ condition: condition[2] ?? "", nodes: [] }] };
      nodes().push(opened);
      open.push(opened);
    } else if (condition !== null || code === "else") {
      const branch = { condition: condition?.[2] ?? null, nodes: [] };
      (open.at(-1) ?? unknown(code)).branches.push(branch);
    } else if (code === "end") {
      open.pop() ?? unknown(code);
    } else {
      nodes().push({ value: code });
    }
  }
  if (open.length > 0) throw new Error("A mail template lacks an end");
  root.push({ text: template.slice(end) });
  return root;
}

function filled(nodes: Node[], data: TemplateData): string {
  return nodes.map((node) => {
    if ("text" in node) return node.text;
    if ("value" in node) return escaped(valueOf(node.value, data));
    const taken = node.branches.find(({ condition }) => condition === null || holds(condition, data));
    return taken === undefined ? "" : filled(taken.nodes, data);
  }).join("");
}

/** The two conditions: a name that is not empty, and the beginning of a value. */
function holds(condition: string, data: TemplateData): boolean {
  const beginning = /^eq \(printf `%\.(\d+)s` (\S+)\) `([^`]*)`$/.exec(condition);
  if (beginning === null) return valueOf(condition, data) !== "";
  const [, length, name = "", wanted] = beginning;
  return [...valueOf(name, data)].slice(0, Number(length)).join("") === wanted;
}

function valueOf(name: string, data: TemplateData): string {
  if (!/^(\.[A-Za-z_]\w*)+$/.test(name)) return unknown(name);
  let value: string | TemplateData | undefined = data;
  for (const key of name.slice(1).split(".")) value = typeof value === "object" ? value[key] : undefined;
  return typeof value === "string" ? value : "";
}

function unknown(code: string): never {
  throw new Error(`A mail template says {{ ${code} }}, which is not known here`);
}

const escapes: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
  "+": "&#43;",
};
const escaped = (text: string) => text.replace(/[&<>"'+]/g, (sign) => escapes[sign] ?? sign);
