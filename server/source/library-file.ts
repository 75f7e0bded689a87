/**
 * A library that a user describes in a file `NAME.gradlens.json`: what its functions, methods and properties do to a
 * gradient, in the words of `docs/libraries.md`. A file with a fault describes nothing, so that a typing error never
 * turns into a finding; the first fault is told.
 *
 *     { "name": "tiny", "imports": ["tiny-grad"], "names": { "param": "variable" }, "methods": { "mul": "flows" } }
 */
import ts from "typescript";
import { libraryNamed, libraryOf } from "../libraries/index.js";
import type { Library, Meaning, MethodMeaning, OpEffect, OpMeaning, PropertyMeaning } from "../libraries/library.js";
import { opRow, readOut } from "../libraries/rows.js";
import { spanBetween, syntaxFaults, type SyntaxFault } from "./parse.js";

export interface LibraryFile {
  readonly uri: string;
  readonly library: Library | null;
  readonly faults: readonly SyntaxFault[];
}

export function readLibraryFile(uri: string, text: string): LibraryFile {
  // Not by `parseJsonText`, whose nodes do not know where they stand.
  const source = ts.createSourceFile(uri, text, ts.ScriptTarget.JSON, true, ts.ScriptKind.JSON);
  const [broken] = syntaxFaults(source);
  if (broken !== undefined) return { uri, library: null, faults: [broken] };
  const [statement] = source.statements;
  const root = statement !== undefined && ts.isExpressionStatement(statement) ? statement.expression : source;
  try {
    return { uri, library: libraryIn(root, source), faults: [] };
  } catch (fault) {
    if (fault instanceof Fault) return { uri, library: null, faults: [fault.told] };
    throw fault;
  }
}

/** The first thing that cannot be meant ends the reading. */
class Fault extends Error {
  constructor(readonly told: SyntaxFault) {
    super(told.message);
  }
}

function fail(node: ts.Node, message: string): never {
  const source = node.getSourceFile();
  throw new Fault({ span: spanBetween(source, node.getStart(source), node.getEnd()), message });
}

const fields = ["$schema", "name", "imports", "like", "names", "methods", "properties", "types"];

function libraryIn(root: ts.Node, source: ts.SourceFile): Library {
  if (!ts.isObjectLiteralExpression(root))
    fail(root, 'this is no object, so it describes nothing. Write `{ "name": "…", "imports": ["…"], "names": { … } }`');
  const entries = new Map(entriesOf(root).map(({ key, name, value }) => [key, { name, value }] as const));
  for (const [key, { name }] of entries)
    if (!fields.includes(key))
      fail(name, `\`${key}\` is no part of a library. Its parts are ${quoted(fields.slice(1))}`);
  const part = (key: string): ts.Expression | null => entries.get(key)?.value ?? null;
  const name = part("name");
  if (name === null || !ts.isStringLiteral(name))
    fail(name ?? source, 'the library has no `"name"`, by which messages call it');
  const imports = textsIn(
    part("imports"),
    source,
    'the library has no `"imports"`: the modules that a program imports, as `["tiny-grad"]`',
  );
  for (const specifier of imports)
    if (libraryOf(specifier.text, "built in") !== null)
      fail(specifier, `\`${specifier.text}\` has a table of its own in GradLens, so a file cannot describe it again`);
  const base = likeOf(part("like"));
  return {
    ...(base ?? nothingKnown),
    name: name.text,
    specifiers: imports.map(({ text }) => text),
    runs: false,
    names: new Map([...(base?.names ?? []), ...rowsIn(part("names"), nameMeaning)]),
    methods: new Map([...(base?.methods ?? []), ...rowsIn(part("methods"), methodMeaning)]),
    properties: new Map([...(base?.properties ?? []), ...rowsIn(part("properties"), propertyMeaning)]),
    tensorTypes: new Set([
      ...(base?.tensorTypes ?? []),
      ...(part("types") === null ? [] : textsIn(part("types"), source, "").map(({ text }) => text)),
    ]),
  };
}

const nothingKnown: Omit<Library, "name" | "specifiers" | "names" | "methods" | "properties" | "tensorTypes"> = {
  records: "everywhere",
  runs: false,
  options: new Set(["requiresGrad"]),
  tape: null,
  shapes: null,
  summaries: new Map(),
};

/** Everything that another table says holds here too, where no row says otherwise. */
function likeOf(node: ts.Expression | null): Library | null {
  if (node === null) return null;
  const known = ts.isStringLiteral(node) ? libraryNamed(node.text) : null;
  return known ?? fail(node, `\`${node.getText()}\` has no table in GradLens. One that has is \`"@gradlens/engine"\``);
}

function textsIn(node: ts.Expression | null, source: ts.SourceFile, missing: string): readonly ts.StringLiteral[] {
  if (node === null) fail(source, missing);
  if (!ts.isArrayLiteralExpression(node)) fail(node, `\`${node.getText()}\` is no list of names. Write \`["…"]\``);
  return node.elements.map((each) =>
    ts.isStringLiteral(each) ? each : fail(each, `\`${each.getText()}\` is no name. Write it in quotes`),
  );
}

function rowsIn<M>(
  node: ts.Expression | null,
  read: (name: string, node: ts.Expression) => M,
): readonly (readonly [string, M])[] {
  if (node === null) return [];
  if (!ts.isObjectLiteralExpression(node))
    fail(node, `\`${node.getText()}\` is no object. Write one line for each name, as \`{ "relu": "flows" }\``);
  return entriesOf(node).map(({ key, value }) => [key, read(key, value)] as const);
}

const simpleNames: ReadonlyMap<string, Meaning> = new Map(
  Object.entries<Meaning>({
    namespace: { kind: "namespace" },
    constant: { kind: "constant" },
    creates: { kind: "creates" },
    variable: { kind: "variable", because: "a variable starts with a copy of the value, which has no history" },
    harmless: { kind: "harmless" },
    returnsFirst: { kind: "returns", at: 0 },
    noGrad: { kind: "pauses" },
    enableGrad: { kind: "resumes" },
    calls: { kind: "calls" },
    module: { kind: "class", instance: { kind: "module" } },
    parameter: { kind: "class", instance: { kind: "parameter" } },
    optimizer: { kind: "class", instance: { kind: "optimizer" } },
    stopGradient: { kind: "cuts", control: "stopGradient", because: "it gives back the value as a constant" },
  }),
);

function nameMeaning(name: string, node: ts.Expression): Meaning {
  const simple = ts.isStringLiteral(node) ? simpleNames.get(node.text) : undefined;
  if (simple !== undefined) return simple;
  const layer = onlyEntry(node, "layer");
  if (layer !== null) {
    const parameters = textsIn(layer, node.getSourceFile(), "").map(({ text }) => text);
    return { kind: "class", instance: { kind: "layer", parameters, gives: { kind: "tensor" } } };
  }
  return opMeaning(name, node, [...simpleNames.keys()], '`{ "layer": ["weight", "bias"] }`');
}

const simpleMethods: ReadonlyMap<string, MethodMeaning> = new Map(
  Object.entries<MethodMeaning>({
    backward: { kind: "backward" },
    returnsReceiver: { kind: "returnsReceiver" },
    requires: { kind: "requires" },
    harmless: { kind: "harmless" },
  }),
);

function methodMeaning(name: string, node: ts.Expression): MethodMeaning {
  const word = ts.isStringLiteral(node) ? node.text : null;
  const simple = word === null ? undefined : simpleMethods.get(word);
  if (simple !== undefined) return simple;
  if (word === "detach")
    return { kind: "cuts", control: "detach", because: `\`${name}()\` returns the value without its history` };
  if (word === "takesValue")
    return {
      kind: "takesValue",
      label: `${name}()`,
      because: `\`${name}()\` takes over the value alone, without its history`,
    };
  if (word === "read") return readOut("tolist", `${name}()`, "numbers");
  return opMeaning(name, node, [...simpleMethods.keys(), "detach", "takesValue", "read"], null);
}

function propertyMeaning(name: string, node: ts.Expression): PropertyMeaning {
  switch (ts.isStringLiteral(node) ? node.text : null) {
    case "fact":
      return { kind: "fact" };
    case "same":
      return { kind: "same" };
    case "requires":
      return { kind: "requires" };
    case "gradient":
      return { kind: "grad", because: `\`${name}\` is a gradient, which has no history of its own` };
    case "read":
      return readOut("tolist", name, "numbers");
    default:
      return fail(
        node,
        `\`${node.getText()}\` is no meaning of a property. Write ${quoted(["fact", "same", "requires", "gradient", "read"])}`,
      );
  }
}

/** `"flows"`, an effect for all inputs, or `{ "inputs": { "condition": { "zero": "…" }, "a": "flows" } }`. */
function opMeaning(op: string, node: ts.Expression, words: readonly string[], also: string | null): OpMeaning {
  const inputs = onlyEntry(node, "inputs");
  if (inputs !== null)
    return rowOf(
      op,
      rowsIn(inputs, (_, each) => effectIn(each) ?? fail(each, unknownEffect(each))),
    );
  const effect = effectIn(node);
  if (effect !== null)
    return rowOf(op, [
      ["x", effect],
      ["y", effect],
    ]);
  const others = also === null ? "" : `, ${also}`;
  return fail(
    node,
    `\`${node.getText()}\` is no meaning of \`${op}\`. Write \`"flows"\`, \`{ "zero": "because …" }\`, \`{ "cut": "because …" }\`, ` +
      `\`{ "throws": "because …" }\`, \`{ "inputs": { … } }\`${others} or one of ${quoted(words)}`,
  );
}

function effectIn(node: ts.Expression): OpEffect | null {
  if (ts.isStringLiteral(node)) return node.text === "flows" ? { kind: "flows" } : null;
  const kinds = { zero: "vanishes", cut: "blocks", throws: "throws" } as const;
  for (const word of ["zero", "cut", "throws"] as const) {
    const because = onlyEntry(node, word);
    if (because === null) continue;
    if (!ts.isStringLiteral(because) || because.text.trim() === "")
      fail(
        because,
        `\`${word}\` wants the reason as a clause, as in \`{ "${word}": "an index is constant between its steps" }\``,
      );
    return { kind: kinds[word], because: because.text };
  }
  return null;
}

/** Whether the result shares its input's storage is not asked for, so it may. */
function rowOf(op: string, inputs: readonly (readonly [string, OpEffect])[]): OpMeaning {
  return { ...opRow(op.split(".").at(-1) ?? op, inputs), isView: true };
}

function unknownEffect(node: ts.Expression): string {
  return `\`${node.getText()}\` is no effect on a gradient. Write \`"flows"\`, or \`zero\`, \`cut\` or \`throws\` with a reason: \`{ "cut": "because …" }\``;
}

interface Entry {
  readonly key: string;
  readonly name: ts.Node;
  readonly value: ts.Expression;
}

function entriesOf({ properties }: ts.ObjectLiteralExpression): readonly Entry[] {
  return properties.map((property) =>
    ts.isPropertyAssignment(property) && (ts.isStringLiteral(property.name) || ts.isIdentifier(property.name))
      ? { key: property.name.text, name: property.name, value: property.initializer }
      : fail(property, `\`${property.getText()}\` is no line of the form \`"name": meaning\``),
  );
}

/** The value of an object that has this one key. */
function onlyEntry(node: ts.Expression, key: string): ts.Expression | null {
  if (!ts.isObjectLiteralExpression(node)) return null;
  const [entry, ...others] = entriesOf(node);
  return entry?.key === key && others.length === 0 ? entry.value : null;
}

function quoted(words: readonly string[]): string {
  const all = words.map((word) => `\`"${word}"\``);
  return `${all.slice(0, -1).join(", ")} or ${all.at(-1) ?? ""}`;
}
