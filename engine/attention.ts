/** Attention as a function: softmax(q·kᵀ·scale + mask)·v (Vaswani et al. 2017). */
import { dropout } from "./randomized.js";
import { EngineError, shapeText } from "./errors.js";
import { ones } from "./creation.js";
import { where } from "./functions.js";
import type { Tensor } from "./tensor.js";

/** Options of `scaledDotProductAttention`. */
export interface AttentionOptions {
  /** In bool: where a query may look at a key; in floats: what is added to the scores. It broadcasts to [queries, keys]. */
  readonly mask?: Tensor | null;
  /** Each query may look at keys up to its own place only. */
  readonly isCausal?: boolean;
  /** The probability of dropping a weight. */
  readonly dropout?: number;
  /** What scores are multiplied by; 1/√width unless given. */
  readonly scale?: number | null;
}

/** Queries [batch …, queries, width], keys [batch …, keys, width], values [batch …, keys, out]: [batch …, queries, out]. */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { mask = null, isCausal = false, dropout: p = 0, scale = null }: AttentionOptions = {},
): Tensor {
  const width = query.shape[query.shape.length - 1];
  const fits = [query, key, value].every(({ shape }) => shape.length >= 2);
  if (
    !fits ||
    key.shape[key.shape.length - 1] !== width ||
    key.shape[key.shape.length - 2] !== value.shape[value.shape.length - 2]
  ) {
    throw new EngineError(
      `scaledDotProductAttention: queries ${shapeText(query.shape)}, keys ${shapeText(key.shape)}, values ${shapeText(value.shape)}`,
      "queries and keys are compared along their last dimension, and each key has one value",
      "Check the last two dimensions of the three.",
    );
  }
  if (isCausal && mask !== null) {
    throw new EngineError(
      "scaledDotProductAttention: a mask is given and isCausal is set",
      "a causal mask is one of its own",
      "Leave one of the two out.",
    );
  }
  const scores = query.matmul(key.transpose(-2, -1)).mul(scale ?? 1 / Math.sqrt(width));
  const causal = (): Tensor =>
    ones([query.shape[query.shape.length - 2], key.shape[key.shape.length - 2]], { dtype: "bool" }).tril();
  const allowed = isCausal ? causal() : mask;
  const masked =
    allowed === null ? scores : allowed.dtype === "bool" ? where(allowed, scores, -Infinity) : scores.add(allowed);
  return dropout(masked.softmax(-1), { p }).matmul(value);
}
