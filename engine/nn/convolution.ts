/** Convolutions as layers, with PyTorch's first values: uniform between ±1/√(inputs of one output). */
import { zeros } from "../creation.js";
import { convolution, transposedConvolution, type ConvolutionOptions, type TransposedOptions } from "../spatial.js";
import type { Tensor } from "../tensor.js";
import { each, type PerDimension } from "../windows.js";
import { uniform_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { checkedSize } from "./size.js";

/** Options of the convolution layers. */
export interface ConvolutionLayerOptions extends ConvolutionOptions {
  /** False leaves the bias out. */
  readonly bias?: boolean;
}

/** Options of the transposed convolution layers. */
export interface TransposedLayerOptions extends TransposedOptions {
  /** Whether a bias is added; it is unless told otherwise. */
  readonly bias?: boolean;
}

/** What both kinds have: a weight of a shape, and a bias for each channel of the result. */
abstract class KernelLayer extends Module {
  /** [outChannels, inChannels / groups, kernel]. */
  weight: Parameter;
  /** [out]; null where it is left out. */
  bias: Parameter | null;

  protected constructor(
    call: string,
    /** How many channels come in. */
    readonly inChannels: number,
    /** How many channels come out. */
    readonly outChannels: number,
    shape: readonly number[],
    bias: "with a bias" | "without a bias",
  ) {
    super();
    checkedSize(call, "inChannels", inChannels);
    checkedSize(call, "outChannels", outChannels);
    const inputs = shape.slice(1).reduce((product, length) => product * length, 1);
    const bound = inputs > 0 ? 1 / Math.sqrt(inputs) : 0;
    this.weight = new Parameter(uniform_(zeros(shape), -bound, bound));
    this.bias = bias === "with a bias" ? new Parameter(uniform_(zeros([outChannels]), -bound, bound)) : null;
  }
}

/** Its weight is [out, in / groups, …size]. */
abstract class ConvolutionLayer extends KernelLayer {
  protected constructor(
    call: string,
    rank: number,
    inChannels: number,
    outChannels: number,
    kernelSize: PerDimension,
    private readonly options: ConvolutionLayerOptions,
  ) {
    const shape = [outChannels, inChannels / (options.groups ?? 1), ...each(kernelSize, rank)];
    super(call, inChannels, outChannels, shape, biasOf(options));
  }

  override forward(x: Tensor): Tensor {
    return convolution(x, this.weight, this.bias, this.options);
  }
}

/** [batch, in, length] to [batch, out, length]. */
export class Conv1d extends ConvolutionLayer {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDimension,
    options: ConvolutionLayerOptions = {},
  ) {
    super("Conv1d", 1, inChannels, outChannels, kernelSize, options);
  }
}

/** [batch, in, rows, columns] to [batch, out, rows, columns]. */
export class Conv2d extends ConvolutionLayer {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDimension,
    options: ConvolutionLayerOptions = {},
  ) {
    super("Conv2d", 2, inChannels, outChannels, kernelSize, options);
  }
}

/** [batch, in, depth, rows, columns] to [batch, out, depth, rows, columns]. */
export class Conv3d extends ConvolutionLayer {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDimension,
    options: ConvolutionLayerOptions = {},
  ) {
    super("Conv3d", 3, inChannels, outChannels, kernelSize, options);
  }
}

/** Its weight is [in, out / groups, …size]. */
abstract class TransposedLayer extends KernelLayer {
  protected constructor(
    call: string,
    rank: number,
    inChannels: number,
    outChannels: number,
    kernelSize: PerDimension,
    private readonly options: TransposedLayerOptions,
  ) {
    const shape = [inChannels, outChannels / (options.groups ?? 1), ...each(kernelSize, rank)];
    super(call, inChannels, outChannels, shape, biasOf(options));
  }

  override forward(x: Tensor): Tensor {
    return transposedConvolution(x, this.weight, this.bias, this.options);
  }
}

/** The way back of `Conv1d`, as a layer. */
export class ConvTranspose1d extends TransposedLayer {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDimension, options: TransposedLayerOptions = {}) {
    super("ConvTranspose1d", 1, inChannels, outChannels, kernelSize, options);
  }
}

/** The way back of `Conv2d`, as a layer. */
export class ConvTranspose2d extends TransposedLayer {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDimension, options: TransposedLayerOptions = {}) {
    super("ConvTranspose2d", 2, inChannels, outChannels, kernelSize, options);
  }
}

function biasOf({ bias = true }: { readonly bias?: boolean }): "with a bias" | "without a bias" {
  return bias ? "with a bias" : "without a bias";
}
