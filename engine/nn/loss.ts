/**
 * Losses as modules, for programs that are written in PyTorch's way. Each calls the function of the same meaning with
 * the settings that it was made with.
 */
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  cosineEmbedding,
  crossEntropy,
  hingeEmbedding,
  huber,
  klDivergence,
  l1,
  marginRanking,
  mse,
  nll,
  smoothL1,
  softMargin,
  tripletMargin,
  type ClassOptions,
  type CrossEntropyOptions,
  type LogitOptions,
  type LossOptions,
  type MarginOptions,
  type WeightOptions,
} from "../losses.js";
import type { Tensor } from "../tensor.js";
import { Module } from "./module.js";

/** The squared error. */
export class MSELoss extends Module {
  constructor(private readonly options: LossOptions = {}) {
    super();
  }

  override forward(prediction: Tensor, target: Tensor): Tensor {
    return mse(prediction, target, this.options);
  }
}

/** The absolute error. */
export class L1Loss extends Module {
  constructor(private readonly options: LossOptions = {}) {
    super();
  }

  override forward(prediction: Tensor, target: Tensor): Tensor {
    return l1(prediction, target, this.options);
  }
}

/** The squared error where it is small, the absolute error where it is large. */
export class SmoothL1Loss extends Module {
  constructor(private readonly options: LossOptions & { readonly beta?: number } = {}) {
    super();
  }

  override forward(prediction: Tensor, target: Tensor): Tensor {
    return smoothL1(prediction, target, this.options);
  }
}

/** The squared error up to a distance, and beyond it a line. */
export class HuberLoss extends Module {
  constructor(private readonly options: LossOptions & { readonly delta?: number } = {}) {
    super();
  }

  override forward(prediction: Tensor, target: Tensor): Tensor {
    return huber(prediction, target, this.options);
  }
}

/** The cross entropy of rows of logits; the target holds the index of the right class in each row. */
export class CrossEntropyLoss extends Module {
  constructor(private readonly options: CrossEntropyOptions = {}) {
    super();
  }

  override forward(logits: Tensor, target: Tensor): Tensor {
    return crossEntropy(logits, target, this.options);
  }
}

/** −log p of the right class, from logarithms of probabilities. */
export class NLLLoss extends Module {
  constructor(private readonly options: ClassOptions = {}) {
    super();
  }

  override forward(logProbabilities: Tensor, target: Tensor): Tensor {
    return nll(logProbabilities, target, this.options);
  }
}

/** The cross entropy of probabilities with targets between 0 and 1. */
export class BCELoss extends Module {
  constructor(private readonly options: WeightOptions = {}) {
    super();
  }

  override forward(prediction: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(prediction, target, this.options);
  }
}

/** The cross entropy of sigmoid(logits) with targets between 0 and 1. */
export class BCEWithLogitsLoss extends Module {
  constructor(private readonly options: LogitOptions = {}) {
    super();
  }

  override forward(logits: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropyWithLogits(logits, target, this.options);
  }
}

/** The divergence of a distribution from a target, from logarithms. */
export class KLDivLoss extends Module {
  constructor(private readonly options: LossOptions & { readonly logTarget?: boolean } = {}) {
    super();
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return klDivergence(input, target, this.options);
  }
}

/** The loss of pairs that should be close or far apart. */
export class HingeEmbeddingLoss extends Module {
  constructor(private readonly options: MarginOptions = {}) {
    super();
  }

  override forward(distance: Tensor, target: Tensor): Tensor {
    return hingeEmbedding(distance, target, this.options);
  }
}

/** ln(1 + e^(−target·x)), for targets of 1 and −1. */
export class SoftMarginLoss extends Module {
  constructor(private readonly options: LossOptions = {}) {
    super();
  }

  override forward(prediction: Tensor, target: Tensor): Tensor {
    return softMargin(prediction, target, this.options);
  }
}

/** Asks that the first be larger than the second by a margin where the target is 1, and smaller where it is −1. */
export class MarginRankingLoss extends Module {
  constructor(private readonly options: MarginOptions = {}) {
    super();
  }

  override forward(a: Tensor, b: Tensor, target: Tensor): Tensor {
    return marginRanking(a, b, target, this.options);
  }
}

/** The loss of pairs of vectors that should point alike or not. */
export class CosineEmbeddingLoss extends Module {
  constructor(private readonly options: MarginOptions = {}) {
    super();
  }

  override forward(a: Tensor, b: Tensor, target: Tensor): Tensor {
    return cosineEmbedding(a, b, target, this.options);
  }
}

/** The distance to a positive example less that to a negative one, plus a margin, where that is positive. */
export class TripletMarginLoss extends Module {
  constructor(private readonly options: MarginOptions & { readonly p?: number; readonly swap?: boolean } = {}) {
    super();
  }

  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMargin(anchor, positive, negative, this.options);
  }
}
