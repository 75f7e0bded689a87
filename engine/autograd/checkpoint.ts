/**
 * Checkpointing: a part of a model keeps none of its values for the backward pass, and computes them once more when they
 * are needed (Chen et al., 2016).
 */
import { EngineError } from "../errors.js";
import { generator } from "../random.js";
import { Tensor } from "../tensor.js";
import { backward } from "./backward.js";
import { customFunction } from "./custom.js";
import { enableGrad, isGradEnabled } from "./grad-mode.js";
import { TapeRecord } from "./tape.js";

/**
 * What the function gives for the inputs; leaves that it uses besides them get their gradients as well. Random numbers are
 * the same the second time.
 */
export function checkpoint(fn: (...inputs: Tensor[]) => Tensor, ...inputs: readonly Tensor[]): Tensor {
  if (!isGradEnabled()) return fn(...inputs);
  const seeds = generator.state();
  const run = customFunction({
    name: "checkpoint",
    // The function may use leaves that are not among its inputs, so the result has a history in any case.
    reaches: "other leaves as well",
    forward: (_context, ...given: Tensor[]) => fn(...given),
    backward: (_context, gradient) => {
      if (isGradEnabled()) {
        throw new EngineError(
          "checkpoint: a backward pass with `createGraph` came to it",
          "what is computed a second time is not part of the graph",
          "Call the function without `checkpoint` where second derivatives are needed.",
        );
      }
      const again = inputs.map((input) => severed(input));
      const now = generator.state();
      generator.restore(seeds);
      const output = enableGrad(() => fn(...again));
      generator.restore(now);
      if (output.requiresGrad) enableGrad(() => backward(output, { gradient }));
      return again.map(({ grad }) => grad);
    },
  });
  return run(...inputs);
}

/** The same values with a history that ends here, and that keeps its gradient: no leaf, so that nobody takes it for one of the program's. */
function severed(input: Tensor): Tensor {
  const own = new Tensor(input.storage, input.shape);
  if (!input.requiresGrad) return own;
  const { shape, dtype } = input;
  own.setRecord(new TapeRecord({ op: "custom", attributes: {}, links: [], shapes: [], saved: [], shape, dtype }));
  return own.retainGrad();
}
