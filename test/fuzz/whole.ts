/** Whether a shrunk program is still one: it can be parsed, and every generated name that it uses is declared. */
import ts from "typescript";

export function isWhole(files: Readonly<Record<string, string>>): boolean {
  return Object.values(files).every((text) => {
    const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true });
    return diagnostics.length === 0 && namesAreDeclared(text);
  });
}

/** Generated names end with a number and are unique, so scopes need no thought. */
function namesAreDeclared(text: string): boolean {
  const declared = new Set<string>();
  const used = new Set<string>();
  const visit = (node: ts.Node, parent: ts.Node): void => {
    if (ts.isIdentifier(node) && /\d$/.test(node.text)) {
      if (isDeclaration(node, parent)) declared.add(node.text);
      else if (!isProperty(node, parent)) used.add(node.text);
    }
    ts.forEachChild(node, (child) => visit(child, node));
  };
  const source = ts.createSourceFile("main.ts", text, ts.ScriptTarget.Latest);
  visit(source, source);
  return [...used].every((name) => declared.has(name));
}

function isDeclaration(node: ts.Identifier, parent: ts.Node): boolean {
  return (
    (ts.isVariableDeclaration(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.name === node) ||
    (ts.isFunctionDeclaration(parent) && parent.name === node) ||
    (ts.isClassDeclaration(parent) && parent.name === node) ||
    (ts.isImportSpecifier(parent) && parent.name === node) ||
    ts.isLabeledStatement(parent)
  );
}

function isProperty(node: ts.Identifier, parent: ts.Node): boolean {
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isImportSpecifier(parent) && parent.propertyName === node)
  );
}
