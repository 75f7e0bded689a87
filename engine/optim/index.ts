/** Everything under `optim`: the optimizers and the types of their options. */
export { Adam, AdamW, type AdamOptions, type AdamSettings } from "./adam.js";
export { Optimizer, type FullGroup, type ParameterGroup } from "./optimizer.js";
export { SGD, type SGDOptions, type SGDSettings } from "./sgd.js";
