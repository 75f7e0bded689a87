/** Pooling, resampling and paddings as modules, each the function of the same meaning with its settings. */
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

/** The largest element of each window of length. */
export class MaxPool1d extends Module {
  constructor(
    readonly kernelSize: PerDimension,
    private readonly options: MaxPoolOptions = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return maxPool(x, each(this.kernelSize, 1), this.options).values;
  }
}

/** The mean of each window of length. */
export class AvgPool1d extends Module {
  constructor(
    readonly kernelSize: PerDimension,
    private readonly options: AveragePoolOptions = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return averagePool(x, each(this.kernelSize, 1), this.options);
  }
}

/** The mean of each of so many windows of length. */
export class AdaptiveAvgPool1d extends Module {
  constructor(readonly outputSize: AdaptiveSize) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return adaptiveAveragePool(x, this.outputSize, 1);
  }
}

/** The largest element of each of so many windows of length. */
export class AdaptiveMaxPool1d extends Module {
  constructor(readonly outputSize: AdaptiveSize) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return adaptiveMaxPool(x, this.outputSize, 1).values;
  }
}

/** The largest element of each window of rows and columns. */
export class MaxPool2d extends Module {
  constructor(
    readonly kernelSize: PerDimension,
    private readonly options: MaxPoolOptions = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return maxPool(x, each(this.kernelSize, 2), this.options).values;
  }
}

/** The mean of each window of rows and columns. */
export class AvgPool2d extends Module {
  constructor(
    readonly kernelSize: PerDimension,
    private readonly options: AveragePoolOptions = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return averagePool(x, each(this.kernelSize, 2), this.options);
  }
}

/** The mean of each of so many windows of rows and columns. */
export class AdaptiveAvgPool2d extends Module {
  constructor(readonly outputSize: AdaptiveSize) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return adaptiveAveragePool(x, this.outputSize, 2);
  }
}

/** The largest element of each of so many windows of rows and columns. */
export class AdaptiveMaxPool2d extends Module {
  constructor(readonly outputSize: AdaptiveSize) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return adaptiveMaxPool(x, this.outputSize, 2).values;
  }
}

/** The largest element of each window of depth, rows and columns. */
export class MaxPool3d extends Module {
  constructor(
    readonly kernelSize: PerDimension,
    private readonly options: MaxPoolOptions = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return maxPool(x, each(this.kernelSize, 3), this.options).values;
  }
}

/** The mean of each window of depth, rows and columns. */
export class AvgPool3d extends Module {
  constructor(
    readonly kernelSize: PerDimension,
    private readonly options: AveragePoolOptions = {},
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return averagePool(x, each(this.kernelSize, 3), this.options);
  }
}

/** The mean of each of so many windows of depth, rows and columns. */
export class AdaptiveAvgPool3d extends Module {
  constructor(readonly outputSize: AdaptiveSize) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return adaptiveAveragePool(x, this.outputSize, 3);
  }
}

/** The largest element of each of so many windows of depth, rows and columns. */
export class AdaptiveMaxPool3d extends Module {
  constructor(readonly outputSize: AdaptiveSize) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return adaptiveMaxPool(x, this.outputSize, 3).values;
  }
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
  constructor(readonly factor: number) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.pixelShuffle(this.factor);
  }
}
