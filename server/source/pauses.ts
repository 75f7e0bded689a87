/**
 * Where a run may pause: at the head of a training loop, in `if ($due()) await $tick();`. A loop counts that holds a
 * backward pass and stands where a program waits anyway: at the module's own level, where nothing else of the program
 * runs meanwhile, or in an async function whose loop has an `await` already. `$due` is false for a short run, so that
 * nothing changes its order.
 */
import ts from "typescript";

export const pauseText = "if ($due()) await $tick();";

/** Whether a statement is the body of such a loop. */
export function isPausingBody(body: ts.Node, source: ts.SourceFile): body is ts.Block {
  const loop = body.parent;
  if (loop === undefined || !ts.isIterationStatement(loop, false) || loop.statement !== body) return false;
  if (!ts.isBlock(body) || !holds(body, isBackwardPass)) return false;
  const around = functionAround(loop);
  if (around === null) return ts.isExternalModule(source) && !holds(source, isRequire);
  return (
    isAsync(around) &&
    (holds(body, ts.isAwaitExpression) || (ts.isForOfStatement(loop) && loop.awaitModifier !== undefined))
  );
}

/** In the text of a loop or a file, without the functions in it. */
function holds(node: ts.Node, isWanted: (node: ts.Node) => boolean): boolean {
  return (
    ts.forEachChild(node, (child) => {
      if (ts.isFunctionLike(child) || ts.isClassLike(child)) return undefined;
      return isWanted(child) || holds(child, isWanted) ? true : undefined;
    }) === true
  );
}

function isBackwardPass(node: ts.Node): boolean {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "backward"
  );
}

/** A module that is required cannot wait at its own level. */
function isRequire(node: ts.Node): boolean {
  return ts.isIdentifier(node) && (node.text === "require" || node.text === "module");
}

function functionAround(node: ts.Node): ts.SignatureDeclaration | ts.ClassStaticBlockDeclaration | null {
  for (let around = node.parent; around !== undefined; around = around.parent)
    if (ts.isFunctionLike(around) || ts.isClassStaticBlockDeclaration(around)) return around;
  return null;
}

function isAsync(node: ts.SignatureDeclaration | ts.ClassStaticBlockDeclaration): boolean {
  if (ts.isClassStaticBlockDeclaration(node) || !ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
}
