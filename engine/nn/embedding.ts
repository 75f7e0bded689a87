/** Tables of vectors as layers: one row for each index, or one sum of rows for each bag of indices. */
import { zeros } from "../creation.js";
import { isFloat } from "../dtype.js";
import { embedding, embeddingBag, type EmbeddingBagOptions, type EmbeddingOptions } from "../embedding.js";
import { EngineError, shapeText } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { normal_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { checkedSize } from "./size.js";

/** A table of vectors: each index in the input becomes its row. */
export class Embedding extends Module {
  /** [count, width], at first normally distributed; the row of the padding index is zeros. */
  weight: Parameter;

  constructor(
    count: number,
    width: number,
    private readonly options: EmbeddingOptions = {},
  ) {
    super();
    this.weight = tableOf("Embedding", count, width, options.paddingIndex ?? null);
  }

  override forward(index: Tensor): Tensor {
    checkIndex("Embedding", index);
    return embedding(index, this.weight, this.options);
  }
}

/** A table of vectors: each bag of indices becomes the mean of its rows, or their sum or largest elements. */
export class EmbeddingBag extends Module {
  /** [count, width], at first normally distributed; the row of the padding index is zeros. */
  weight: Parameter;

  constructor(
    count: number,
    width: number,
    private readonly options: Pick<EmbeddingBagOptions, "mode" | "paddingIndex" | "includeLastOffset"> = {},
  ) {
    super();
    this.weight = tableOf("EmbeddingBag", count, width, options.paddingIndex ?? null);
  }

  override forward(index: Tensor, offsets: Tensor | null = null, perSampleWeights: Tensor | null = null): Tensor {
    checkIndex("EmbeddingBag", index);
    return embeddingBag(index, this.weight, { ...this.options, offsets, perSampleWeights });
  }
}

function tableOf(call: string, count: number, width: number, paddingIndex: number | null): Parameter {
  checkedSize(call, "count", count);
  checkedSize(call, "width", width);
  const table = normal_(zeros([count, width]));
  if (paddingIndex !== null) {
    const row = paddingIndex < 0 ? paddingIndex + count : paddingIndex;
    for (let at = 0; at < width; at++) table.storage.write(row * width + at, 0);
  }
  return new Parameter(table);
}

function checkIndex(call: string, index: Tensor): void {
  if (!isFloat(index.dtype)) return;
  throw new EngineError(
    `${call}: the index has dtype ${index.dtype} and shape ${shapeText(index.shape)}`,
    "a row is named by a whole number",
    'Make the index with `{ dtype: "int32" }`, or convert it with `to("int32")`.',
  );
}
