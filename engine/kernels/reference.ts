/**
 * The reference kernels: plain TypeScript, slow and obviously right, computed in float64 and rounded at the end.
 * They run before the WASM module is loaded, wherever it cannot run, and for sizes and dtypes that are not worth it;
 * the tests hold the WASM kernels to them.
 */
import type { Kernels } from "./kernels.js";
import { binary, binaryStrided, compare, compareStrided, unary } from "./reference-elementwise.js";
import { matmul } from "./reference-matmul.js";
import { addStrided, cast, copy, copyStrided, fill, where } from "./reference-movement.js";
import { adamStep, sgdStep } from "./reference-optimizer.js";
import { argsort, cumsum, logSoftmax, max, min, prod, softmax, sum } from "./reference-reduction.js";
import { gather, indexAdd, indexSelect, scatter, scatterAdd } from "./reference-selection.js";

export const reference: Kernels = {
  binary,
  binaryStrided,
  compare,
  compareStrided,
  unary,
  where,
  cast,
  fill,
  copy,
  copyStrided,
  addStrided,
  sum,
  prod,
  max,
  min,
  cumsum,
  softmax,
  logSoftmax,
  argsort,
  matmul,
  indexSelect,
  indexAdd,
  gather,
  scatterAdd,
  scatter,
  sgdStep,
  adamStep,
};
