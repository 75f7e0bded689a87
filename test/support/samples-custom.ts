/** A function of the program with a derivative of its own. */
import { customFunction, type Tensor } from "@gradlens/engine";
import { row, type Sample } from "./sample.js";

const cube = customFunction({
  name: "cube",
  forward: (context, x: Tensor) => {
    context.saveForBackward(x);
    return x.pow(3);
  },
  backward: ({ savedTensors: [x] }, g) => g.mul(x.square().mul(3)),
});

export const customSamples = {
  custom: [{ given: [row], call: (x) => cube(x), gives: row.map((x) => x ** 3) }],
} satisfies Readonly<Record<string, readonly Sample[]>>;
