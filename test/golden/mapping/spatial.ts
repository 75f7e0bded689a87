/** Convolutions, pooling, windows, normalizations and distances. */
import {
  averagePool,
  batchNorm,
  convolution,
  cosineSimilarity,
  groupNorm,
  layerNorm,
  maxPool,
  normalize,
  pairwiseDistance,
  transposedConvolution,
  unfold,
} from "@gradlens/engine";
import type { Answer, Parameters } from "../parameters.js";
import { on, under, type Mapping } from "./entry.js";

function per(p: Parameters, name: string, otherwise: number): number | number[] {
  const value = p.dims(name);
  if (value === null || (Array.isArray(value) && value.length === 0)) return otherwise;
  return value;
}

function sizes(p: Parameters, name: string, rank: number): number[] {
  const value = p.dims(name);
  if (Array.isArray(value)) return value.length === 1 ? Array.from({ length: rank }, () => value[0]) : value;
  return Array.from({ length: rank }, () => value ?? 1);
}

function strideOf(p: Parameters): number | number[] | null {
  const value = p.dims("stride");
  return Array.isArray(value) && value.length === 0 ? null : value;
}

const convolved = on("input weight bias stride padding dilation groups", (p) => {
  const named = p.text("padding", "");
  return convolution(p.tensor("input"), p.tensor("weight"), p.maybeTensor("bias"), {
    stride: per(p, "stride", 1),
    padding: named === "same" || named === "valid" ? named : per(p, "padding", 0),
    dilation: per(p, "dilation", 1),
    groups: p.number("groups", 1),
  });
});

const transposed = on("input weight bias stride padding output_padding groups dilation", (p) =>
  transposedConvolution(p.tensor("input"), p.tensor("weight"), p.maybeTensor("bias"), {
    stride: per(p, "stride", 1),
    padding: per(p, "padding", 0),
    outputPadding: per(p, "output_padding", 0),
    dilation: per(p, "dilation", 1),
    groups: p.number("groups", 1),
  }),
);

function maximum(rank: number) {
  return on("input kernel_size stride padding dilation ceil_mode return_indices", (p): Answer => {
    const { values, indices } = maxPool(p.tensor("input"), sizes(p, "kernel_size", rank), {
      stride: strideOf(p),
      padding: per(p, "padding", 0),
      dilation: per(p, "dilation", 1),
      ceilMode: p.flag("ceil_mode"),
    });
    return p.flag("return_indices") ? [values, indices] : values;
  });
}

function average(rank: number) {
  return on("input kernel_size stride padding ceil_mode count_include_pad divisor_override", (p) =>
    averagePool(p.tensor("input"), sizes(p, "kernel_size", rank), {
      stride: strideOf(p),
      padding: per(p, "padding", 0),
      ceilMode: p.flag("ceil_mode"),
      countIncludePad: p.flag("count_include_pad", true),
      divisor: p.maybeNumber("divisor_override"),
    }),
  );
}

function scales(p: Parameters) {
  return { weight: p.maybeTensor("weight"), bias: p.maybeTensor("bias"), eps: p.number("eps", 1e-5) };
}

export const spatial: Mapping = under("torch.nn.functional.", {
  conv1d: convolved,
  conv2d: convolved,
  conv3d: convolved,
  conv_transpose1d: transposed,
  conv_transpose2d: transposed,
  max_pool1d: maximum(1),
  max_pool2d: maximum(2),
  avg_pool1d: average(1),
  avg_pool2d: average(2),
  unfold: on("input kernel_size dilation padding stride", (p) =>
    unfold(p.tensor("input"), sizes(p, "kernel_size", 2), {
      dilation: per(p, "dilation", 1),
      padding: per(p, "padding", 0),
      stride: per(p, "stride", 1),
    }),
  ),
  layer_norm: on("input normalized_shape weight bias eps", (p) => layerNorm(p.tensor("input"), p.numbers("normalized_shape"), scales(p))),
  group_norm: on("input num_groups weight bias eps", (p) => groupNorm(p.tensor("input"), p.number("num_groups"), scales(p))),
  batch_norm: on("input running_mean running_var weight bias training momentum eps", (p) =>
    batchNorm(p.tensor("input"), p.maybeTensor("running_mean"), p.maybeTensor("running_var"), {
      ...scales(p),
      training: p.flag("training"),
      momentum: p.number("momentum", 0.1),
    }),
  ),
  normalize: on("input p dim eps", (p) => normalize(p.tensor("input"), { p: p.number("p", 2), dim: p.number("dim", 1), eps: p.number("eps", 1e-12) })),
  pairwise_distance: on("x1 x2 p eps keepdim", (p) =>
    pairwiseDistance(p.tensor("x1"), p.tensor("x2"), { p: p.number("p", 2), eps: p.number("eps", 1e-6), keepdim: p.flag("keepdim") }),
  ),
  cosine_similarity: on("x1 x2 dim eps", (p) => cosineSimilarity(p.tensor("x1"), p.tensor("x2"), { dim: p.number("dim", 1), eps: p.number("eps", 1e-8) })),
});
