/**
 * Normalizations as modules: values are brought to mean 0 and variance 1 and then scaled and shifted by parameters. They
 * differ in what is normalized together; the functions of the same names say how.
 */
import { ones, zeros } from "../creation.js";
import { shapesDoNotFit } from "../errors.js";
import { batchNorm, groupNorm, instanceNorm, localResponseNorm, rmsNorm } from "../normalizing.js";
import { sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** Settings of layer normalization. */
export interface LayerNormOptions {
  /** Added to the variance, so that a constant row does not divide by zero. */
  readonly eps?: number;
}

/**
 * Normalizes each element over its last dimensions (Ba, Kiros and Hinton, 2016): (x − mean) / √(var + ε) · weight +
 * bias.
 */
export class LayerNorm extends Module {
  /** The scale, at first ones. */
  weight: Parameter;
  /** The shift, at first zeros. */
  bias: Parameter;

  /** The lengths of the last dimensions, over which it normalizes. */
  readonly normalizedShape: readonly number[];
  /** Keeps the division finite, 1e-5 unless given. */
  readonly eps: number;

  constructor(normalizedShape: number | readonly number[], { eps = 1e-5 }: LayerNormOptions = {}) {
    super();
    this.normalizedShape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.eps = eps;
    this.weight = new Parameter(ones(this.normalizedShape));
    this.bias = new Parameter(zeros(this.normalizedShape));
  }

  override forward(x: Tensor): Tensor {
    const depth = this.normalizedShape.length;
    const last = x.shape.slice(Math.max(0, x.shape.length - depth));
    if (!sameShape(last, this.normalizedShape)) {
      const because = "the input must end in the shape that is normalized";
      const advice = "Change the layer's shape, or reshape the input.";
      throw shapesDoNotFit("LayerNorm", x.shape, this.normalizedShape, because, advice);
    }
    const rows = depth === 1 ? x : x.reshape([...x.shape.slice(0, x.shape.length - depth), -1]);
    const centered = rows.sub(rows.mean(-1, { keepdim: true }));
    const variance = centered.square().mean(-1, { keepdim: true });
    const normalized = centered.mul(variance.add(this.eps).rsqrt());
    return (depth === 1 ? normalized : normalized.reshape(x.shape)).mul(this.weight).add(this.bias);
  }
}

/** The last dimensions divided by their root mean square (Zhang and Sennrich, 2019). */
export class RMSNorm extends Module {
  /** What each normalized element is multiplied by, of the shape `normalizedShape`. */
  weight: Parameter;
  /** The lengths of the last dimensions, over which it normalizes. */
  readonly normalizedShape: readonly number[];

  constructor(
    normalizedShape: number | readonly number[],
    private readonly options: { readonly eps?: number } = {},
  ) {
    super();
    this.normalizedShape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.weight = new Parameter(ones(this.normalizedShape));
  }

  override forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, { ...this.options, weight: this.weight });
  }
}

/** Groups of channels (Wu and He, 2018). */
export class GroupNorm extends Module {
  /** [channels]: what each channel is multiplied by. */
  weight: Parameter;
  /** [channels]: what is added to each channel. */
  bias: Parameter;

  constructor(
    /** Into how many groups the channels are parted. */
    readonly groups: number,
    /** How many channels come in; a multiple of `groups`. */
    readonly channels: number,
    private readonly options: { readonly eps?: number } = {},
  ) {
    super();
    this.weight = new Parameter(ones([channels]));
    this.bias = new Parameter(zeros([channels]));
  }

  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.groups, { ...this.options, weight: this.weight, bias: this.bias });
  }
}

/** Options of the batch normalizations. */
export interface BatchNormLayerOptions {
  /** Keeps the division finite, 1e-5 unless given. */
  readonly eps?: number;
  /** How much of each batch goes into the running statistics, 0.1 unless given. */
  readonly momentum?: number;
  /** Whether there is a scale and a shift; there is unless told otherwise. */
  readonly affine?: boolean;
  /** Whether running statistics are kept; they are unless told otherwise. */
  readonly trackRunningStats?: boolean;
}

/** Channels over the whole batch (Ioffe and Szegedy, 2015); in evaluation by the running statistics. */
abstract class BatchNormLayer extends Module {
  /** [features]: what each channel is multiplied by; null without `affine`. */
  weight: Parameter | null;
  /** [features]: what is added to each channel; null without `affine`. */
  bias: Parameter | null;
  /** [features]: the average of the batches' means; null where none is kept. */
  runningMean: Tensor | null;
  /** [features]: the average of the batches' variances; null where none is kept. */
  runningVar: Tensor | null;
  /** How many batches have gone into the averages; null where none are kept. */
  numBatchesTracked: Tensor | null;

  constructor(
    /** How many channels come in. */
    readonly features: number,
    private readonly options: BatchNormLayerOptions = {},
  ) {
    super();
    const { affine = true, trackRunningStats = true } = options;
    this.weight = affine ? new Parameter(ones([features])) : null;
    this.bias = affine ? new Parameter(zeros([features])) : null;
    this.runningMean = trackRunningStats ? this.registerBuffer("runningMean", zeros([features])) : null;
    this.runningVar = trackRunningStats ? this.registerBuffer("runningVar", ones([features])) : null;
    this.numBatchesTracked = trackRunningStats
      ? this.registerBuffer("numBatchesTracked", zeros([], { dtype: "int32" }))
      : null;
  }

  override forward(x: Tensor): Tensor {
    if (this.training) this.numBatchesTracked?.add_(1);
    return batchNorm(x, this.runningMean, this.runningVar, {
      weight: this.weight,
      bias: this.bias,
      eps: this.options.eps ?? 1e-5,
      momentum: this.options.momentum ?? 0.1,
      training: this.training || this.runningMean === null,
    });
  }
}

/** [batch, features] or [batch, features, length]. */
export class BatchNorm1d extends BatchNormLayer {}

/** [batch, features, rows, columns]. */
export class BatchNorm2d extends BatchNormLayer {}

/** [batch, features, depth, rows, columns]. */
export class BatchNorm3d extends BatchNormLayer {}

/** Options of the instance normalizations. */
export interface InstanceNormLayerOptions {
  /** Keeps the division finite, 1e-5 unless given. */
  readonly eps?: number;
  /** Whether there is a scale and a shift; there is none unless asked. */
  readonly affine?: boolean;
}

/** Each channel of each example by itself (Ulyanov et al., 2016). */
abstract class InstanceNormLayer extends Module {
  /** [features]: what each channel is multiplied by; null without `affine`. */
  weight: Parameter | null;
  /** [features]: what is added to each channel; null without `affine`. */
  bias: Parameter | null;

  constructor(
    /** How many channels come in. */
    readonly features: number,
    private readonly options: InstanceNormLayerOptions = {},
  ) {
    super();
    this.weight = options.affine === true ? new Parameter(ones([features])) : null;
    this.bias = options.affine === true ? new Parameter(zeros([features])) : null;
  }

  override forward(x: Tensor): Tensor {
    return instanceNorm(x, null, null, { weight: this.weight, bias: this.bias, eps: this.options.eps ?? 1e-5 });
  }
}

/** [batch, features, length]. */
export class InstanceNorm1d extends InstanceNormLayer {}

/** [batch, features, rows, columns]. */
export class InstanceNorm2d extends InstanceNormLayer {}

/** Each element divided by the strength of its channels around (Krizhevsky et al., 2012). */
export class LocalResponseNorm extends Module {
  constructor(
    /** How many neighboring channels count. */
    readonly size: number,
    private readonly options: { readonly alpha?: number; readonly beta?: number; readonly k?: number } = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.size, this.options);
  }
}
