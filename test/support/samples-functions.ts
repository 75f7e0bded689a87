/** One call of each function over images, rows and channels, so that what its composite says about gradients is run. */
import {
  adaptiveAveragePool,
  adaptiveMaxPool,
  affineGrid,
  averagePool,
  batchNorm,
  channelDropout,
  convolution,
  cosineSimilarity,
  dropout,
  embedding,
  embeddingBag,
  gridSample,
  groupNorm,
  instanceNorm,
  interpolate,
  layerNorm,
  localResponseNorm,
  lpPool,
  maxPool,
  maxUnpool,
  multilabelMargin,
  multilabelSoftMargin,
  multiMargin,
  nativeLayerNorm,
  normalize,
  pairwiseDistance,
  pdist,
  rmsNorm,
  rrelu,
  scaledDotProductAttention,
  tensor,
  transposedConvolution,
} from "@gradlens/engine";
import { one, other, square, two, type Sample } from "./sample.js";

export const functionSamples = {
  convolution: {
    given: [[[[1, 2, 3, 4]]], [[[0.5, -1]]], [0.25]],
    call: (x, weight, bias) => convolution(x, weight, bias, { padding: 1, stride: 2 }),
    gives: 0,
  },
  transposedConvolution: {
    given: [[[[1, 2]]], [[[0.5, -1, 2]]], [0.25]],
    call: (x, weight, bias) => transposedConvolution(x, weight, bias, { stride: 2 }),
    gives: 0,
  },
  maxPool: { given: [[[1, 4, 3, 2]]], call: (x) => maxPool(x, [2]).values, gives: 0 },
  averagePool: { given: [[[1, 4, 3, 2]]], call: (x) => averagePool(x, [2], { padding: 1 }), gives: 0 },
  adaptiveMaxPool: { given: [[[1, 4, 3, 2]]], call: (x) => adaptiveMaxPool(x, [3]).values, gives: 0 },
  adaptiveAveragePool: { given: [[[1, 4, 3, 2]]], call: (x) => adaptiveAveragePool(x, [3]), gives: 0 },
  lpPool: { given: [[[1, 4, 3, 2]]], call: (x) => lpPool(x, 3, [2]), gives: 0 },
  maxUnpool: {
    given: [[[4, 3]]],
    call: (values) => maxUnpool({ values, indices: tensor([[1, 2]], { dtype: "int32" }) }, [2]),
    gives: 0,
  },
  interpolate: {
    given: [[[[1, 4, 3, 2]]]],
    call: (x) => interpolate(x.reshape([1, 1, 4]), { size: 6, mode: "cubic" }),
    gives: 0,
  },
  gridSample: {
    given: [
      [[[square[0], square[1]]]],
      [
        [
          [
            [0.1, -0.3],
            [0.45, 0.35],
          ],
        ],
      ],
    ],
    call: (image, grid) => gridSample(image.reshape([1, 1, 2, 2]), grid.reshape([1, 1, 2, 2])),
    gives: 0,
  },
  affineGrid: {
    given: [
      [
        [
          [0.5, 1, -1],
          [2, 0.25, 0],
        ],
      ],
    ],
    call: (theta) => affineGrid(theta, [1, 1, 2, 3]),
    gives: 0,
  },
  scaledDotProductAttention: {
    given: [
      square,
      other,
      [
        [1, 2, 3],
        [0.5, 0.25, -1],
      ],
    ],
    call: (query, key, value) => scaledDotProductAttention(query, key, value),
    gives: 0,
  },
  dropout: one((x) => dropout(x, { training: false })),
  channelDropout: one((x) => channelDropout(x, { p: 0 })),
  rrelu: one((x) => rrelu(x)),
  embedding: {
    given: [[1, 0], square],
    call: (indices, weight) => embedding(indices.to("int32"), weight),
    gives: 0,
  },
  embeddingBag: {
    given: [[[1, 0]], square],
    call: (indices, weight) => embeddingBag(indices.to("int32"), weight),
    gives: 0,
  },
  multiMargin: { given: [square, [1, 0]], call: (scores, target) => multiMargin(scores, target.to("int32")), gives: 0 },
  multilabelMargin: {
    given: [
      square,
      [
        [1, -1],
        [0, -1],
      ],
    ],
    call: (scores, target) => multilabelMargin(scores, target.to("int32")),
    gives: 0,
  },
  multilabelSoftMargin: two((logits, target) => multilabelSoftMargin(logits, target)),
  pdist: { given: [[...square, ...other]], call: (x) => pdist(x), gives: 0 },
  nativeLayerNorm: one((x) => nativeLayerNorm(x, [2]).values),
  rmsNorm: one((x) => rmsNorm(x, [2])),
  instanceNorm: { given: [[square, other]], call: (x) => instanceNorm(x), gives: 0 },
  localResponseNorm: { given: [[square, other]], call: (x) => localResponseNorm(x, 2, { alpha: 0.5 }), gives: 0 },
  layerNorm: one((x) => layerNorm(x, [2])),
  groupNorm: one((x) => groupNorm(x, 1)),
  batchNorm: { given: [other], call: (x) => batchNorm(x, null, null, { training: true }), gives: 0 },
  normalize: one((x) => normalize(x)),
  pairwiseDistance: two((a, b) => pairwiseDistance(a, b)),
  cosineSimilarity: two((a, b) => cosineSimilarity(a, b)),
} as const satisfies Readonly<Record<string, Sample>>;
