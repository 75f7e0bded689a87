/** The program as a whole moves: into a function, into two files, or apart, with comments and dead code in between. */
import ts from "typescript";
import { edited, type Edit, type Piece } from "./rewriting.js";
import { awaitsAtTop, declaredBy, isExported, isOfModule, parsed, statementLists, visitAll } from "./syntax.js";

/** Null where something must stay at the top of the file. */
export function inAsyncFunction(text: string): readonly Piece[] | null {
  return inside(text, "async function wholeProgram() {\n", "\n}\nawait wholeProgram();\n");
}

export function inClosure(text: string): readonly Piece[] | null {
  const waits = awaitsAtTop(parsed(text));
  return inside(text, waits ? ";await (async () => {\n" : ";(() => {\n", "\n})();\n");
}

/** Between all statements something that changes nothing. */
export function withNoise(text: string): readonly Piece[] {
  const source = parsed(text);
  const noise = [
    "// Nothing happens here.\n",
    "\n\n",
    "if (false) { console.log(0); }\n",
    "{ const unused = 1 + 2; void unused; }\n",
  ];
  const edits: Edit[] = [];
  for (const statements of statementLists(source)) {
    for (const statement of statements) {
      const line = lineToInsertAt(statement, text);
      if (line === null || ts.isImportDeclaration(statement)) continue;
      edits.push({ start: line, end: line, pieces: [noise[edits.length % noise.length] ?? ""] });
    }
  }
  return edited(text, edits);
}

export interface TwoFiles {
  readonly main: readonly Piece[];
  readonly library: readonly Piece[];
}

/** The first half of the statements goes into a file of its own; null where the second half changes what it declares. */
export function inTwoFiles(text: string): TwoFiles | null {
  const source = parsed(text);
  if (source.statements.some(isExported)) return null;
  const imports = source.statements.filter(isOfModule);
  const body = source.statements.filter((statement) => !isOfModule(statement));
  const middle = Math.floor(body.length / 2);
  const [first, second] = [body.slice(0, middle), body.slice(middle)];
  const names = first.flatMap(declaredBy);
  if (names.length === 0 || assigns(second, new Set(names.map(({ name }) => name)))) return null;
  // A function that is called before its declaration would now be called before it is imported.
  const later = new Set(second.flatMap(declaredBy).map(({ name }) => name));
  if (first.some((statement) => mentions(statement, later))) return null;
  const list = names.map(({ name, kind }) => (kind === "type" ? `type ${name}` : name)).join(", ");
  return {
    library: [...ranges(imports), "\n", ...ranges(first), `\nexport { ${list} };\n`],
    main: [...ranges(imports), `\nimport { ${list} } from "./library.js";\n`, ...ranges(second), "\n"],
  };
}

function inside(text: string, before: string, after: string): readonly Piece[] | null {
  const source = parsed(text);
  if (source.statements.some(isExported)) return null;
  const imports = source.statements.filter(isOfModule);
  const body = source.statements.filter((statement) => !isOfModule(statement));
  const [last] = source.statements.slice(-1);
  const rest: Piece = [last?.getEnd() ?? 0, text.length];
  return [...ranges(imports), "\n", before, ...ranges(body), rest, after];
}

/** Statements with the comments before them. */
function ranges(statements: readonly ts.Statement[]): readonly Piece[] {
  return statements.map((statement) => [statement.getFullStart(), statement.getEnd()] as const);
}

/** The start of the first line that belongs to a statement alone, with the comments above it; null where there is none. */
function lineToInsertAt(statement: ts.Statement, text: string): number | null {
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  const first = comments.find(({ pos }) => isOnOwnLine(pos, text))?.pos ?? statement.getStart();
  return isOnOwnLine(first, text) ? text.lastIndexOf("\n", first - 1) + 1 : null;
}

function isOnOwnLine(offset: number, text: string): boolean {
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset).trim() === "";
}

function assigns(statements: readonly ts.Statement[], names: ReadonlySet<string>): boolean {
  let found = false;
  const isNamed = (node: ts.Node): boolean => mentions(node, names);
  for (const statement of statements) {
    visitAll(statement, (node) => {
      if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) found ||= isNamed(node.left);
      if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) found ||= isNamed(node.operand);
      if (ts.isForOfStatement(node) || ts.isForInStatement(node)) found ||= isNamed(node.initializer);
    });
  }
  return found;
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function mentions(code: ts.Node, names: ReadonlySet<string>): boolean {
  let found = false;
  visitAll(code, (node) => {
    if (ts.isIdentifier(node) && names.has(node.text)) found = true;
  });
  return found;
}
