/** Convolutions, pooling, windows, normalizations and distances. */
import {
  adaptiveAveragePool,
  adaptiveMaxPool,
  averagePool,
  batchNorm,
  convolution,
  cosineSimilarity,
  groupNorm,
  instanceNorm,
  layerNorm,
  localResponseNorm,
  maxPool,
  maxUnpool,
  nativeLayerNorm,
  normalize,
  pairwiseDistance,
  pdist,
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

function adaptiveSize(p: Parameters, rank: number): (number | null)[] {
  const size = p.get("output_size");
  if (typeof size === "number") return Array.from({ length: rank }, () => size);
  const list = p.list("output_size").map((each) => (typeof each === "number" ? each : null));
  return list.length === 1 ? Array.from({ length: rank }, () => list[0]) : list;
}

function adaptiveMaximum(rank: number) {
  return on("input output_size return_indices", (p): Answer => {
    const { values, indices } = adaptiveMaxPool(p.tensor("input"), adaptiveSize(p, rank));
    return p.flag("return_indices") ? [values, indices] : values;
  });
}

function adaptiveMean(rank: number) {
  return on("input output_size", (p) => adaptiveAveragePool(p.tensor("input"), adaptiveSize(p, rank)));
}

function unpool(rank: number) {
  return on("input indices kernel_size stride padding output_size", (p) =>
    maxUnpool({ values: p.tensor("input"), indices: p.tensor("indices") }, sizes(p, "kernel_size", rank), {
      stride: strideOf(p),
      padding: per(p, "padding", 0),
      outputSize: p.has("output_size") ? p.numbers("output_size") : null,
    }),
  );
}

const functional: Mapping = under("torch.nn.functional.", {
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
  adaptive_avg_pool1d: adaptiveMean(1),
  adaptive_avg_pool2d: adaptiveMean(2),
  adaptive_avg_pool3d: adaptiveMean(3),
  adaptive_max_pool1d: adaptiveMaximum(1),
  adaptive_max_pool2d: adaptiveMaximum(2),
  adaptive_max_pool3d: adaptiveMaximum(3),
  max_unpool1d: unpool(1),
  max_unpool2d: unpool(2),
  max_unpool3d: unpool(3),
  max_pool3d: maximum(3),
  avg_pool3d: average(3),
  conv_transpose3d: transposed,
  instance_norm: on("input running_mean running_var weight bias use_input_stats momentum eps", (p) =>
    instanceNorm(p.tensor("input"), p.maybeTensor("running_mean"), p.maybeTensor("running_var"), {
      ...scales(p),
      useInputStats: p.flag("use_input_stats", true),
      momentum: p.number("momentum", 0.1),
    }),
  ),
  local_response_norm: on("input size alpha beta k", (p) =>
    localResponseNorm(p.tensor("input"), p.number("size"), {
      alpha: p.number("alpha", 1e-4),
      beta: p.number("beta", 0.75),
      k: p.number("k", 1),
    }),
  ),
  pdist: on("input p", (p) => pdist(p.tensor("input"), { p: p.number("p", 2) })),
  normalize: on("input p dim eps", (p) => normalize(p.tensor("input"), { p: p.number("p", 2), dim: p.number("dim", 1), eps: p.number("eps", 1e-12) })),
  pairwise_distance: on("x1 x2 p eps keepdim", (p) =>
    pairwiseDistance(p.tensor("x1"), p.tensor("x2"), { p: p.number("p", 2), eps: p.number("eps", 1e-6), keepdim: p.flag("keepdim") }),
  ),
  cosine_similarity: on("x1 x2 dim eps", (p) => cosineSimilarity(p.tensor("x1"), p.tensor("x2"), { dim: p.number("dim", 1), eps: p.number("eps", 1e-8) })),
});

export const spatial: Mapping = {
  ...functional,
  "torch.native_layer_norm": on("input normalized_shape weight bias eps", (p): Answer => {
    const { values, mean, rstd } = nativeLayerNorm(p.tensor("input"), p.numbers("normalized_shape"), scales(p));
    return [values, mean, rstd];
  }),
};
