/** Everything that a user's program may import. Loading it compiles no kernels; `index.ts` does that first. */
export {
  arange,
  eye,
  full,
  linspace,
  logspace,
  ones,
  onesLike,
  rand,
  randint,
  randn,
  tensor,
  zeros,
  zerosLike,
  type NestedInput,
  type TensorOptions,
} from "./creation.js";
export { grad, type BackwardOptions, type GradOptions } from "./autograd/backward.js";
export { enableGrad, isGradEnabled, noGrad } from "./autograd/grad-mode.js";
export { EngineError, type ErrorType } from "./errors.js";
export { bilinear, cdist, einsum, gradient, tensordot, type GradientOptions } from "./contractions.js";
export { concat, stack, where } from "./functions.js";
export * from "./grids.js";
export * from "./losses.js";
export * from "./normalizing.js";
export * from "./spatial.js";
export type { Key, Slice } from "./methods/indexing.js";
export type { DType } from "./kernels/storage.js";
export * as nn from "./nn/index.js";
export * as optim from "./optim/index.js";
export { manualSeed } from "./random.js";
export { Tensor, type Nested } from "./tensor.js";
