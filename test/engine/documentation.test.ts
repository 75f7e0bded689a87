/** Every public thing of the engine says what it is, where an editor shows it on hover. */
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const door = fileURLToPath(new URL("../../engine/index.ts", import.meta.url));

it("every export and every public member of it has a doc comment", () => {
  const { documented, lacking } = publicNames();
  expect(lacking).toEqual([]);
  expect(documented).toBeGreaterThan(3000);
});

function publicNames(): { readonly documented: number; readonly lacking: readonly string[] } {
  const program = ts.createProgram([door], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ["gradlens-source"],
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(door);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error("The door of the engine has no exports.");
  const seen = new Set<ts.Symbol>();
  const lacking: string[] = [];
  let documented = 0;
  const visit = (named: ts.Symbol, path: string): void => {
    const symbol = (named.flags & ts.SymbolFlags.Alias) === 0 ? named : checker.getAliasedSymbol(named);
    if (seen.has(symbol)) return;
    seen.add(symbol);
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined || !isOurs(declaration) || isHidden(symbol, declaration, checker)) return;
    if (needsNoComment(symbol)) documented++;
    else if (symbol.getDocumentationComment(checker).length > 0) documented++;
    else lacking.push(path);
    for (const inner of innerNames(symbol, checker)) visit(inner, `${path}.${inner.name}`);
  };
  for (const symbol of checker.getExportsOfModule(module)) visit(symbol, symbol.name);
  return { documented, lacking };
}

function isOurs(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes("/engine/");
}

function isHidden(symbol: ts.Symbol, declaration: ts.Declaration, checker: ts.TypeChecker): boolean {
  const modifiers = ts.getCombinedModifierFlags(declaration);
  const isInner = (modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;
  return isInner || symbol.getJsDocTags(checker).some(({ name }) => name === "internal");
}

/** A namespace is a file, whose first lines say what it is for; a class says for its constructor what is to be said. */
function needsNoComment(symbol: ts.Symbol): boolean {
  const kinds =
    ts.SymbolFlags.Module | ts.SymbolFlags.Constructor | ts.SymbolFlags.Prototype | ts.SymbolFlags.ExportStar;
  return (symbol.flags & kinds) !== 0;
}

function innerNames(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
  const inner: ts.Symbol[] = [];
  if ((symbol.flags & ts.SymbolFlags.Module) !== 0) inner.push(...checker.getExportsOfModule(symbol));
  const isType = (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) !== 0;
  if (isType) inner.push(...checker.getDeclaredTypeOfSymbol(symbol).getProperties());
  if ((symbol.flags & ts.SymbolFlags.Class) !== 0) inner.push(...(symbol.exports?.values() ?? []));
  return inner;
}
