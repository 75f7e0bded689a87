/**
 * Samples of every op: inputs, the call, and what it gives, worked out by hand or by a formula that shares no code with
 * the engine. A new op does not compile until it has samples.
 */
import type { OpName } from "@gradlens/engine/ops";
import type { Sample } from "./sample.js";
import { customSamples } from "./samples-custom.js";
import { elementwiseSamples } from "./samples-elementwise.js";
import { linearSamples } from "./samples-linear.js";
import { movementSamples } from "./samples-movement.js";
import { reductionSamples } from "./samples-reduction.js";
import { selectionSamples } from "./samples-selection.js";
import { specialSamples } from "./samples-special.js";
import { stridedSamples } from "./samples-strided.js";

export type { Sample } from "./sample.js";

export const samples: Readonly<Record<OpName, readonly Sample[]>> = {
  ...customSamples,
  ...elementwiseSamples,
  ...reductionSamples,
  ...linearSamples,
  ...movementSamples,
  ...stridedSamples,
  ...selectionSamples,
  ...specialSamples,
};
