/** A call of an op by its name. Tensors behind its inputs, as weights in the options or further operands, flow into it too. */
import type { OpMeaning } from "../libraries/library.js";
import { deepTensors } from "./deep-tensors.js";
import { applyOp } from "./evaluate-tensor.js";
import type { Arguments, LibraryPlace, Run } from "./run.js";
import { mergeAll, type Value } from "./value.js";

export function callOp(meaning: OpMeaning, { values, more }: Arguments, place: LibraryPlace, run: Run): Value {
  const count = meaning.inputs.length;
  // Options that are plain facts, as `{ reduction: "sum" }`, are no operands.
  const further = values.slice(count).filter((value) => {
    const { tensors, unknown } = deepTensors(value, run);
    return tensors.length > 0 || unknown;
  });
  const others = more === null ? further : [...further, more];
  return applyOp(meaning, values.slice(0, count), others.length === 0 ? null : mergeAll(others), place, run);
}
