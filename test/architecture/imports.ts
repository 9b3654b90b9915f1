import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { parse } from 'svelte/compiler';
import ts from 'typescript';

/** One import of one file. */
export interface Import {
  /** The importing file, relative to the repository's root, with forward slashes. */
  from: string;
  /** A file in the same form when the import is relative, `node:…` for builtins, else `package:` and the specifier. */
  to: string;
  /** True when nothing of it is left after compilation. */
  typeOnly: boolean;
}

/** A source text with its name relative to the root, with forward slashes. */
export interface Source {
  file: string;
  text: string;
}

/** Every TypeScript and Svelte file under the rooms. */
export function readSources(root: string, rooms: readonly string[]): Source[] {
  return rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ file: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') })),
  );
}

/** The imports of one source: static, re-exports, dynamic `import()`, `import()` types and `require()`. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  for (const text of scriptsOf(source)) {
    const tree = ts.createSourceFile(source.file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
    const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
      if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
      found.push({ from: source.file, to: resolveImport(source.file, specifier.text), typeOnly });
    };
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnlyImport(node));
      else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, isTypeOnlyExport(node));
      else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
      else if (ts.isCallExpression(node) && isImportingCall(node)) add(node.arguments[0], false);
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return found;
}

function scriptsOf({ file, text }: Source): string[] {
  if (!file.endsWith('.svelte')) return [text];
  const { instance, module } = parse(text, { modern: true, filename: file });
  return [module, instance].flatMap((script) => {
    if (!script) return [];
    // The compiler's syntax tree tells where a script stands; acorn's types do not mention it.
    const { start, end } = script;
    const opening = text.indexOf('>', start) + 1;
    return [text.slice(opening, text.lastIndexOf('</', end))];
  });
}

function isTypeOnlyImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  if (clause.name !== undefined || clause.namedBindings === undefined) return false;
  const bindings = clause.namedBindings;
  return ts.isNamedImports(bindings) && bindings.elements.length > 0 && bindings.elements.every((e) => e.isTypeOnly);
}

function isTypeOnlyExport(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const clause = node.exportClause;
  return (
    clause !== undefined &&
    ts.isNamedExports(clause) &&
    clause.elements.length > 0 &&
    clause.elements.every((element) => element.isTypeOnly)
  );
}

function isImportingCall(node: ts.CallExpression): boolean {
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(node.expression) && node.expression.text === 'require';
}

function resolveImport(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(dirname(from), specifier));
  return isBuiltin(specifier) ? `node:${specifier.replace(/^node:/, '')}` : `package:${specifier}`;
}
