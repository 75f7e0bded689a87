/**
 * Sums, extremes and softmax over the module: float32 seen as [outer, length, inner]. Softmax runs there along the last
 * dimension alone; along another it goes to the reference.
 */
import type { Along, Kernels } from "./kernels.js";
import type { KernelModule } from "./module.js";
import { reference } from "./reference.js";
import { addressForAll, addressOf, beginKernel, takeHome } from "./residence.js";
import { tiny, type Storage } from "./storage.js";

type Reductions = Pick<Kernels, "sum" | "max" | "min" | "softmax" | "logSoftmax">;

export function wasmReductions(module: KernelModule): Reductions {
  return {
    sum(x, out, along) {
      if (staysOutside(x, along) || out.dtype !== "float32") {
        reference.sum(x, out, along);
        return;
      }
      beginKernel();
      const from = addressOf(x);
      const to = addressForAll(out);
      if (along.inner === 1) module.sumRows(from, to, along.outer, along.length);
      else module.sumColumns(from, to, along.outer, along.length, along.inner, 0);
      takeHome(out, to);
    },
    max: extreme("max", "maxRows", "maxLines"),
    min: extreme("min", "minRows", "minLines"),
    softmax: alongRows("softmax", "softmaxRows"),
    logSoftmax: alongRows("logSoftmax", "logSoftmaxRows"),
  };

  function extreme(name: "max" | "min", rows: "maxRows" | "minRows", lines: "maxLines" | "minLines") {
    return (x: Storage, values: Storage | null, indices: Storage | null, along: Along): void => {
      if (staysOutside(x, along)) {
        reference[name](x, values, indices, along);
        return;
      }
      beginKernel();
      const from = addressOf(x);
      const best = values === null ? 0 : addressForAll(values);
      const place = indices === null ? 0 : addressForAll(indices);
      if (indices === null && along.inner === 1) module[rows](from, best, along.outer, along.length);
      else module[lines](from, best, place, along.outer, along.length, along.inner);
      if (values !== null) takeHome(values, best);
      if (indices !== null) takeHome(indices, place);
    };
  }

  function alongRows(name: "softmax" | "logSoftmax", rows: "softmaxRows" | "logSoftmaxRows") {
    return (x: Storage, out: Storage, along: Along): void => {
      if (staysOutside(x, along) || along.inner !== 1) {
        reference[name](x, out, along);
        return;
      }
      beginKernel();
      const from = addressOf(x);
      module[rows](from, addressForAll(out), along.outer, along.length);
    };
  }
}

function staysOutside(x: Storage, { outer, length, inner }: Along): boolean {
  return x.dtype !== "float32" || outer * length * inner <= tiny;
}
