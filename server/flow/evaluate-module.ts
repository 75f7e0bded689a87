/**
 * Modules: run in order, read through imports, and opened to the outside where anyone may import them.
 */
import { resolveImport, exportedNames, exportOf, isLibrary, type Resolved } from "./linked.js";
import type { ImportedName, ModuleCode } from "./code.js";
import { evaluateBody } from "./evaluate-function.js";
import { evaluate } from "./evaluate-expression.js";
import type { Frame } from "./frame.js";
import { libraryObject } from "./library-values.js";
import { recording, type Run } from "./run.js";
import { merge, mergeAll, objectValue, onlyLiteral, undefinedValue, unknownValue, type Value } from "./value.js";

export function moduleFrame(module: ModuleCode, run: Run): Frame {
  return run.frame(`module ${module.uri}`, () => ({
    code: module.main,
    parent: null,
    depth: 0,
    mode: recording,
    home: null,
    multiple: false,
    merged: false,
    cells: new Map(),
    self: undefinedValue,
    loopDepth: 0,
    targets: [],
    caller: "waits",
    iterator: null,
    consumer: null,
  }));
}

export function evaluateModule(module: ModuleCode, run: Run): void {
  const frame = moduleFrame(module, run);
  const body = run.linked.bodies.get(module);
  if (body !== undefined) evaluateBody({ vars: module.main.vars, body }, frame, run);
  if (!run.store.reachable) run.endsEarly = true;
  // The end of a module is reached even where its last statement throws: another file may go on without it.
  run.store.reachable = true;
  if (module.setBy === "others of its page") setFromOutside(module, frame, run);
  for (const value of module.exportedValues) run.escape(evaluate(value, frame, run));
  if (run.linked.open.has(module)) run.escape(exportsOf(module, run));
}

/** What a script leaves without a value, another one may have given one. */
function setFromOutside(module: ModuleCode, frame: Frame, run: Run): void {
  for (const exported of module.exports) {
    if (exported.kind !== "variable" || exported.variable.constant) continue;
    const cell = run.cellOf(exported.variable, frame);
    const held = run.read(cell) ?? undefinedValue;
    if (isMissing(held)) run.write(cell, merge(held, unknownValue));
  }
}

function isMissing(value: Value): boolean {
  const only = onlyLiteral(value);
  return only !== null && (only.value === undefined || only.value === null);
}

export function readImport(imported: ImportedName, fromUri: string, run: Run): Value {
  return valueOfResolved(resolveImport(imported, fromUri, run.linked), run);
}

/** A dynamic import: the module's own code runs at a time that is not known. */
export function loadLater(uri: string, specifier: string, run: Run): void {
  const module = run.linked.moduleAt(specifier, uri);
  if (module === null || isLibrary(module) || run.late.has(module)) return;
  run.late.add(module);
  run.growth++;
}

export function readExport(uri: string, name: string, run: Run): Value {
  const module = run.linked.modules.find((each) => each.uri === uri);
  if (module === undefined) return unknownValue;
  return valueOfResolved(exportOf(module, name, run.linked, new Set()), run);
}

export function exportsAt(uri: string, run: Run): Value {
  const module = run.linked.modules.find((each) => each.uri === uri);
  return module === undefined ? unknownValue : exportsOf(module, run);
}

/** Everything that a module gives out, as one value. */
function exportsOf(module: ModuleCode, run: Run): Value {
  const names = exportedNames(module, run.linked);
  return mergeAll(names.map((name) => valueOfResolved(exportOf(module, name, run.linked, new Set()), run)));
}

function valueOfResolved(resolved: Resolved, run: Run): Value {
  switch (resolved.kind) {
    case "library":
      return libraryObject(resolved.library, resolved.name, run);
    case "variable":
      return run.read(run.cellOf(resolved.variable, moduleFrame(resolved.module, run))) ?? importedAgain(resolved, run);
    case "namespace":
      return objectValue(
        run.objectAt(`namespace ${resolved.module.uri}`, { kind: "namespace", module: resolved.module.uri }, true).id,
      );
    case "unknown":
      return unknownValue;
  }
}

/** `export { x }` of a name that is itself imported. */
function importedAgain({ variable, module }: Extract<Resolved, { kind: "variable" }>, run: Run): Value {
  return variable.imported === null ? undefinedValue : readImport(variable.imported, module.uri, run);
}
