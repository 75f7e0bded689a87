/**
 * Losses as modules, for programs that are written in PyTorch's way. Each calls the function of the same meaning.
 */
import { binaryCrossEntropyWithLogits, crossEntropy, mse } from "../losses.js";
import type { Tensor } from "../tensor.js";
import { Module } from "./module.js";

/** The mean squared error. */
export class MSELoss extends Module {
  override forward(prediction: Tensor, target: Tensor): Tensor {
    return mse(prediction, target);
  }
}

/** The mean absolute error. */
export class L1Loss extends Module {
  override forward(prediction: Tensor, target: Tensor): Tensor {
    return prediction.sub(target).abs().mean();
  }
}

/** The mean cross entropy of rows of logits; the target holds the index of the right class in each row. */
export class CrossEntropyLoss extends Module {
  override forward(logits: Tensor, target: Tensor): Tensor {
    return crossEntropy(logits, target);
  }
}

/** The mean cross entropy of sigmoid(logits) with targets between 0 and 1. */
export class BCEWithLogitsLoss extends Module {
  override forward(logits: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropyWithLogits(logits, target);
  }
}
