/**
 * Turning objects into text or numbers: `toString`, `valueOf` and `toJSON` of the program's own objects are called,
 * and they may do anything.
 */
import { callMethod } from "./evaluate-call.js";
import { methodOf } from "./evaluate-property.js";
import type { Place, Run } from "./run.js";
import { nothing, objectValue, type Value } from "./value.js";

const methods = ["toString", "valueOf", "toJSON", "@@toPrimitive"];

/** Looks into fields as well, as `JSON.stringify` does, but not deeper than a reader would nest them. */
export function coerce(value: Value, place: Place, run: Run, depth = 3): void {
  if (value.objects.length === 0 || depth === 0) return;
  for (const object of run.objectsOf(value)) {
    const { kind } = object.shape;
    if (kind !== "plain" && kind !== "instance" && kind !== "array") continue;
    for (const name of methods) {
      if (run.objectsOf(methodOf(object, name, place, run)).length === 0) continue;
      callMethod(
        objectValue(object.id),
        name,
        { values: [], more: null },
        { ...place, key: `${place.key}.${name}` },
        run,
      );
    }
    for (const cell of [...object.fields.values()]) coerce(run.read(cell) ?? nothing, place, run, depth - 1);
  }
}
