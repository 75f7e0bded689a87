/** The op that stands for a function of the program with a derivative of its own; `customFunction` makes it. */
import { flows, op } from "./op-spec.js";

export const custom = {
  custom: op<"x">({
    summary: "What a function of the program computes, with the derivative that it gives.",
    // The function's own backward part takes the place of this formula.
    inputs: { x: flows((g) => g) },
    operands: "list",
    dtype: "kept",
    shape: ([x]) => x,
    forward: (_kernels, [x], out) => {
      for (let at = 0; at < x.storage.size; at++) out.storage.write(at, x.storage.read(at));
    },
    method: false,
  }),
};
