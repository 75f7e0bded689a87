/** Everything under `nn`: modules, parameters, layers, losses and first values. */
export {
  GELU,
  Flatten,
  Identity,
  LeakyReLU,
  LogSoftmax,
  ReLU,
  SiLU,
  Sigmoid,
  Softmax,
  Softplus,
  Tanh,
} from "./activation.js";
export { ModuleList, Sequential } from "./containers.js";
export { Dropout, Dropout2d } from "./dropout.js";
export * as init from "./init.js";
export { Embedding, Linear, type LinearOptions } from "./linear.js";
export { BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss } from "./loss.js";
export { Module, type StateDict } from "./module.js";
export { LayerNorm, type LayerNormOptions } from "./normalization.js";
export { Parameter, type ParameterOptions } from "./parameter.js";
