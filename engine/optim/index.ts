/** Everything under `optim`: the optimizers, what changes their settings while training, and the types of their options. */
export { Adadelta, type AdadeltaOptions, type AdadeltaSettings } from "./adadelta.js";
export { Adagrad, type AdagradOptions, type AdagradSettings } from "./adagrad.js";
export { Adam, AdamW, type AdamOptions, type AdamSettings } from "./adam.js";
export {
  Adamax,
  NAdam,
  RAdam,
  type AdamVariantOptions,
  type AdamVariantSettings,
  type NAdamOptions,
  type NAdamSettings,
} from "./adam-variants.js";
export { clipGradNorm, clipGradValue } from "./clipping.js";
export { Optimizer, type FullGroup, type ParameterGroup } from "./optimizer.js";
export { RMSprop, type RMSpropOptions, type RMSpropSettings } from "./rmsprop.js";
export * from "./cyclic-schedulers.js";
export { ReduceLROnPlateau, type PlateauOptions } from "./plateau.js";
export * from "./schedulers.js";
export { SGD, type SGDOptions, type SGDSettings } from "./sgd.js";
export {
  Lion,
  Rprop,
  type LionOptions,
  type LionSettings,
  type RpropOptions,
  type RpropSettings,
} from "./sign-steps.js";
