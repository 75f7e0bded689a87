/** Distributions of choices. A sample carries no gradient; its probability does. */
import { noGrad } from "../autograd/grad-mode.js";
import { EngineError, shapeText } from "../errors.js";
import { Storage } from "../kernels/storage.js";
import { generator } from "../random.js";
import { elementCount } from "../shape.js";
import { Tensor } from "../tensor.js";
import { drawnLike, parametersOf, type Distribution } from "./distribution.js";

/** Probabilities, or logits of which they are the sigmoid or softmax: one of the two. */
export type Chances = { readonly probs: Tensor | number } | { readonly logits: Tensor | number };

/** 1 with a probability, else 0. */
export class Bernoulli implements Distribution {
  /** log(p / (1 − p)). */
  readonly logits: Tensor;
  /** The probability p of a 1. */
  readonly probs: Tensor;

  constructor(chances: Chances) {
    if ("probs" in chances) {
      [this.probs] = parametersOf(chances.probs);
      this.logits = this.probs.log().sub(this.probs.neg().log1p());
    } else {
      [this.logits] = parametersOf(chances.logits);
      this.probs = this.logits.sigmoid();
    }
  }

  /** p. */
  get mean(): Tensor {
    return this.probs;
  }

  /** p · (1 − p). */
  get variance(): Tensor {
    return this.probs.mul(this.probs.neg().add(1));
  }

  sample(shape: readonly number[] = []): Tensor {
    return noGrad(() => drawnLike(this.probs, shape, "uniform").lt(this.probs).to(this.probs.dtype));
  }

  logProb(value: Tensor): Tensor {
    // ln σ(x) where it is 1, and ln σ(−x) = ln σ(x) − x where it is 0.
    return this.logits.logSigmoid().sub(this.logits.mul(value.neg().add(1)));
  }

  entropy(): Tensor {
    const miss = this.logits.neg().logSigmoid().mul(this.probs.neg().add(1));
    return this.logits.logSigmoid().mul(this.probs).add(miss).neg();
  }
}

/** One of several, by the probabilities in the last dimension. A sample is the number of one, in int32. */
export class Categorical implements Distribution {
  /** Logarithms of probabilities that sum to one. */
  readonly logits: Tensor;
  /** The probabilities of the classes along the last dimension; they add up to 1. */
  readonly probs: Tensor;

  constructor(chances: Chances) {
    const [given] = parametersOf("probs" in chances ? chances.probs : chances.logits);
    if (given.shape.length === 0) {
      throw new EngineError(
        `Categorical: the chances have shape ${shapeText(given.shape)}`,
        "they stand along the last dimension",
        "Pass a tensor with one number for each choice.",
        "ValueError",
      );
    }
    if ("probs" in chances) {
      this.probs = given.div(given.sum(-1, { keepdim: true }));
      this.logits = this.probs.log();
    } else {
      this.logits = given.logSoftmax(-1);
      this.probs = this.logits.exp();
    }
  }

  /** There is none: choices have no order. */
  get mean(): Tensor {
    return this.probs.sum(-1).mul(NaN);
  }

  /** NaN: a class is a name and has no variance. */
  get variance(): Tensor {
    return this.mean;
  }

  sample(shape: readonly number[] = []): Tensor {
    const batch = this.probs.shape.slice(0, -1);
    const choices = this.probs.shape[batch.length];
    const probs = this.probs.storage.toArray();
    const whole = [...shape, ...batch];
    const rows = elementCount(batch);
    const numbers = Array.from({ length: elementCount(whole) }, (_, at) => {
      const start = (at % rows) * choices;
      let rest = generator.uniform();
      for (let choice = 0; choice < choices - 1; choice++) {
        rest -= probs[start + choice];
        if (rest < 0) return choice;
      }
      return choices - 1;
    });
    return new Tensor(Storage.of("int32", numbers), whole);
  }

  logProb(value: Tensor): Tensor {
    const chosen = value.to("int32").unsqueeze(-1);
    const logits = this.logits.expand([...value.shape, this.logits.shape[this.logits.shape.length - 1]]);
    return logits.gather(-1, chosen).squeeze(-1);
  }

  entropy(): Tensor {
    // A choice without a chance tells nothing: 0 · −∞ counts as 0.
    return this.probs
      .mul(this.logits.maskedFill(this.probs.eq(0), 0))
      .sum(-1)
      .neg();
  }
}
