/**
 * The layers that are a matrix product or a lookup: Linear and Embedding, with PyTorch's first values.
 */
import { zeros } from "../creation.js";
import { EngineError, shapeText, shapesDoNotFit, valueText } from "../errors.js";
import { isFloat } from "../dtype.js";
import type { Tensor } from "../tensor.js";
import { normal_, uniform_ } from "./init.js";
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

  readonly inFeatures: number;
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

/** A table of vectors: each index in the input becomes its row. */
export class Embedding extends Module {
  /** [count, width], at first normally distributed. */
  weight: Parameter;

  constructor(count: number, width: number) {
    super();
    checkedSize("Embedding", "count", count);
    checkedSize("Embedding", "width", width);
    this.weight = new Parameter(normal_(zeros([count, width])));
  }

  override forward(index: Tensor): Tensor {
    if (isFloat(index.dtype)) {
      throw new EngineError(
        `Embedding: the index has dtype ${index.dtype} and shape ${shapeText(index.shape)}`,
        "a row is named by a whole number",
        'Make the index with `{ dtype: "int32" }`, or convert it with `to("int32")`.',
      );
    }
    const rows = this.weight.indexSelect(index.reshape([-1]));
    return rows.reshape([...index.shape, this.weight.shape[1]]);
  }
}
