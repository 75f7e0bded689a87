/**
 * Matrix products and the optimizers' steps over the module.
 */
import type { Kernels } from "./kernels.js";
import type { KernelModule } from "./module.js";
import { reference } from "./reference.js";
import { addressForAll, addressOf, beginKernel, takeHome } from "./residence.js";
import { tiny } from "./storage.js";

/** Below so many multiplications the call and the packing cost more than three loops in JavaScript. */
const smallProduct = 64;

export function wasmProducts(module: KernelModule): Pick<Kernels, "matmul" | "sgdStep" | "adamStep"> {
  return {
    matmul(a, b, out, plan) {
      const { batchCount, rows, inner, columns } = plan;
      const small = batchCount * rows * inner * columns <= smallProduct;
      if (small || a.dtype !== "float32" || b.dtype !== "float32" || out.dtype !== "float32") {
        reference.matmul(a, b, out, plan);
        return;
      }
      beginKernel();
      const left = addressOf(a);
      const right = addressOf(b);
      const to = addressForAll(out);
      for (let batch = 0; batch < batchCount; batch++) {
        const aStart = left + 4 * batch * plan.a.batch;
        const bStart = right + 4 * batch * plan.b.batch;
        const outStart = to + 4 * batch * rows * columns;
        const { row: aRow, column: aColumn } = plan.a;
        const { row: bRow, column: bColumn } = plan.b;
        module.matmul(aStart, aRow, aColumn, bStart, bRow, bColumn, outStart, rows, inner, columns);
      }
      takeHome(out, to);
    },
    sgdStep(parameter, gradient, buffer, step) {
      if (parameter.size <= tiny || parameter.dtype !== "float32" || gradient.dtype !== "float32") {
        reference.sgdStep(parameter, gradient, buffer, step);
        return;
      }
      beginKernel();
      const values = addressOf(parameter);
      const slope = addressOf(gradient);
      const velocity = buffer === null ? 0 : addressOf(buffer);
      module.sgdStep(
        values,
        slope,
        velocity,
        parameter.size,
        step.learningRate,
        step.direction,
        step.weightDecay,
        step.momentum,
        1 - step.dampening,
        step.buffer === "first" ? 0 : 1,
        step.nesterov === "nesterov" ? 1 : 0,
      );
    },
    adamStep(parameter, gradient, mean, square, largest, step) {
      if (parameter.size <= tiny || parameter.dtype !== "float32" || gradient.dtype !== "float32") {
        reference.adamStep(parameter, gradient, mean, square, largest, step);
        return;
      }
      beginKernel();
      const values = addressOf(parameter);
      const slope = addressOf(gradient);
      const means = addressOf(mean);
      const squares = addressOf(square);
      const tops = largest === null ? 0 : addressOf(largest);
      module.adamStep(
        values,
        slope,
        means,
        squares,
        tops,
        parameter.size,
        step.learningRate / step.correction1,
        Math.sqrt(step.correction2),
        step.beta1,
        1 - step.beta1,
        step.beta2,
        1 - step.beta2,
        step.epsilon,
        step.decay === "coupled" ? step.weightDecay : 0,
        step.decay === "decoupled" ? 1 - step.learningRate * step.weightDecay : 1,
        step.direction,
      );
    },
  };
}
