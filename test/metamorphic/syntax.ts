/** Questions about syntax trees that several rewritings ask: lists of statements, and what a piece of code contains. */
import ts from "typescript";

export function parsed(text: string): ts.SourceFile {
  return ts.createSourceFile("main.ts", text, ts.ScriptTarget.ESNext, true);
}

/** Every list of statements in a file: its own, those of blocks and of the clauses of switches. */
export function statementLists(source: ts.SourceFile): readonly (readonly ts.Statement[])[] {
  const lists: (readonly ts.Statement[])[] = [];
  visitAll(source, (node) => {
    if (ts.isSourceFile(node) || ts.isBlock(node) || ts.isCaseOrDefaultClause(node)) lists.push(node.statements);
  });
  return lists;
}

export function visitAll(root: ts.Node, see: (node: ts.Node) => void): void {
  const visit = (node: ts.Node): void => {
    see(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
}

/** Whether code means the same in a function of its own: it neither waits nor leaves, and knows no `this`. */
export function canMove(code: ts.Node): boolean {
  let moves = true;
  const visit = (node: ts.Node, depth: "own" | "nested"): void => {
    const bound =
      node.kind === ts.SyntaxKind.ThisKeyword ||
      node.kind === ts.SyntaxKind.SuperKeyword ||
      (ts.isIdentifier(node) && node.text === "arguments");
    const leaves =
      depth === "own" &&
      (ts.isAwaitExpression(node) ||
        ts.isYieldExpression(node) ||
        ts.isReturnStatement(node) ||
        ts.isBreakOrContinueStatement(node) ||
        (ts.isForOfStatement(node) && node.awaitModifier !== undefined));
    if (bound || leaves) moves = false;
    ts.forEachChild(node, (child) => visit(child, ts.isFunctionLike(node) ? "nested" : depth));
  };
  visit(code, "own");
  return moves;
}

/** Whether a file waits outside of every function. */
export function awaitsAtTop(source: ts.SourceFile): boolean {
  let awaits = false;
  const visit = (node: ts.Node): void => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) awaits = true;
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  return awaits;
}

/** Whether code may make a leaf: its finding stands at the name that takes it, so it must not lose that name. */
export function makesLeaf(code: ts.Node): boolean {
  return /requiresGrad|\bnn\.|Parameter|requires_grad|\bnew\b/.test(code.getText());
}

/** The names that a statement of the top level declares, and whether they are values or types. */
export function declaredBy(
  statement: ts.Statement,
): readonly { readonly name: string; readonly kind: "value" | "type" }[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) =>
      namesIn(name).map((each) => ({ name: each, kind: "value" as const })),
    );
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name !== undefined)
    return [{ name: statement.name.text, kind: "value" }];
  if (ts.isEnumDeclaration(statement)) return [{ name: statement.name.text, kind: "value" }];
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    return [{ name: statement.name.text, kind: "type" }];
  return [];
}

export function namesIn(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(element.name) : []));
}

export function isExported(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) return !isEmptyExport(statement);
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

/** Imports and `export {}`, which must stand at the top of a file. */
export function isOfModule(statement: ts.Statement): boolean {
  return ts.isImportDeclaration(statement) || isEmptyExport(statement);
}

function isEmptyExport(statement: ts.Statement): boolean {
  return (
    ts.isExportDeclaration(statement) &&
    statement.exportClause !== undefined &&
    ts.isNamedExports(statement.exportClause) &&
    statement.exportClause.elements.length === 0
  );
}
