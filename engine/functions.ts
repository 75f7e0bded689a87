/** Ops and losses that are called as functions. The losses are composites: made of ops, with no row of their own. */
import { apply, type Given } from "./autograd/apply.js";
import { EngineError, notATensor, shapesDoNotFit, valueText } from "./errors.js";
import { none } from "./ops/op-spec.js";
import { sameShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** a where the condition holds, b elsewhere. The condition gets no gradient; the side not chosen gets zeros. */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  if (typeof condition === "number" || typeof condition === "boolean")
    throw notATensor("where", "the condition", condition);
  return apply("where", [condition, a, b], none);
}

/** Tensors of one shape along a new dimension, by default the first. */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  return apply("stack", list("stack", tensors), { dim });
}

/** Tensors joined along a dimension, by default the first. */
export function concat(tensors: readonly Tensor[], dim = 0): Tensor {
  return apply("concat", list("concat", tensors), { dim });
}

/** The mean squared error. */
export function mse(prediction: Tensor, target: Tensor): Tensor {
  if (!sameShape(prediction.shape, target.shape)) {
    const advice = "Reshape one of them; broadcasting here would compare every element with every other.";
    throw shapesDoNotFit("mse", prediction.shape, target.shape, "each prediction has one target", advice);
  }
  return prediction.sub(target).square().mean();
}

/**
 * The mean cross entropy of logits whose second dimension is the classes, as [rows, classes], or of a single row. The
 * target is the index of the right class for each row, or a tensor of probabilities in the shape of the logits.
 */
export function crossEntropy(logits: Tensor, target: Tensor): Tensor {
  if (logits.shape.length === 0) {
    const advice = "Reshape the logits to [rows, classes].";
    throw shapesDoNotFit("crossEntropy", logits.shape, target.shape, "the logits need a row of classes", advice);
  }
  const classes = logits.shape.length === 1 ? 0 : 1;
  const logProbabilities = logits.logSoftmax(classes);
  if (sameShape(logits.shape, target.shape)) return logProbabilities.mul(target).sum(classes).mean().neg();
  const rows = logits.shape.filter((_, dim) => dim !== classes);
  if (!sameShape(rows, target.shape)) {
    const advice = "Pass one class index for each row of logits.";
    throw shapesDoNotFit(
      "crossEntropy",
      logits.shape,
      target.shape,
      `the target needs shape [${rows.join(", ")}]`,
      advice,
    );
  }
  return logProbabilities.gather(classes, target.unsqueeze(classes)).mean().neg();
}

/** The mean cross entropy of sigmoid(logits) with targets between 0 and 1, without overflow for large logits. */
export function binaryCrossEntropyWithLogits(logits: Tensor, target: Tensor): Tensor {
  if (!sameShape(logits.shape, target.shape)) {
    const because = "each logit has one target";
    throw shapesDoNotFit("binaryCrossEntropyWithLogits", logits.shape, target.shape, because, "Reshape one of them.");
  }
  // −y·ln σ(x) − (1 − y)·ln(1 − σ(x)) = softplus(x) − x·y
  return logits.softplus().sub(logits.mul(target)).mean();
}

function list(call: string, tensors: readonly Tensor[]): readonly Given[] {
  if (Array.isArray(tensors) && tensors.every((each) => typeof each !== "number")) return tensors;
  throw new EngineError(
    `${call}: the first argument is ${Array.isArray(tensors) ? "an array with numbers in it" : valueText(tensors)}`,
    "tensors are passed as one array",
    `Write \`${call}([a, b])\`.`,
  );
}
