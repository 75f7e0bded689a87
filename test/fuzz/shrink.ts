/**
 * Makes a program smaller while it still shows what is asked for: drops statements, takes blocks apart, and puts parts
 * of expressions in the place of the whole. What is asked for is a function, so the same code shrinks false reports
 * and missed ones.
 */
import ts from "typescript";
import { judge, type Judgement } from "./judge.js";
import { typeErrorsOf } from "./well-typed.js";

export type Files = Readonly<Record<string, string>>;
type StillShows = (files: Files) => Promise<boolean>;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const mostTries = 1500;

export async function shrink(files: Files, stillShows: StillShows): Promise<Files> {
  let small = files;
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < mostTries;) {
    isSmaller = false;
    for (const name of Object.keys(small)) {
      let skip = 0;
      for (;;) {
        const edit = editsOf(small[name] ?? "")[skip];
        if (edit === undefined || ++tries > mostTries) break;
        const next = applied(small, name, edit);
        if (next !== null && (await stillShows(next))) {
          small = next;
          isSmaller = true;
        } else skip++;
      }
    }
  }
  return small;
}

/** The program still makes a statement about this leaf that its runs contradict. */
export function contradicts(line: string, code: string): StillShows {
  return asked(({ wrong }, textAt) => wrong.some((found) => found.code === code && textAt(found.site) === line));
}

/** The leaf receives in no run, all runs come to their end with some loss, and nothing is said. */
export function misses(line: string): StillShows {
  return asked(
    ({ leaves, execution: { runs } }, textAt) =>
      runs.every(({ problem, received, failed }) => problem === null && failed.size === 0 && received.size > 0) &&
      leaves.some(({ site, receives, said }) => receives === "in no run" && said !== "never" && textAt(site) === line),
  );
}

/** The text of the line at "file:line". */
export function textOfSite(files: Files, site: string): string {
  const [file = "", line = ""] = site.split(":");
  return (files[file] ?? "").split("\n")[Number(line)]?.trim() ?? "";
}

function asked(isShown: (judgement: Judgement, textAt: (site: string) => string) => boolean): StillShows {
  return async (files) => {
    try {
      if (!isParsed(files)) return false;
      // The types are the slowest to check, so they come last.
      return isShown(await judge(files), (site) => textOfSite(files, site)) && typeErrorsOf(files).length === 0;
    } catch {
      // What is left is no program any more.
      return false;
    }
  };
}

function isParsed(files: Files): boolean {
  return Object.values(files).every(
    (text) => ts.transpileModule(text, { reportDiagnostics: true }).diagnostics?.length === 0,
  );
}

function applied(files: Files, name: string, { start, end, text }: Edit): Files | null {
  const before = files[name] ?? "";
  const after = (before.slice(0, start) + text + before.slice(end)).replace(/\n\s*\n/g, "\n");
  return after.length < before.length ? { ...files, [name]: after } : null;
}

/** Everything that could be tried, the largest cuts first. */
function editsOf(text: string): readonly Edit[] {
  const source = ts.createSourceFile("main.ts", text, ts.ScriptTarget.Latest, true);
  const edits: Edit[] = [];
  const replace = (node: ts.Node, by: ts.Node | string): void => {
    const kept = typeof by === "string" ? by : by.getText(source);
    edits.push({ start: node.getStart(source), end: node.end, text: kept });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isStatement(node) && !ts.isBlock(node)) replace(node, "");
    if (ts.isClassElement(node)) replace(node, "");
    for (const by of partsOf(node, source)) replace(node, by);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits.sort((a, b) => b.end - b.start - b.text.length - (a.end - a.start - a.text.length));
}

function partsOf(node: ts.Node, source: ts.SourceFile): readonly (ts.Node | string)[] {
  if (ts.isIfStatement(node))
    return [inner(node.thenStatement, source), ...(node.elseStatement ? [inner(node.elseStatement, source)] : [])];
  if (ts.isIterationStatement(node, false)) return [inner(node.statement, source)];
  if (ts.isTryStatement(node))
    return [
      inner(node.tryBlock, source),
      ...(node.catchClause ? [inner(node.catchClause.block, source)] : []),
      ...(node.finallyBlock ? [inner(node.finallyBlock, source)] : []),
    ];
  if (ts.isBlock(node) && ts.isStatement(node.parent)) return [inner(node, source)];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse];
  if (ts.isBinaryExpression(node)) return [node.left, node.right];
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isAwaitExpression(node))
    return [node.expression];
  if (ts.isCallExpression(node)) {
    const receiver = ts.isPropertyAccessExpression(node.expression) ? [node.expression.expression] : [];
    return [...receiver, ...node.arguments.filter((argument) => !ts.isSpreadElement(argument))];
  }
  if (ts.isArrayLiteralExpression(node)) return node.elements.map((_, index) => without(node, index, source));
  if (ts.isObjectLiteralExpression(node))
    return node.properties.map((_, index) => withoutProperty(node, index, source));
  if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) return [];
  return [];
}

/** The statements of a block without its braces. */
function inner(statement: ts.Statement, source: ts.SourceFile): string {
  return ts.isBlock(statement)
    ? statement.statements.map((each) => each.getText(source)).join("\n")
    : statement.getText(source);
}

function without({ elements }: ts.ArrayLiteralExpression, index: number, source: ts.SourceFile): string {
  return `[${elements
    .filter((_, other) => other !== index)
    .map((each) => each.getText(source))
    .join(", ")}]`;
}

function withoutProperty({ properties }: ts.ObjectLiteralExpression, index: number, source: ts.SourceFile): string {
  return `{ ${properties
    .filter((_, other) => other !== index)
    .map((each) => each.getText(source))
    .join(", ")} }`;
}
