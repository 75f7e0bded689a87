/** Losses. PyTorch's older flags for the reduction are left out, as its own documentation advises. */
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  cosineEmbedding,
  crossEntropy,
  gaussianNll,
  hingeEmbedding,
  huber,
  klDivergence,
  l1,
  marginRanking,
  mse,
  multilabelMargin,
  multilabelSoftMargin,
  multiMargin,
  nll,
  poissonNll,
  smoothL1,
  softMargin,
  tripletMargin,
  type Reduction,
  type Tensor,
} from "@gradlens/engine";
import type { Parameters } from "../parameters.js";
import { on, under, type Mapping } from "./entry.js";

/** What is no reduction is handed on: refusing it is the engine's business. */
function reduction(p: Parameters): Reduction {
  return p.text("reduction", "mean") as Reduction;
}

/** Losses of two tensors compare them in one dtype. */
function two(call: (input: Tensor, target: Tensor, options: { reduction: Reduction }) => Tensor) {
  return on("input target size_average reduce reduction", (p) => {
    const [input, target] = [p.tensor("input"), p.tensor("target")];
    return call(input, target, { reduction: reduction(p) });
  });
}

function classOptions(p: Parameters) {
  return { weight: p.maybeTensor("weight"), ignoreIndex: p.number("ignore_index", -100), reduction: reduction(p) };
}

export const losses: Mapping = under("torch.nn.functional.", {
  mse_loss: two(mse),
  l1_loss: two(l1),
  soft_margin_loss: two(softMargin),
  smooth_l1_loss: on("input target size_average reduce reduction beta", (p) =>
    smoothL1(p.tensor("input"), p.tensor("target"), { beta: p.number("beta", 1), reduction: reduction(p) }),
  ),
  huber_loss: on("input target reduction delta", (p) =>
    huber(p.tensor("input"), p.tensor("target"), { delta: p.number("delta", 1), reduction: reduction(p) }),
  ),
  cross_entropy: on("input target weight size_average ignore_index reduce reduction label_smoothing", (p) =>
    crossEntropy(p.tensor("input"), p.tensor("target"), { ...classOptions(p), labelSmoothing: p.number("label_smoothing", 0) }),
  ),
  nll_loss: on("input target weight size_average ignore_index reduce reduction", (p) => nll(p.tensor("input"), p.tensor("target"), classOptions(p))),
  binary_cross_entropy: on("input target weight size_average reduce reduction", (p) =>
    binaryCrossEntropy(p.tensor("input"), p.tensor("target"), { weight: p.maybeTensor("weight"), reduction: reduction(p) }),
  ),
  binary_cross_entropy_with_logits: on("input target weight size_average reduce reduction pos_weight", (p) =>
    binaryCrossEntropyWithLogits(p.tensor("input"), p.tensor("target"), {
      weight: p.maybeTensor("weight"),
      posWeight: p.maybeTensor("pos_weight"),
      reduction: reduction(p),
    }),
  ),
  kl_div: on("input target size_average reduce reduction log_target", (p) =>
    klDivergence(p.tensor("input"), p.tensor("target"), { reduction: reduction(p), logTarget: p.flag("log_target") }),
  ),
  poisson_nll_loss: on("input target log_input full size_average eps reduce reduction", (p) =>
    poissonNll(p.tensor("input"), p.tensor("target"), {
      logInput: p.flag("log_input", true),
      full: p.flag("full"),
      eps: p.number("eps", 1e-8),
      reduction: reduction(p),
    }),
  ),
  hinge_embedding_loss: on("input target margin size_average reduce reduction", (p) =>
    hingeEmbedding(p.tensor("input"), p.tensor("target"), { margin: p.number("margin", 1), reduction: reduction(p) }),
  ),
  gaussian_nll_loss: on("input target var full eps reduction", (p) =>
    gaussianNll(p.tensor("input"), p.tensor("target"), p.tensor("var"), {
      full: p.flag("full"),
      eps: p.number("eps", 1e-6),
      reduction: reduction(p),
    }),
  ),
  cosine_embedding_loss: on("input1 input2 target margin size_average reduce reduction", (p) =>
    cosineEmbedding(p.tensor("input1"), p.tensor("input2"), p.tensor("target"), { margin: p.number("margin", 0), reduction: reduction(p) }),
  ),
  margin_ranking_loss: on("input1 input2 target margin size_average reduce reduction", (p) =>
    marginRanking(p.tensor("input1"), p.tensor("input2"), p.tensor("target"), { margin: p.number("margin", 0), reduction: reduction(p) }),
  ),
  multi_margin_loss: on("input target p margin weight size_average reduce reduction", (p) =>
    multiMargin(p.tensor("input"), p.tensor("target"), {
      p: p.number("p", 1) as 1 | 2,
      margin: p.number("margin", 1),
      weight: p.maybeTensor("weight"),
      reduction: reduction(p),
    }),
  ),
  multilabel_margin_loss: two(multilabelMargin),
  multilabel_soft_margin_loss: on("input target weight size_average reduce reduction", (p) =>
    multilabelSoftMargin(p.tensor("input"), p.tensor("target"), { weight: p.maybeTensor("weight"), reduction: reduction(p) }),
  ),
  triplet_margin_loss: on("anchor positive negative margin p eps swap size_average reduce reduction", (p) =>
    tripletMargin(p.tensor("anchor"), p.tensor("positive"), p.tensor("negative"), {
      margin: p.number("margin", 1),
      p: p.number("p", 2),
      eps: p.number("eps", 1e-6),
      swap: p.flag("swap"),
      reduction: reduction(p),
    }),
  ),
});
