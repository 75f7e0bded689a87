/** The tensors that a library's call finds in a value: itself, the elements of lists, the fields of options. */
import { elementsOf } from "./containers.js";
import type { AbstractObject } from "./objects.js";
import type { Run } from "./run.js";
import { merge, mergeAll, nothing, unknownValue, type Value } from "./value.js";

export function deepTensors(value: Value, run: Run, depth = 3): Value {
  const objects = run.objectsOf(value);
  if (objects.length === 0) return value;
  if (depth === 0) return merge(value, unknownValue);
  return mergeAll([value, ...objects.map((object) => deepTensors(insideOf(object, run), run, depth - 1))]);
}

function insideOf(object: AbstractObject, run: Run): Value {
  switch (object.shape.kind) {
    case "array":
    case "set":
      return elementsOf(object, run);
    case "plain":
    case "instance": {
      // Weights stand in the options, and the way back goes to them as well.
      const fields = [...object.fields.values()].map((cell) => run.read(cell) ?? nothing);
      return mergeAll([...fields, object.escaped ? unknownValue : nothing]);
    }
    default:
      return nothing;
  }
}
