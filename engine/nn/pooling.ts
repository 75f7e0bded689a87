/** Pooling, resampling and rearrangement as modules, each the function of the same meaning with its settings. */
import {
  adaptiveAveragePool,
  adaptiveMaxPool,
  averagePool,
  maxPool,
  type AdaptiveSize,
  type AveragePoolOptions,
  type MaxPoolOptions,
} from "../pooling.js";
import { interpolate, type InterpolateOptions } from "../resampling.js";
import type { Tensor } from "../tensor.js";
import { each, type PerDimension } from "../windows.js";
import { Module } from "./module.js";

/** The largest element of each window; `rank` counts the dimensions behind the channels. */
abstract class MaxPool extends Module {
  protected abstract readonly rank: number;

  constructor(
    /** How far the window reaches in each dimension. */
    readonly kernelSize: PerDimension,
    private readonly options: MaxPoolOptions = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return maxPool(x, each(this.kernelSize, this.rank), this.options).values;
  }
}

/** The mean of each window. */
abstract class AvgPool extends Module {
  protected abstract readonly rank: number;

  constructor(
    /** How far the window reaches in each dimension. */
    readonly kernelSize: PerDimension,
    private readonly options: AveragePoolOptions = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return averagePool(x, each(this.kernelSize, this.rank), this.options);
  }
}

/** The mean of each of so many windows, which cover the input evenly. */
abstract class AdaptiveAvgPool extends Module {
  protected abstract readonly rank: number;

  constructor(/** The lengths of the result's last dimensions; null keeps one. */ readonly outputSize: AdaptiveSize) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return adaptiveAveragePool(x, this.outputSize, this.rank);
  }
}

/** The largest element of each of so many windows, which cover the input evenly. */
abstract class AdaptiveMaxPool extends Module {
  protected abstract readonly rank: number;

  constructor(/** The lengths of the result's last dimensions; null keeps one. */ readonly outputSize: AdaptiveSize) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return adaptiveMaxPool(x, this.outputSize, this.rank).values;
  }
}

/** Of [batch, channels, length]. */
export class MaxPool1d extends MaxPool {
  protected override readonly rank = 1;
}

/** Of [batch, channels, rows, columns]. */
export class MaxPool2d extends MaxPool {
  protected override readonly rank = 2;
}

/** Of [batch, channels, depth, rows, columns]. */
export class MaxPool3d extends MaxPool {
  protected override readonly rank = 3;
}

/** Of [batch, channels, length]. */
export class AvgPool1d extends AvgPool {
  protected override readonly rank = 1;
}

/** Of [batch, channels, rows, columns]. */
export class AvgPool2d extends AvgPool {
  protected override readonly rank = 2;
}

/** Of [batch, channels, depth, rows, columns]. */
export class AvgPool3d extends AvgPool {
  protected override readonly rank = 3;
}

/** Of [batch, channels, length]. */
export class AdaptiveAvgPool1d extends AdaptiveAvgPool {
  protected override readonly rank = 1;
}

/** Of [batch, channels, rows, columns]. */
export class AdaptiveAvgPool2d extends AdaptiveAvgPool {
  protected override readonly rank = 2;
}

/** Of [batch, channels, depth, rows, columns]. */
export class AdaptiveAvgPool3d extends AdaptiveAvgPool {
  protected override readonly rank = 3;
}

/** Of [batch, channels, length]. */
export class AdaptiveMaxPool1d extends AdaptiveMaxPool {
  protected override readonly rank = 1;
}

/** Of [batch, channels, rows, columns]. */
export class AdaptiveMaxPool2d extends AdaptiveMaxPool {
  protected override readonly rank = 2;
}

/** Of [batch, channels, depth, rows, columns]. */
export class AdaptiveMaxPool3d extends AdaptiveMaxPool {
  protected override readonly rank = 3;
}

/** An image in another resolution. */
export class Upsample extends Module {
  constructor(private readonly options: InterpolateOptions) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return interpolate(x, this.options);
  }
}

/** Channels rearranged into a finer image. */
export class PixelShuffle extends Module {
  constructor(
    /** By how much height and width grow; the channels are divided by its square. */ readonly factor: number,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.pixelShuffle(this.factor);
  }
}
