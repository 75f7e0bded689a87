/**
 * The words of the op table: what a row says about an op, and the three things an op can do to a gradient.
 * Types `Tensor` and `Kernels` are named only; the server reads the table without loading an engine.
 */
import type { Shape } from "../graph/gradient-graph.js";

/** What passes: by a formula, as zeros almost everywhere, or not at all. Every *no* has a reason that can follow "because". */
export type GradientEffect =
  | { readonly kind: "flows" }
  | { readonly kind: "vanishes"; readonly because: string }
  | { readonly kind: "blocks"; readonly because: string };

export type { Shape };
