/**
 * The op table: every op by name. What an op does to a gradient is written once, here and in the files beside it;
 * the engine computes with it, the server reasons with it, and hovers quote it. Importing it loads no kernel.
 */
import { activation } from "./activation.js";
import { custom } from "./custom.js";
import { elementwise } from "./elementwise.js";
import { inPlace } from "./in-place.js";
import { inverses } from "./inverse.js";
import { matrix } from "./matrix.js";
import { movement } from "./movement.js";
import { norms } from "./norms.js";
import type { OpSpec } from "./op-spec.js";
import { pairs } from "./pairs.js";
import { reduction } from "./reduction.js";
import { scatterReductions } from "./scatter-reduce.js";
import { selection } from "./selection.js";
import { stridedOps } from "./strided.js";
import { spectral } from "./spectral.js";
import { systems } from "./systems.js";
import { special } from "./special.js";

export { composites } from "./composites.js";
export type { Composite, CompositeName } from "./composites.js";
export { controls } from "./controls.js";
export type { Control, ControlEffect, ControlName } from "./controls.js";
export { inPlaceTwins, type InPlaceTwin } from "./in-place-twins.js";
export type { GradientEffect, NoGradient, OpSpec } from "./op-spec.js";

export const opTable = {
  ...elementwise,
  ...pairs,
  ...special,
  ...activation,
  ...reduction,
  ...norms,
  ...matrix,
  ...inverses,
  ...systems,
  ...spectral,
  ...movement,
  ...stridedOps,
  ...selection,
  ...scatterReductions,
  ...inPlace,
  ...custom,
} satisfies Readonly<Record<string, OpSpec>>;

export type OpTable = typeof opTable;
export type OpName = keyof OpTable;

/** What an op takes besides its tensors. */
export type AttributesOf<Name extends OpName> =
  OpTable[Name] extends OpSpec<infer _Input, infer Attributes> ? Attributes : never;
