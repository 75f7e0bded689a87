/** Attention and the layers of a transformer (Vaswani et al., 2017), with parameters named and laid out as in PyTorch. */
import { zeros } from "../creation.js";
import { EngineError } from "../errors.js";
import { where } from "../functions.js";
import { dropout } from "../randomized.js";
import type { Tensor } from "../tensor.js";
import { Dropout } from "./dropout.js";
import { xavierUniform_, zeros_ } from "./init.js";
import { Linear } from "./linear.js";
import { Module } from "./module.js";
import { LayerNorm } from "./normalization.js";
import { Parameter } from "./parameter.js";

/** Options of `MultiheadAttention`. */
export interface AttentionLayerOptions {
  /** The probability that an attention weight is dropped in training, 0 unless given. */
  readonly dropout?: number;
  /** Whether the projections have biases; they do unless told otherwise. */
  readonly bias?: boolean;
  /** Whether sequences are [batch, time, width] and not [time, batch, width]. */
  readonly batchFirst?: boolean;
}

/** What attention may not look at. */
export interface MaskOptions {
  /** In bool: where a query must not look at a key; in floats: what is added to the scores. [queries, keys], or one for each head. */
  readonly attnMask?: Tensor | null;
  /** In bool: which keys are padding, [batch, keys]. */
  readonly keyPaddingMask?: Tensor | null;
}

/** Several attentions beside each other, each in a part of the width. Gives the result and the mean weights of the heads. */
export class MultiheadAttention extends Module<[Tensor, Tensor]> {
  /** The maps of queries, keys and values below each other: [3 · width, width]. */
  inProjWeight: Parameter;
  /** [3 · embedDim]: the biases of queries, keys and values; null without bias. */
  inProjBias: Parameter | null;
  /** What the heads' results go through at the end. */
  outProj: Linear;

  constructor(
    /** The length of a token's vector; the heads share it. */
    readonly embedDim: number,
    /** How many heads look at once; it must divide `embedDim`. */
    readonly numHeads: number,
    private readonly options: AttentionLayerOptions = {},
  ) {
    super();
    if (embedDim % numHeads !== 0) {
      throw new EngineError(
        `MultiheadAttention: a width of ${embedDim} for ${numHeads} heads`,
        "each head has an equal part of the width",
        "Choose a number of heads that divides the width.",
      );
    }
    const { bias = true } = options;
    this.inProjWeight = new Parameter(xavierUniform_(zeros([3 * embedDim, embedDim])));
    this.inProjBias = bias ? new Parameter(zeros([3 * embedDim])) : null;
    this.outProj = new Linear(embedDim, embedDim, { bias });
    if (bias) zeros_(this.outProj.bias);
  }

  override forward(
    query: Tensor,
    key: Tensor = query,
    value: Tensor = key,
    { attnMask = null, keyPaddingMask = null }: MaskOptions = {},
  ): [Tensor, Tensor] {
    const isSingle = query.shape.length === 2;
    const { batchFirst = false, dropout: p = 0 } = this.options;
    const batched = (x: Tensor): Tensor => (isSingle ? x.unsqueeze(0) : batchFirst ? x : x.transpose(0, 1));
    const [q, k, v] = [query, key, value].map((x, at) => this.heads(this.projected(batched(x), at)));
    const scores = q.matmul(k.transpose(-2, -1)).mul(1 / Math.sqrt(this.embedDim / this.numHeads));
    const masked = withPadding(withMask(scores, attnMask), keyPaddingMask);
    const weights = dropout(masked.softmax(-1), { p, training: this.training });
    const joined = weights.matmul(v).transpose(1, 2).flatten(2);
    const result = this.outProj.forward(joined);
    const mean = weights.mean(1);
    if (isSingle) return [result.squeeze(0), mean.squeeze(0)];
    return [batchFirst ? result : result.transpose(0, 1), mean];
  }

  private projected(x: Tensor, at: number): Tensor {
    const part = (all: Tensor): Tensor => all.narrow(0, at * this.embedDim, this.embedDim);
    const product = x.matmul(part(this.inProjWeight).transpose(-2, -1));
    return this.inProjBias === null ? product : product.add(part(this.inProjBias));
  }

  /** [batch, heads, time, width / heads] */
  private heads(x: Tensor): Tensor {
    return x.unflatten(-1, [this.numHeads, this.embedDim / this.numHeads]).transpose(1, 2);
  }
}

/** Options of the transformer layers. */
export interface TransformerLayerOptions {
  /** The width between the two maps, 2048 unless given. */
  readonly dimFeedforward?: number;
  /** 0.1 unless given. */
  readonly dropout?: number;
  /** Between the two linear layers, "relu" unless given. */
  readonly activation?: "relu" | "gelu";
  /** Whether inputs are [batch, tokens, …] and not [tokens, batch, …]; they are not unless given. */
  readonly batchFirst?: boolean;
  /** Whether values are normalized before each part and not after it. */
  readonly normFirst?: boolean;
}

/** Attention of a sequence to itself, and two maps of each of its elements, both around a way past them. */
export class TransformerEncoderLayer extends Module {
  /** The tokens look at each other. */
  selfAttn: MultiheadAttention;
  /** The first layer of the part that sees each token alone. */
  linear1: Linear;
  /** The second layer of the part that sees each token alone. */
  linear2: Linear;
  /** At the attention. */
  norm1: LayerNorm;
  /** At the part that sees each token alone. */
  norm2: LayerNorm;
  private readonly drop: Dropout;

  constructor(
    dModel: number,
    nHead: number,
    private readonly options: TransformerLayerOptions = {},
  ) {
    super();
    const { dimFeedforward = 2048, dropout: p = 0.1, batchFirst = false } = options;
    this.selfAttn = new MultiheadAttention(dModel, nHead, { dropout: p, batchFirst });
    this.linear1 = new Linear(dModel, dimFeedforward);
    this.linear2 = new Linear(dimFeedforward, dModel);
    this.norm1 = new LayerNorm(dModel);
    this.norm2 = new LayerNorm(dModel);
    this.drop = new Dropout(p);
  }

  override forward(x: Tensor, masks: MaskOptions = {}): Tensor {
    const attend = (y: Tensor): Tensor => this.drop.forward(this.selfAttn.forward(y, y, y, masks)[0]);
    const widen = (y: Tensor): Tensor =>
      this.drop.forward(this.linear2.forward(this.drop.forward(activated(this.linear1.forward(y), this.options))));
    if (this.options.normFirst === true) {
      const attended = x.add(attend(this.norm1.forward(x)));
      return attended.add(widen(this.norm2.forward(attended)));
    }
    const attended = this.norm1.forward(x.add(attend(x)));
    return this.norm2.forward(attended.add(widen(attended)));
  }
}

/** The same with attention to another sequence, `memory`, in between. */
export class TransformerDecoderLayer extends Module {
  /** The target looks at itself. */
  selfAttn: MultiheadAttention;
  /** The target looks at the memory of the encoder. */
  multiheadAttn: MultiheadAttention;
  /** The first layer of the part that sees each token alone. */
  linear1: Linear;
  /** The second layer of the part that sees each token alone. */
  linear2: Linear;
  /** At the attention to itself. */
  norm1: LayerNorm;
  /** At the attention to the memory. */
  norm2: LayerNorm;
  /** At the part that sees each token alone. */
  norm3: LayerNorm;
  private readonly drop: Dropout;

  constructor(
    dModel: number,
    nHead: number,
    private readonly options: TransformerLayerOptions = {},
  ) {
    super();
    const { dimFeedforward = 2048, dropout: p = 0.1, batchFirst = false } = options;
    this.selfAttn = new MultiheadAttention(dModel, nHead, { dropout: p, batchFirst });
    this.multiheadAttn = new MultiheadAttention(dModel, nHead, { dropout: p, batchFirst });
    this.linear1 = new Linear(dModel, dimFeedforward);
    this.linear2 = new Linear(dimFeedforward, dModel);
    this.norm1 = new LayerNorm(dModel);
    this.norm2 = new LayerNorm(dModel);
    this.norm3 = new LayerNorm(dModel);
    this.drop = new Dropout(p);
  }

  override forward(x: Tensor, memory: Tensor = x, masks: MaskOptions = {}): Tensor {
    const attend = (y: Tensor): Tensor => this.drop.forward(this.selfAttn.forward(y, y, y, masks)[0]);
    const look = (y: Tensor): Tensor => this.drop.forward(this.multiheadAttn.forward(y, memory, memory)[0]);
    const widen = (y: Tensor): Tensor =>
      this.drop.forward(this.linear2.forward(this.drop.forward(activated(this.linear1.forward(y), this.options))));
    if (this.options.normFirst === true) {
      const attended = x.add(attend(this.norm1.forward(x)));
      const looked = attended.add(look(this.norm2.forward(attended)));
      return looked.add(widen(this.norm3.forward(looked)));
    }
    const attended = this.norm1.forward(x.add(attend(x)));
    const looked = this.norm2.forward(attended.add(look(attended)));
    return this.norm3.forward(looked.add(widen(looked)));
  }
}

function activated(x: Tensor, { activation = "relu" }: TransformerLayerOptions): Tensor {
  return activation === "gelu" ? x.gelu() : x.relu();
}

/** [batch, heads, queries, keys] */
function withMask(scores: Tensor, mask: Tensor | null): Tensor {
  if (mask === null) return scores;
  const perHead = mask.shape.length === 3 ? mask.reshape(scores.shape) : mask;
  return mask.dtype === "bool" ? where(perHead, -Infinity, scores) : scores.add(perHead);
}

function withPadding(scores: Tensor, padding: Tensor | null): Tensor {
  return padding === null ? scores : where(padding.unsqueeze(1).unsqueeze(2), -Infinity, scores);
}
