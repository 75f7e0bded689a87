/** Everything under `nn`: modules, parameters, layers, losses and first values. */
export * from "./activation.js";
export {
  MultiheadAttention,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type AttentionLayerOptions,
  type MaskOptions,
  type TransformerLayerOptions,
} from "./attention.js";
export { ModuleDict, ModuleList, Sequential } from "./containers.js";
export {
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvolutionLayerOptions,
  type TransposedLayerOptions,
} from "./convolution.js";
export { Dropout, Dropout2d } from "./dropout.js";
export * as init from "./init.js";
export { Embedding, EmbeddingBag } from "./embedding.js";
export { Bilinear, Linear, type LinearOptions } from "./linear.js";
export * from "./loss.js";
export type { BackwardHook, ForwardHook, ForwardPreHook } from "./module-hooks.js";
export { Module, type KeysThatDiffer, type StateDict } from "./module.js";
export {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  GroupNorm,
  InstanceNorm1d,
  InstanceNorm2d,
  LayerNorm,
  LocalResponseNorm,
  RMSNorm,
  type BatchNormLayerOptions,
  type InstanceNormLayerOptions,
  type LayerNormOptions,
} from "./normalization.js";
export * from "./pooling.js";
export { GRUCell, LSTMCell, RNNCell, type CellOptions } from "./recurrent-cells.js";
export { GRU, LSTM, RNN, type RecurrentOptions } from "./recurrent.js";
export { Parameter, type ParameterOptions } from "./parameter.js";
