/**
 * Assignments: to variables, to properties, and to patterns that take a value apart.
 */
import type { Target, Variable } from "./code.js";
import { elementsOf, iterate, knownElements, newArray, newObject } from "./containers.js";
import { evaluate, placeOf, unnamed } from "./evaluate-expression.js";
import { keyText, readProperty, writeProperty } from "./evaluate-property.js";
import { oneOf } from "./evaluate-call.js";
import { frameOf, type Frame } from "./frame.js";
import { elementsKey } from "./objects.js";
import { drained } from "./pull.js";
import { ownKeys, type Run } from "./run.js";
import {
  merge,
  mergeAll,
  nothing,
  objectValue,
  onlyLiteral,
  undefinedValue,
  unknownValue,
  withoutUndefined,
  type Value,
} from "./value.js";

export function assign(target: Target, value: Value, frame: Frame, run: Run): void {
  switch (target.kind) {
    case "variable": {
      const owner = frameOf(target.variable, frame);
      if (owner === null || target.variable.imported !== null) return run.escape(value);
      run.see(target.variable, value);
      run.tape.assigned(value, outlives(target.variable, frame) ? "on" : "within");
      run.write(run.cellOf(target.variable, owner), value);
      return;
    }
    case "property": {
      const object = evaluate(target.object, frame, run);
      const key = keyText(evaluate(target.key, frame, run));
      writeProperty(object, key, value, placeOf(target, target.site, frame, run), run);
      return;
    }
    case "superProperty":
      writeProperty(
        frame.self,
        keyText(evaluate(target.key, frame, run)),
        value,
        placeOf(target, unnamed(frame), frame, run),
        run,
      );
      return;
    case "global":
      run.escape(value);
      return;
    case "default":
      assign(target.target, withDefault(target, value, frame, run), frame, run);
      return;
    case "array":
      assignArray(target, value, frame, run);
      return;
    case "object":
      assignObject(target, value, frame, run);
      return;
  }
}

/** What it holds may still be there in the next iteration of a loop around, or when its function is called again. */
function outlives({ captured, loops }: Variable, { loopDepth }: Frame): boolean {
  return captured || loops < loopDepth;
}

function withDefault(
  { value: fallback }: Extract<Target, { kind: "default" }>,
  value: Value,
  frame: Frame,
  run: Run,
): Value {
  const mayBeMissing = value.unknown || value.primitives === "any" || value.primitives.includes(undefined);
  if (!mayBeMissing) return value;
  run.tape.hold(value);
  const only = onlyLiteral(value);
  if (only !== null && only.value === undefined) return evaluate(fallback, frame, run);
  return oneOf([() => withoutUndefined(value), () => evaluate(fallback, frame, run)], run);
}

function assignArray(
  { elements, rest }: Extract<Target, { kind: "array" }>,
  given: Value,
  frame: Frame,
  run: Run,
): void {
  const place = placeOf(elements, unnamed(frame), frame, run);
  const value = elements.length === 0 ? given : drained(given, rest === null ? elements.length : Infinity, place, run);
  const objects = run.objectsOf(value);
  const known = objects.map((object) => knownElements(object, run));
  const isPlain = value.tensors.length + value.hosts.length === 0 && !value.unknown;
  if (isPlain && objects.length > 0 && known.every((list) => list !== null)) {
    const lists = known.flatMap((list) => (list === null ? [] : [list]));
    elements.forEach((element, index) => {
      if (element !== null) assign(element, mergeAll(lists.map((list) => list[index] ?? undefinedValue)), frame, run);
    });
    if (rest !== null)
      assign(
        rest,
        newArray([], mergeAll(lists.flatMap((list) => list.slice(elements.length))), place, run, "rest"),
        frame,
        run,
      );
    return;
  }
  const any = merge(iterate(value, place, run), undefinedValue);
  for (const element of elements) if (element !== null) assign(element, any, frame, run);
  if (rest !== null) assign(rest, newArray([], any, place, run, "rest"), frame, run);
}

function assignObject(
  { properties, rest }: Extract<Target, { kind: "object" }>,
  value: Value,
  frame: Frame,
  run: Run,
): void {
  const place = placeOf(properties, unnamed(frame), frame, run);
  const taken = properties.map(({ key, target }) => {
    const name = keyText(evaluate(key, frame, run));
    const inner = { ...place, key: `${place.key}.${name ?? "?"}` };
    assign(target, merge(readProperty(value, name, inner, run), nothing), frame, run);
    return name;
  });
  if (rest === null) return;
  const object = newObject("plain", place, run, "rest");
  for (const source of run.objectsOf(value)) {
    for (const key of ownKeys(source))
      if (!taken.includes(key))
        run.write(run.fieldOf(object, key), readProperty(objectValue(source.id), key, place, run));
    if (source.fields.has(elementsKey)) run.add(run.fieldOf(object, elementsKey), elementsOf(source, run));
  }
  const isOpen = value.unknown || value.tensors.length > 0 || run.objectsOf(value).length > 1;
  if (isOpen) run.add(run.fieldOf(object, elementsKey), merge(value.unknown ? unknownValue : nothing, undefinedValue));
  if (value.tensors.length > 0) run.escape(value);
  assign(rest, objectValue(object.id), frame, run);
}
