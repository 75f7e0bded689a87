/**
 * The kernels that are worth WebAssembly, in AssemblyScript with 128-bit SIMD. Each export is one loop over memory:
 * addresses and counts come in, nothing is allocated, nothing is checked. `../wasm.ts` decides when they run.
 */
export { add, sub, mul, div, maximum, minimum } from "./binary";
export { eq, ne, lt, le, gt, ge } from "./compare";
export {
  neg,
  abs,
  sign,
  square,
  relu,
  floor,
  ceil,
  trunc,
  round,
  sqrt,
  rsqrt,
  reciprocal,
  exp,
  log,
  log1p,
  sin,
  cos,
  tanh,
  sigmoid,
  silu,
  softplus,
  erf,
  gelu,
} from "./unary";
export { where, copyGrid, fill32, fill8, addGrid, cast } from "./movement";
export { sumRows, sumColumns, maxRows, minRows, maxLines, minLines, softmaxRows, logSoftmaxRows } from "./reduction";
export { matmul } from "./matmul";
export { indexSelect, indexAdd, gather, scatterAdd, scatter } from "./selection";
export { sgdStep, adamStep } from "./optimizer";

/** The first address that no kernel uses for itself. */
export function heapBase(): usize {
  return (__heap_base + 15) & ~15;
}
