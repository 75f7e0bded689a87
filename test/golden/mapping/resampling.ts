/** Images in other resolutions, attention, dropout and bags of embeddings. */
import {
  affineGrid,
  channelDropout,
  dropout,
  embedding,
  embeddingBag,
  gridSample,
  interpolate,
  scaledDotProductAttention,
  type GridSampleOptions,
  type InterpolationMode,
} from "@gradlens/engine";
import type { Parameters } from "../parameters.js";
import { on, under, type Mapping } from "./entry.js";

/** PyTorch counts dimensions in the names of its modes and refuses those of another count; that is left to it. */
function resampled(p: Parameters, mode: InterpolationMode, alignCorners: boolean) {
  return interpolate(p.tensor("input"), { size: p.dims("size"), scaleFactor: p.dims("scale_factor"), mode, alignCorners });
}

const attention = on("query key value attn_mask dropout_p is_causal scale", (p) =>
  scaledDotProductAttention(p.tensor("query"), p.tensor("key"), p.tensor("value"), {
    mask: p.maybeTensor("attn_mask"),
    dropout: p.number("dropout_p", 0),
    isCausal: p.flag("is_causal"),
    scale: p.maybeNumber("scale"),
  }),
);

function channels(dims: number) {
  return on("input p training inplace", (p) => {
    const input = p.tensor("input");
    const options = { p: p.number("p", 0.5), training: p.flag("training", true) };
    return channelDropout(input, { ...options, channels: input.shape.length === dims + 1 ? 0 : 1 });
  });
}

export const resampling: Mapping = under("torch.nn.functional.", {
  interpolate: on("input size scale_factor mode align_corners recompute_scale_factor antialias", (p) =>
    resampled(p, p.text("mode", "nearest") as InterpolationMode, p.flag("align_corners")),
  ),
  upsample_nearest: on("input size scale_factor", (p) => resampled(p, "nearest", false)),
  upsample_bilinear: on("input size scale_factor", (p) => resampled(p, "bilinear", true)),
  grid_sample: on("input grid mode padding_mode align_corners", (p) =>
    gridSample(p.tensor("input"), p.tensor("grid"), {
      mode: p.text("mode", "bilinear") as GridSampleOptions["mode"],
      paddingMode: p.text("padding_mode", "zeros") as GridSampleOptions["paddingMode"],
      alignCorners: p.flag("align_corners"),
    }),
  ),
  affine_grid: on("theta size align_corners", (p) =>
    affineGrid(p.tensor("theta"), p.numbers("size"), { alignCorners: p.flag("align_corners") }),
  ),
  scaled_dot_product_attention: attention,
  _scaled_dot_product_attention: attention,
  dropout: on("input p training inplace", (p) => dropout(p.tensor("input"), { p: p.number("p", 0.5), training: p.flag("training", true) })),
  dropout1d: channels(2),
  dropout2d: channels(3),
  dropout3d: channels(4),
  embedding: on("input weight padding_idx", (p) =>
    embedding(p.tensor("input"), p.tensor("weight"), { paddingIndex: p.maybeNumber("padding_idx") }),
  ),
  embedding_bag: on(
    "input weight offsets max_norm norm_type scale_grad_by_freq mode sparse per_sample_weights include_last_offset padding_idx",
    (p) =>
      embeddingBag(p.tensor("input"), p.tensor("weight"), {
        offsets: p.maybeTensor("offsets"),
        mode: p.text("mode", "mean") as "mean" | "sum" | "max",
        perSampleWeights: p.maybeTensor("per_sample_weights"),
        includeLastOffset: p.flag("include_last_offset"),
        paddingIndex: p.maybeNumber("padding_idx"),
      }),
  ),
});
