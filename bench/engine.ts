/** The engine: the WASM kernels beside the plain ones that they are held to, and what the tape costs beside bare ops. */
import { loadKernelsSync } from "../engine/kernels/load.js";
import { kernels as plainKernels } from "../engine/kernels/active.js";
import * as active from "../engine/kernels/active.js";
import { noGrad, randn, manualSeed, type Tensor } from "../engine/library.js";
import { compare, type Comparison } from "./measure.js";

export function engineRows(): readonly Comparison[] {
  manualSeed(0);
  const reference = plainKernels;
  loadKernelsSync();
  const fast = active.kernels;
  const matrices = [randn([128, 128]), randn([128, 128])] as const;
  const vectors = [randn([100_000]), randn([100_000])] as const;
  const on = (kernels: typeof reference, run: () => unknown) => () => {
    active.useKernels(kernels);
    return run();
  };
  const beside = (what: string, run: () => unknown): Comparison =>
    compare(what, { name: "WASM", run: on(fast, run) }, { name: "plain", run: on(reference, run) });
  const rows = [
    beside("matmul 128×128×128", () => matrices[0].matmul(matrices[1])),
    beside("add of 100,000", () => vectors[0].add(vectors[1])),
    beside("exp of 100,000", () => vectors[0].exp()),
    beside("sum of 100,000", () => vectors[0].sum()),
  ];
  active.useKernels(fast);
  return [...rows, tapeRow("two layers, batch 32, forward and backward")];
}

function tapeRow(what: string): Comparison {
  const input = randn([32, 64]);
  const first = randn([64, 64], { requiresGrad: true });
  const second = randn([64, 1], { requiresGrad: true });
  const loss = (): Tensor => input.matmul(first).relu().matmul(second).pow(2).mean();
  const trained = (): void => {
    loss().backward();
    first.grad = null;
    second.grad = null;
  };
  return compare(
    what,
    { name: "with backward", run: trained },
    { name: "forward under noGrad", run: () => noGrad(loss) },
  );
}
