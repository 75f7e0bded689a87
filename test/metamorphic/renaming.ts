/** Every name that a file declares gets another one; what others see of it (properties, exports) keeps its own. */
import ts from "typescript";
import { edited, type Edit, type Piece } from "./rewriting.js";
import { declaredBy, isExported, namesIn, parsed, visitAll } from "./syntax.js";

export function renamed(text: string): readonly Piece[] {
  const source = parsed(text);
  const names = declaredNames(source);
  for (const statement of source.statements)
    if (isExported(statement)) for (const { name } of declaredBy(statement)) names.delete(name);
  const edits: Edit[] = [];
  visitAll(source, (node) => {
    if (ts.isIdentifier(node) && names.has(node.text)) edits.push(...editOf(node, source));
  });
  return edited(text, edits);
}

function declaredNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  visitAll(source, (node) => {
    if (ts.isVariableDeclaration(node) || ts.isParameter(node)) namesIn(node.name).forEach((name) => names.add(name));
    const isNamed =
      ts.isFunctionDeclaration(node) ||
      ts.isFunctionExpression(node) ||
      ts.isClassLike(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeParameterDeclaration(node);
    if (isNamed && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  names.delete("this");
  return names;
}

function editOf(node: ts.Identifier, source: ts.SourceFile): readonly Edit[] {
  const { parent } = node;
  const start = node.getStart(source);
  const end = node.getEnd();
  const fresh = { text: `${node.text}_renamed`, origin: start };
  const replaced = (...pieces: readonly Piece[]): readonly Edit[] => [{ start, end, pieces }];
  if (ts.isShorthandPropertyAssignment(parent) && parent.name === node) return replaced(`${node.text}: `, fresh);
  if (ts.isBindingElement(parent) && parent.name === node && isShorthand(parent))
    return replaced(`${node.text}: `, fresh);
  if (ts.isImportSpecifier(parent)) {
    if (parent.propertyName === undefined) return replaced(`${node.text} as `, fresh);
    return parent.name === node ? replaced(fresh) : [];
  }
  if (ts.isExportSpecifier(parent)) {
    if (parent.propertyName === undefined) return replaced(fresh, ` as ${node.text}`);
    return parent.propertyName === node ? replaced(fresh) : [];
  }
  return isPropertyName(node, parent) ? [] : replaced(fresh);
}

function isShorthand(element: ts.BindingElement): boolean {
  return (
    ts.isObjectBindingPattern(element.parent) &&
    element.propertyName === undefined &&
    element.dotDotDotToken === undefined
  );
}

/** Names that belong to an object, a type's member or a label, and not to a scope. */
function isPropertyName(node: ts.Identifier, parent: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return true;
  if (ts.isNamedTupleMember(parent)) return parent.name === node;
  const isMember =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isAccessor(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isEnumMember(parent);
  return isMember && parent.name === node;
}
