import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { read, root } from "./project.ts";

/** One import of a file. `typeOnly` ones are gone at run time. */
export type Import = { from: string; specifier: string; typeOnly: boolean };

/** Every import and re-export of a file, dynamic ones included; a dynamic one with a computed address is "". */
export function importsOf(path: string): Import[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2023);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  const add = (specifier: ts.Expression | undefined, typeOnly: boolean) => {
    found.push({ from: path, specifier: specifier && ts.isStringLiteral(specifier) ? specifier.text : "", typeOnly });
  };
  visit(source);
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return clause.name === undefined && named !== undefined && ts.isNamedImports(named) &&
    named.elements.every((element) => element.isTypeOnly);
}

/** The file behind a relative import, by its path from the root. */
export const target = ({ from, specifier }: Import): string =>
  normalize(join(dirname(from), specifier)).replaceAll("\\", "/");

export const isRelative = ({ specifier }: Import): boolean => /^\.\.?\//.test(specifier);

type WalkOptions = {
  /** Leaves out what is imported as a type alone. */
  runtime?: boolean;
  /** Files to walk into. */
  within?: (path: string) => boolean;
};

/** Every file that an entry reaches through relative imports, the entry first. */
export function reachable(entry: string, { runtime = false, within = () => true }: WalkOptions = {}): string[] {
  const seen = new Set([entry]);
  for (const path of seen) {
    for (const one of importsOf(path)) {
      if (!isRelative(one) || (runtime && one.typeOnly)) continue;
      if (within(target(one)) && existsSync(join(root, target(one)))) seen.add(target(one));
    }
  }
  return [...seen];
}
