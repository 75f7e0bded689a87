/**
 * The layers that are a matrix product: Linear and Bilinear, with PyTorch's first values.
 */
import { bilinear } from "../contractions.js";
import { zeros } from "../creation.js";
import { EngineError, shapesDoNotFit, valueText } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { uniform_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { checkedSize } from "./size.js";

/** Settings of a linear layer. */
export interface LinearOptions {
  /** False leaves the bias out. */
  readonly bias?: boolean;
}

/** y = x·Wᵀ + b, along the last dimension. */
export class Linear extends Module {
  /** [outFeatures, inFeatures], at first uniform between ±1/√inFeatures. */
  weight: Parameter;
  /** [outFeatures], at first uniform between ±1/√inFeatures. Without a bias it is a frozen zero that is not added. */
  bias: Parameter;

  /** The length of the input's last dimension. */
  readonly inFeatures: number;
  /** The length of the output's last dimension. */
  readonly outFeatures: number;
  private readonly addsBias: boolean;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    const { bias = true } = checkedOptions(options);
    this.inFeatures = checkedSize("Linear", "inFeatures", inFeatures);
    this.outFeatures = checkedSize("Linear", "outFeatures", outFeatures);
    const bound = inFeatures > 0 ? 1 / Math.sqrt(inFeatures) : 0;
    this.weight = new Parameter(uniform_(zeros([outFeatures, inFeatures]), -bound, bound));
    this.addsBias = bias;
    this.bias = bias
      ? new Parameter(uniform_(zeros([outFeatures]), -bound, bound))
      : new Parameter(zeros([outFeatures]), { requiresGrad: false });
    if (!bias) Object.defineProperty(this, "bias", { enumerable: false });
  }

  override forward(x: Tensor): Tensor {
    const features = x.shape.at(-1);
    if (features !== this.inFeatures) {
      const because = `the last dimension must have the layer's ${this.inFeatures} input features`;
      throw shapesDoNotFit("Linear", x.shape, this.weight.shape, because, "Reshape the input, or change `inFeatures`.");
    }
    const product = x.matmulSides(this.weight, { a: "plain", b: "transposed" });
    return this.addsBias ? product.add(this.bias) : product;
  }
}

/** In PyTorch the third argument may be a plain `False`; taking it for settings would keep the bias in silence. */
function checkedOptions(options: LinearOptions): LinearOptions {
  if (typeof options === "object" && options !== null) return options;
  throw new EngineError(
    `Linear: the third argument is ${valueText(options)}`,
    "the settings are an object",
    "Write `{ bias: false }` to leave the bias out.",
  );
}

/** y = aᵀ·W·b + c for each output: a bilinear form of two inputs, along their last dimensions. */
export class Bilinear extends Module {
  /** [out, in1, in2], at first uniform between ±1/√in1. */
  weight: Parameter;
  /** [out]; null where it is left out. */
  bias: Parameter | null;

  constructor(in1Features: number, in2Features: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    const { bias = true } = checkedOptions(options);
    checkedSize("Bilinear", "in1Features", in1Features);
    checkedSize("Bilinear", "in2Features", in2Features);
    checkedSize("Bilinear", "outFeatures", outFeatures);
    const bound = in1Features > 0 ? 1 / Math.sqrt(in1Features) : 0;
    this.weight = new Parameter(uniform_(zeros([outFeatures, in1Features, in2Features]), -bound, bound));
    this.bias = bias ? new Parameter(uniform_(zeros([outFeatures]), -bound, bound)) : null;
  }

  override forward(a: Tensor, b: Tensor = a): Tensor {
    return bilinear(a, b, this.weight, this.bias);
  }
}
