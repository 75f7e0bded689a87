/** How each call of PyTorch is written with the engine: one entry for each op, none for a case. */
import { elementwise } from "./elementwise.js";
import { movement } from "./shape.js";
import { curves } from "./curves.js";
import { losses } from "./losses.js";
import { linear } from "./linear.js";
import { products } from "./products.js";
import { indexing } from "./index-ops.js";
import { spatial } from "./spatial.js";
import { resampling } from "./resampling.js";
import { reduce } from "./reduce.js";
import type { Mapping } from "./entry.js";

export const mapping: Readonly<Record<string, Mapping[string] | undefined>> & Mapping = {
  ...elementwise,
  ...spatial,
  ...resampling,
  ...indexing,
  ...curves,
  ...losses,
  ...products,
  ...linear,
  ...movement,
  ...reduce,
};
