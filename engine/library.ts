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
export { detectAnomaly } from "./autograd/anomaly.js";
export { checkpoint } from "./autograd/checkpoint.js";
export { customFunction, type FunctionContext, type FunctionParts } from "./autograd/custom.js";
export { hessian, jacobian, jvp, vjp, type DerivativeOptions, type TensorFunction } from "./autograd/functional.js";
export type { Accumulation, GradFn, RecordedOp } from "./autograd/grad-fn.js";
export { deepCopy } from "./deep-copy.js";
export { gradcheck, gradgradcheck, type GradcheckOptions } from "./autograd/gradcheck.js";
export type { GradientHook, RemovableHandle } from "./autograd/gradient-hooks.js";
export {
  enableGrad,
  inferenceMode,
  isGradEnabled,
  isInferenceMode,
  noGrad,
  setGradEnabled,
} from "./autograd/grad-mode.js";
export { scope } from "./scope.js";
export { EngineError, type ErrorType } from "./errors.js";
export { bilinear, cdist, einsum, gradient, pdist, tensordot, type GradientOptions } from "./contractions.js";
export { concat, stack, where } from "./functions.js";
export * from "./grids.js";
export * from "./attention.js";
export { channelDropout, dropout, rrelu, type DropoutOptions, type SlopeOptions } from "./randomized.js";
export * from "./embedding.js";
export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  cosineEmbedding,
  crossEntropy,
  gaussianNll,
  hingeEmbedding,
  huber,
  klDivergence,
  l1,
  marginRanking,
  mse,
  nll,
  poissonNll,
  smoothL1,
  softMargin,
  tripletMargin,
  type ClassOptions,
  type CrossEntropyOptions,
  type LogitOptions,
  type LossOptions,
  type MarginOptions,
  type Reduction,
  type WeightOptions,
} from "./losses.js";
export * from "./margin-losses.js";
export * from "./normalizing.js";
export * from "./pooling.js";
export * from "./spatial.js";
export { interpolate, type InterpolateOptions, type InterpolationMode } from "./resampling.js";
export * from "./sampling.js";
export type { PerDimension } from "./windows.js";
export * as linalg from "./linalg.js";
export { isin } from "./methods/searching.js";
export type { Key, Slice } from "./methods/indexing.js";
export { canCast, promoteTypes } from "./dtype.js";
export type { DType } from "./kernels/storage.js";
export * as distributions from "./distributions/index.js";
export * as nn from "./nn/index.js";
export * as optim from "./optim/index.js";
export { manualSeed } from "./random.js";
export * from "./safetensors.js";
export { Tensor, type Nested } from "./tensor.js";
