/**
 * Losses as functions. They are composites: made of ops, with no row of their own. Each ends in a reduction, which is
 * the mean unless asked otherwise.
 */
import { apply } from "./autograd/apply.js";
import { isFloat } from "./dtype.js";
import { EngineError, shapesDoNotFit, valueText } from "./errors.js";
import { where } from "./functions.js";
import { none } from "./ops/op-spec.js";
import { sameShape, type Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** What becomes of the elements' losses: their mean, their sum, or nothing. */
export type Reduction = "mean" | "sum" | "none";

/** Options that all losses take. */
export interface LossOptions {
  /** What is made of the elements' losses: their "mean", unless given, their "sum", or "none". */
  readonly reduction?: Reduction;
}

/** Options of the losses over classes. */
export interface ClassOptions extends LossOptions {
  /** A weight for each class. */
  readonly weight?: Tensor | null;
  /** A class whose rows are left out. */
  readonly ignoreIndex?: number;
}

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions extends ClassOptions {
  /** The part of each target that is spread evenly over all classes. */
  readonly labelSmoothing?: number;
}

/** Options of `binaryCrossEntropy`. */
export interface WeightOptions extends LossOptions {
  /** A weight for each element, or one that broadcasts to them. */
  readonly weight?: Tensor | null;
}

/** Options of `binaryCrossEntropyWithLogits`. */
export interface LogitOptions extends WeightOptions {
  /** A weight of the positive targets of each class. */
  readonly posWeight?: Tensor | null;
}

/** Options of the losses with a margin. */
export interface MarginOptions extends LossOptions {
  /** How far apart the two sides should be before nothing is lost. */
  readonly margin?: number;
}

/** The squared error. */
export function mse(prediction: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  checkAlike("mse", prediction, target);
  return reduced("mse", prediction.sub(target).square(), reduction);
}

/** The absolute error. */
export function l1(prediction: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  return reduced("l1", prediction.sub(target).abs(), reduction);
}

/** The squared error where it is small, the absolute error where it is large: Girshick 2015, with the change at `beta`. */
export function smoothL1(
  prediction: Tensor,
  target: Tensor,
  { beta = 1, reduction = "mean" }: LossOptions & { readonly beta?: number } = {},
): Tensor {
  if (beta === 0) return l1(prediction, target, { reduction });
  const difference = prediction.sub(target);
  const distance = difference.abs();
  const isSmall = distance.lt(beta);
  const small = difference
    .maskedFill(isSmall.logicalNot(), 0)
    .square()
    .mul(0.5 / beta);
  return reduced("smoothL1", small.add(distance.sub(beta / 2).maskedFill(isSmall, 0)), reduction);
}

/** The squared error up to `delta`, and beyond it a line that goes on with the same slope (Huber 1964). */
export function huber(
  prediction: Tensor,
  target: Tensor,
  { delta = 1, reduction = "mean" }: LossOptions & { readonly delta?: number } = {},
): Tensor {
  if (!(delta > 0)) {
    throw new EngineError(
      `huber: delta is ${delta}`,
      "it is the distance where the line begins",
      "Pass a number above 0.",
    );
  }
  const distance = prediction.sub(target).abs();
  const isSmall = distance.lt(delta);
  const small = distance.maskedFill(isSmall.logicalNot(), 0).square().mul(0.5);
  const large = distance
    .sub(delta / 2)
    .mul(delta)
    .maskedFill(isSmall, 0);
  return reduced("huber", small.add(large), reduction);
}

/** −log p of the right class, from logarithms of probabilities: [rows, classes, …] and a class index for each row. */
export function nll(logProbabilities: Tensor, target: Tensor, options: ClassOptions = {}): Tensor {
  const { weight = null, ignoreIndex = -100, reduction = "mean" } = options;
  const { losses, weights } = classLosses("nll", logProbabilities, target, weight, ignoreIndex);
  return reduction === "mean" ? weightedMean(losses, weights) : reduced("nll", losses, reduction);
}

/**
 * The cross entropy of logits whose second dimension is the classes, as [rows, classes], or of a single row. The target
 * is the index of the right class for each row, or a tensor of probabilities in the shape of the logits.
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { weight = null, ignoreIndex = -100, labelSmoothing = 0, reduction = "mean" } = options;
  if (logits.shape.length === 0) {
    const advice = "Reshape the logits to [rows, classes].";
    throw shapesDoNotFit("crossEntropy", logits.shape, target.shape, "the logits need a row of classes", advice);
  }
  const classes = logits.shape.length === 1 ? 0 : 1;
  const logProbabilities = logits.logSoftmax(classes);
  const weighted =
    weight === null ? logProbabilities : logProbabilities.mul(alongClasses(weight, logits.shape, classes));
  if (sameShape(logits.shape, target.shape)) {
    const smoothed =
      labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / logits.shape[classes]);
    return reduced("crossEntropy", weighted.mul(smoothed).sum(classes).neg(), reduction);
  }
  const { losses, weights, isIgnored } = classLosses("crossEntropy", logProbabilities, target, weight, ignoreIndex);
  const even = weighted
    .sum(classes)
    .neg()
    .maskedFill(isIgnored, 0)
    .mul(labelSmoothing / logits.shape[classes]);
  const all = labelSmoothing === 0 ? losses : losses.mul(1 - labelSmoothing).add(even);
  return reduction === "mean" ? weightedMean(all, weights) : reduced("crossEntropy", all, reduction);
}

/** The cross entropy of probabilities with targets between 0 and 1. A logarithm below −100 counts as −100. */
export function binaryCrossEntropy(prediction: Tensor, target: Tensor, options: WeightOptions = {}): Tensor {
  const { weight = null, reduction = "mean" } = options;
  checkAlike("binaryCrossEntropy", prediction, target);
  if (prediction.storage.toArray().some((value) => value < 0 || value > 1)) {
    throw new EngineError(
      "binaryCrossEntropy: a prediction is outside 0 to 1",
      "it is the logarithm of a probability that is taken",
      "Put a sigmoid in front, or use `binaryCrossEntropyWithLogits`.",
    );
  }
  const losses = apply("probabilityLoss", [prediction, target], none);
  return reduced("binaryCrossEntropy", weight === null ? losses : losses.mul(weight), reduction);
}

/** The cross entropy of sigmoid(logits) with targets between 0 and 1, without overflow for large logits. */
export function binaryCrossEntropyWithLogits(logits: Tensor, target: Tensor, options: LogitOptions = {}): Tensor {
  const { weight = null, posWeight = null, reduction = "mean" } = options;
  checkAlike("binaryCrossEntropyWithLogits", logits, target);
  // −p·y·ln σ(x) − (1 − y)·ln(1 − σ(x)) = (1 − y)·x + (1 + (p − 1)·y)·softplus(−x), with p = 1 unless given.
  const losses =
    posWeight === null
      ? logits.softplus().sub(logits.mul(target))
      : target.neg().add(1).mul(logits).add(posWeight.sub(1).mul(target).add(1).mul(logits.neg().softplus()));
  return reduced("binaryCrossEntropyWithLogits", weight === null ? losses : losses.mul(weight), reduction);
}

/** The Kullback–Leibler divergence of logarithms of probabilities from a target. "batchmean" divides by the rows alone. */
export function klDivergence(
  logProbabilities: Tensor,
  target: Tensor,
  options: { readonly reduction?: Reduction | "batchmean"; readonly logTarget?: boolean } = {},
): Tensor {
  const { reduction = "mean", logTarget = false } = options;
  const losses = logTarget
    ? target.exp().mul(target.sub(logProbabilities))
    : target.xlogy(target).sub(target.mul(logProbabilities));
  if (reduction === "batchmean") return losses.sum().div(logProbabilities.shape[0] ?? 1);
  return reduced("klDivergence", losses, reduction);
}

/** The negative log likelihood of a Poisson distribution whose rate, or its logarithm, is predicted. */
export function poissonNll(
  prediction: Tensor,
  target: Tensor,
  options: LossOptions & { readonly logInput?: boolean; readonly full?: boolean; readonly eps?: number } = {},
): Tensor {
  const { logInput = true, full = false, eps = 1e-8, reduction = "mean" } = options;
  const losses = logInput
    ? prediction.exp().sub(target.mul(prediction))
    : prediction.sub(target.mul(prediction.add(eps).log()));
  if (!full) return reduced("poissonNll", losses, reduction);
  // Stirling's approximation of ln y!, for targets above 1.
  const stirling = target
    .mul(target.log())
    .sub(target)
    .add(
      target
        .mul(2 * Math.PI)
        .log()
        .mul(0.5),
    );
  return reduced("poissonNll", losses.add(stirling.maskedFill(target.le(1), 0)), reduction);
}

/** The negative log likelihood of normal distributions whose means and variances are predicted (Nix & Weigend 1994). */
export function gaussianNll(
  mean: Tensor,
  target: Tensor,
  variance: Tensor,
  options: LossOptions & { readonly full?: boolean; readonly eps?: number } = {},
): Tensor {
  const { full = false, eps = 1e-6, reduction = "mean" } = options;
  if (variance.storage.toArray().some((value) => value < 0)) {
    throw new EngineError(
      "gaussianNll: a variance is negative",
      "it is a mean of squares",
      "Predict its logarithm.",
      "ValueError",
    );
  }
  const isOnePerRow = !sameShape(variance.shape, mean.shape) && sameShape(variance.shape, mean.shape.slice(0, -1));
  const given = isOnePerRow ? variance.unsqueeze(-1) : variance;
  // Kept above `eps` by value alone: its gradient goes on, so that a variance can leave the bound again.
  const kept = given.add(given.detach().clamp(eps).sub(given.detach()));
  const losses = kept.log().add(mean.sub(target).square().div(kept)).mul(0.5);
  return reduced("gaussianNll", full ? losses.add(0.5 * Math.log(2 * Math.PI)) : losses, reduction);
}

/** The loss of pairs of vectors that should point alike (target 1) or not (target −1). */
export function cosineEmbedding(a: Tensor, b: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const { margin = 0, reduction = "mean" } = options;
  const square = (x: Tensor, y: Tensor): Tensor => x.mul(y).sum(-1);
  const cosine = square(a, b).div(square(a, a).add(1e-12).mul(square(b, b).add(1e-12)).sqrt());
  const apart = where(target.eq(-1), cosine.sub(margin).clamp(0), 0);
  return reduced("cosineEmbedding", where(target.eq(1), cosine.neg().add(1), 0).add(apart), reduction);
}

/** The loss of pairs that should be close (target 1) or farther apart than a margin (target −1). */
export function hingeEmbedding(distance: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const { margin = 1, reduction = "mean" } = options;
  const far = where(target.ne(1), distance.neg().add(margin).clamp(0), 0);
  return reduced("hingeEmbedding", far.add(where(target.ne(-1), distance, 0)), reduction);
}

/** Asks that a be larger than b by a margin where the target is 1, and smaller where it is −1. */
export function marginRanking(a: Tensor, b: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const { margin = 0, reduction = "mean" } = options;
  const short = floating(target.neg().mul(a.sub(b))).add(margin);
  return reduced("marginRanking", short.clamp(0), reduction);
}

/** ln(1 + e^(−target·x)), for targets of 1 and −1. */
export function softMargin(prediction: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  return reduced("softMargin", target.neg().mul(prediction).softplus(), reduction);
}

/** The distance to a positive example less that to a negative one, plus a margin, where that is positive. */
export function tripletMargin(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: MarginOptions & { readonly p?: number; readonly eps?: number; readonly swap?: boolean } = {},
): Tensor {
  const { margin = 1, p = 2, eps = 1e-6, swap = false, reduction = "mean" } = options;
  const distance = (a: Tensor, b: Tensor): Tensor => a.sub(b).add(eps).norm(-1, { p });
  const away = distance(anchor, negative);
  const nearest = swap ? away.minimum(distance(positive, negative)) : away;
  return reduced("tripletMargin", distance(anchor, positive).sub(nearest).add(margin).clamp(0), reduction);
}

/** Where all is ignored nothing is divided: the mean is NaN and its gradient zero. */
function weightedMean(losses: Tensor, weights: Tensor): Tensor {
  const total = weights.sum();
  const isEmpty = total.eq(0);
  return losses.sum().div(total.maskedFill(isEmpty, 1)).maskedFill(isEmpty, NaN);
}

function floating(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : x.to("float32");
}

interface ClassLosses {
  readonly losses: Tensor;
  readonly weights: Tensor;
  readonly isIgnored: Tensor;
}

/** Of each row the negative log probability of its class, times the class's weight; zero where it is ignored. */
function classLosses(
  call: string,
  logProbabilities: Tensor,
  target: Tensor,
  weight: Tensor | null,
  ignored: number,
): ClassLosses {
  const classes = logProbabilities.shape.length === 1 ? 0 : 1;
  const rows = logProbabilities.shape.filter((_, dim) => dim !== classes);
  if (!sameShape(rows, target.shape)) {
    const advice = "Pass one class index for each row of logits.";
    const because = `the target needs shape [${rows.join(", ")}]`;
    throw shapesDoNotFit(call, logProbabilities.shape, target.shape, because, advice);
  }
  checkClasses(call, target, logProbabilities.shape[classes], ignored);
  const isIgnored = target.eq(ignored);
  const chosen = target.maskedFill(isIgnored, 0);
  const picked = logProbabilities.gather(classes, chosen.unsqueeze(classes)).squeeze(classes);
  const whole =
    weight === null
      ? chosen.eq(chosen).to(logProbabilities.dtype)
      : weight.indexSelect(chosen.reshape([-1])).reshape(chosen.shape);
  const weights = whole.maskedFill(isIgnored, 0);
  return { losses: picked.mul(weights).neg(), weights, isIgnored };
}

function checkClasses(call: string, target: Tensor, count: number, ignored: number): void {
  const wrong = target.storage.toArray().find((each) => each !== ignored && (each < 0 || each >= count));
  if (wrong === undefined) return;
  throw new EngineError(
    `${call}: the target has class ${wrong} and there are ${count} classes`,
    "each target is the place of one of the logits",
    `Check how it was computed; classes go from 0 to ${count - 1}.`,
    "IndexError",
  );
}

function alongClasses(weight: Tensor, shape: Shape, classes: number): Tensor {
  return weight.reshape(shape.map((_, dim) => (dim === classes ? -1 : 1)));
}

export function reduced(call: string, losses: Tensor, reduction: Reduction): Tensor {
  switch (reduction) {
    case "mean":
      return losses.mean();
    case "sum":
      return losses.sum();
    case "none":
      return losses;
    default:
      throw new EngineError(
        `${call}: the reduction is ${valueText(reduction)}`,
        'it is "mean", "sum" or "none"',
        "Leave it out for the mean.",
        "ValueError",
      );
  }
}

function checkAlike(call: string, prediction: Tensor, target: Tensor): void {
  if (sameShape(prediction.shape, target.shape)) return;
  const because = call === "mse" ? "each prediction has one target" : "each logit has one target";
  const advice =
    call === "mse"
      ? "Reshape one of them; broadcasting here would compare every element with every other."
      : "Reshape one of them.";
  throw shapesDoNotFit(call, prediction.shape, target.shape, because, advice);
}
