/** Everything under `distributions`: random values whose probability can be derived, and how far two of them are apart. */
import { EngineError } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { Normal } from "./continuous.js";
import { Bernoulli, Categorical } from "./discrete.js";
import type { Distribution } from "./distribution.js";

export { Normal, Uniform } from "./continuous.js";
export { Bernoulli, Categorical, type Chances } from "./discrete.js";
export type { Distribution } from "./distribution.js";

/** The divergence of q from p in nats (Kullback and Leibler, 1951), for two of one kind. */
export function klDivergence(p: Distribution, q: Distribution): Tensor {
  if (p instanceof Normal && q instanceof Normal) {
    const ratio = p.scale.div(q.scale).square();
    return ratio.add(p.loc.sub(q.loc).div(q.scale).square()).sub(1).sub(ratio.log()).mul(0.5);
  }
  if (p instanceof Bernoulli && q instanceof Bernoulli) {
    const hit = p.probs.mul(p.logits.logSigmoid().sub(q.logits.logSigmoid()));
    const miss = p.probs.neg().add(1).mul(p.logits.neg().logSigmoid().sub(q.logits.neg().logSigmoid()));
    return hit.add(miss);
  }
  if (p instanceof Categorical && q instanceof Categorical) {
    return p.probs.mul(p.logits.sub(q.logits).maskedFill(p.probs.eq(0), 0)).sum(-1);
  }
  throw new EngineError(
    `klDivergence: of ${q.constructor.name} from ${p.constructor.name}`,
    "there is a formula for two normal, two Bernoulli and two categorical distributions",
    "Estimate it from samples: the mean of `p.logProb(x).sub(q.logProb(x))`.",
    "TypeError",
  );
}
