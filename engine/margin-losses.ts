/** Losses of scores with one or several right classes, by margins and by logistic terms. */
import { EngineError, shapesDoNotFit, shapeText } from "./errors.js";
import { reduced, type LossOptions, type MarginOptions, type WeightOptions } from "./losses.js";
import { Storage } from "./kernels/storage.js";
import { sameShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** The mean over the other classes of max(0, margin − score of the right class + theirs)ᵖ; rows of scores, or one row. */
export function multiMargin(
  scores: Tensor,
  target: Tensor,
  options: MarginOptions & { readonly p?: 1 | 2; readonly weight?: Tensor | null } = {},
): Tensor {
  const { margin = 1, p = 1, weight = null, reduction = "mean" } = options;
  if (p !== 1 && p !== 2) {
    throw new EngineError(
      `multiMargin: p is ${String(p)}`,
      "differences count as they are or squared",
      "Pass 1 or 2.",
      "ValueError",
    );
  }
  const rows = scores.shape.length === 1 ? scores.unsqueeze(0) : scores;
  const right = target.reshape([-1]);
  if (rows.shape.length !== 2 || right.storage.size !== rows.shape[0]) {
    const because = "each row of scores has one right class";
    throw shapesDoNotFit("multiMargin", scores.shape, target.shape, because, "Pass [rows, classes] and [rows].");
  }
  const [, classes] = rows.shape;
  const own = rows.gather(1, right.unsqueeze(1));
  const short = rows.sub(own).add(margin).relu();
  const raised = p === 1 ? short : short.square();
  const weighted = weight === null ? raised : raised.mul(weight.indexSelect(right, 0).unsqueeze(1));
  const others = right.oneHot(classes).ne(0);
  const losses = weighted.maskedFill(others, 0).sum(1).div(classes);
  return reduced("multiMargin", scores.shape.length === 1 ? losses.squeeze(0) : losses, reduction);
}

/**
 * The sum over right and wrong classes of max(0, 1 − score of the right + score of the wrong), divided by the number of
 * classes. The right classes of a row are listed first; the first −1 ends them.
 */
export function multilabelMargin(scores: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  if (!sameShape(scores.shape, target.shape) || scores.shape.length === 0 || scores.shape.length > 2) {
    const because = "each row of scores has a row of classes, ended by −1";
    throw shapesDoNotFit("multilabelMargin", scores.shape, target.shape, because, "Fill the rest with −1.");
  }
  const rows = scores.shape.length === 1 ? scores.unsqueeze(0) : scores;
  const [count, classes] = rows.shape;
  const chosen = target.storage.toArray();
  const timesRight = new Array<number>(count * classes).fill(0);
  for (let row = 0; row < count; row++) {
    for (let at = 0; at < classes && chosen[row * classes + at] >= 0; at++) {
      timesRight[row * classes + chosen[row * classes + at]]++;
    }
  }
  const right = new Tensor(Storage.of(rows.dtype, timesRight), [count, classes]);
  // [rows, right classes, wrong classes]
  const short = rows.unsqueeze(1).sub(rows.unsqueeze(2)).add(1).relu();
  const counts = right.unsqueeze(2).mul(right.eq(0).unsqueeze(1));
  const losses = short.mul(counts).sum([1, 2]).div(classes);
  return reduced("multilabelMargin", scores.shape.length === 1 ? losses.squeeze(0) : losses, reduction);
}

/** The mean over classes of −t·ln σ(x) − (1 − t)·ln σ(−x): each class is a question of its own. */
export function multilabelSoftMargin(logits: Tensor, target: Tensor, options: WeightOptions = {}): Tensor {
  const { weight = null, reduction = "mean" } = options;
  if (!sameShape(logits.shape, target.shape) || logits.shape.length === 0) {
    throw shapesDoNotFit(
      "multilabelSoftMargin",
      logits.shape,
      target.shape,
      "each logit has one target",
      `Pass a target of shape ${shapeText(logits.shape)}.`,
    );
  }
  const positive = target.mul(logits.logSigmoid());
  const negative = target.neg().add(1).mul(logits.neg().logSigmoid());
  const losses = positive.add(negative).neg();
  return reduced("multilabelSoftMargin", (weight === null ? losses : losses.mul(weight)).mean(-1), reduction);
}
