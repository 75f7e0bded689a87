/**
 * The ops of TensorFlow.js 4.22: what each does to a gradient. An op without a row in tfjs's own registry of gradient
 * functions makes a backward pass through it throw; a row that answers with zeros makes it vanish. Ops that tfjs
 * composes of others have what these give them.
 */
import type { OpEffect, OpMeaning } from "./library.js";
import { opRow } from "./rows.js";

const flows: OpEffect = { kind: "flows" };
const missing = (kernel: string): OpEffect => ({
  kind: "throws",
  because: `tfjs has no gradient function for \`${kernel}\`, so a backward pass through it throws`,
});
const index: OpEffect = {
  kind: "throws",
  because: "an index is an integer, for which tfjs accepts no gradient, so a backward pass through it throws",
};
const shapeAlone: OpEffect = { kind: "blocks", because: "only its shape is read" };
const zero = (because: string): OpEffect => ({ kind: "vanishes", because });

const step = zero("it is constant between its steps");
const chooses = zero("it only chooses between the others");

/** Ops by the names of their inputs; a gradient flows to every one. */
const flowing: readonly (readonly [string, string])[] = [
  [
    "x",
    `abs acos acosh asin asinh atan atanh cast clipByValue clone cos cosh cumsum elu ensureShape erf euclideanNorm
     exp expandDims expm1 leakyRelu log log1p logSigmoid logSoftmax logSumExp max mean min neg norm pad pad1d pad2d pad3d
     pad4d mirrorPad prod reciprocal relu relu6 reshape reverse reverse1d reverse2d reverse3d reverse4d rsqrt selu sigmoid
     sin sinh slice slice1d slice2d slice3d slice4d softmax softplus spaceToBatchND batchToSpaceND sqrt square squeeze sum
     sumOutType tan tanh tile transpose broadcastTo avgPool avgPool3d maxPool maxPool3d pool localResponseNormalization
     dropout image.resizeBilinear image.resizeNearestNeighbor image.grayscaleToRGB linalg.gramSchmidt linalg.bandPart
     signal.frame`,
  ],
  ["a b", "add sub mul div floorDiv mod pow maximum minimum atan2 dot matMul outerProduct squaredDifference"],
  ["tensors", "addN concat concat1d concat2d concat3d concat4d stack"],
  ["x alpha", "prelu"],
  ["x filter", "conv1d conv2d conv2dTranspose conv3d depthwiseConv2d dilation2d"],
  ["x depthwise pointwise", "separableConv2d"],
  ["x mean variance offset scale", "batchNorm batchNorm2d batchNorm3d batchNorm4d"],
  ["forgetBias kernel bias data c h", "basicLSTMCell multiRNNCell"],
  [
    "labels predictions weights",
    `losses.absoluteDifference losses.hingeLoss losses.huberLoss losses.logLoss losses.meanSquaredError
     losses.sigmoidCrossEntropy losses.softmaxCrossEntropy`,
  ],
  ["losses weights", "losses.computeWeightedLoss"],
  ["labels predictions axis weights", "losses.cosineDistance"],
  [
    "labels predictions",
    `metrics.MAPE metrics.MSE metrics.mape metrics.mse metrics.binaryCrossentropy metrics.categoricalCrossentropy
     metrics.cosineProximity metrics.meanAbsoluteError metrics.meanAbsolutePercentageError metrics.meanSquaredError
     metrics.r2Score`,
  ],
];

/** Ops whose every input is reached by no gradient: the names of the inputs, the effect, the ops. */
const without: readonly (readonly [string, OpEffect, string])[] = [
  ["x", step, "ceil floor round sign step"],
  ["x", zero("an index is constant between its steps"), "argMax argMin"],
  ["x", zero("a truth value is constant between its steps"), "isFinite isInf isNaN"],
  ["x", zero("the result does not depend on the values of `x`"), "onesLike zerosLike"],
  ["indices", zero("an index is constant between its steps"), "oneHot"],
  ["a b", zero("a comparison is constant between its steps"), "greaterEqual"],
  ["a b", missing("Greater"), "greater"],
  ["a b", missing("Less"), "less"],
  ["a b", missing("LessEqual"), "lessEqual"],
  ["a b", missing("Equal"), "equal divNoNan metrics.binaryAccuracy metrics.categoricalAccuracy"],
  ["a b", missing("NotEqual"), "notEqual"],
  ["a b", missing("LogicalAnd"), "logicalAnd"],
  ["a b", missing("LogicalOr"), "logicalOr"],
  ["a b", missing("LogicalAnd"), "logicalXor"],
  ["x", missing("LogicalNot"), "logicalNot"],
  ["x", missing("All"), "all"],
  ["x", missing("Any"), "any"],
  ["a b", missing("Greater"), "metrics.precision metrics.recall"],
  ["x", missing("Cumprod"), "cumprod"],
  ["x", missing("Diag"), "diag"],
  ["x", missing("StridedSlice"), "stridedSlice"],
  ["x indices", missing("GatherNd"), "gatherND"],
  ["indices updates", missing("ScatterNd"), "scatterND"],
  ["x indices updates", missing("TensorScatterUpdate"), "tensorScatterUpdate"],
  ["indices values", missing("SparseToDense"), "sparseToDense"],
  ["logits", missing("Multinomial"), "multinomial"],
  ["x weights", missing("Bincount"), "bincount"],
  ["x weights", missing("DenseBincount"), "denseBincount"],
  ["sequence values", missing("SearchSorted"), "searchSorted lowerBound upperBound"],
  ["x", missing("DepthToSpace"), "depthToSpace"],
  ["x filter", missing("Conv3DBackpropInputV2"), "conv3dTranspose"],
  ["a b", missing("BitwiseAnd"), "bitwiseAnd"],
  ["a b", missing("Complex"), "complex"],
  ["x", missing("Real"), "real"],
  ["x", missing("Imag"), "imag"],
  ["x", missing("FFT"), "fft spectral.fft"],
  ["x", missing("IFFT"), "ifft spectral.ifft"],
  ["x", missing("Complex"), "rfft spectral.rfft signal.stft"],
  ["x", missing("FlipLeftRight"), "image.flipLeftRight"],
  ["x", missing("Einsum"), "image.rgbToGrayscale"],
  ["x", missing("RotateWithOffset"), "image.rotateWithOffset"],
  ["x boxes", missing("CropAndResize"), "image.cropAndResize"],
  ["x transforms", missing("Transform"), "image.transform"],
  ["x", missing("Greater"), "image.threshold"],
];

/** Ops whose inputs differ, or whose result is no single tensor. */
const special: readonly (readonly [string, OpMeaning])[] = [
  [
    "where",
    opRow("where", [
      ["condition", chooses],
      ["a", flows],
      ["b", flows],
    ]),
  ],
  [
    "gather",
    opRow("gather", [
      ["x", flows],
      ["indices", index],
    ]),
  ],
  [
    "unsortedSegmentSum",
    opRow("unsortedSegmentSum", [
      ["x", flows],
      ["segmentIds", index],
    ]),
  ],
  [
    "einsum",
    opRow("einsum", [
      ["equation", flows],
      ["tensors", missing("Einsum")],
    ]),
  ],
  ["split", opRow("split", [["x", flows]], { kind: "list" })],
  ["unstack", opRow("unstack", [["x", flows]], { kind: "list" })],
  ["moments", opRow("moments", [["x", flows]], { kind: "fields", names: ["mean", "variance"] })],
  ["topk", opRow("topk", [["x", missing("TopK")]], { kind: "fields", names: ["values", "indices"] })],
  ["unique", opRow("unique", [["x", missing("Unique")]], { kind: "fields", names: ["values", "indices"] })],
  [
    "maxPoolWithArgmax",
    opRow("maxPoolWithArgmax", [["x", missing("MaxPoolWithArgmax")]], { kind: "fields", names: ["result", "indexes"] }),
  ],
  ["linalg.qr", opRow("qr", [["x", missing("Greater")]], { kind: "list" })],
  [
    "meshgrid",
    opRow(
      "meshgrid",
      [
        ["x", flows],
        ["y", flows],
      ],
      { kind: "list" },
    ),
  ],
  ["basicLSTMCell", cell("basicLSTMCell")],
  ["multiRNNCell", cell("multiRNNCell")],
];

export const tfjsOps: ReadonlyMap<string, OpMeaning> = new Map([
  ...flowing.flatMap(([inputs, names]) => rows(inputs, flows, names)),
  ...without.flatMap(([inputs, effect, names]) => rows(inputs, effect, names)),
  ...special,
]);

/** Methods of tensors that are no free function, or that take their inputs in another order. */
export const tfjsMethodOps: ReadonlyMap<string, OpMeaning> = new Map([
  [
    "where",
    opRow("where", [
      ["a", flows],
      ["condition", chooses],
      ["b", flows],
    ]),
  ],
  ...rows("x", flows, "asScalar as1D as2D as3D as4D as5D asType flatten toBool toFloat toInt"),
  ...rows("x", flows, "resizeBilinear resizeNearestNeighbor"),
  [
    "reshapeAs",
    opRow("reshapeAs", [
      ["x", flows],
      ["like", shapeAlone],
    ]),
  ],
]);

function rows(inputs: string, effect: OpEffect, names: string): readonly (readonly [string, OpMeaning])[] {
  return names.split(/\s+/).map((name) => {
    const op = name.split(".").at(-1) ?? name;
    return [
      name,
      opRow(
        op,
        inputs.split(" ").map((input) => [input, effect] as const),
      ),
    ];
  });
}

/** The new state and the output, both made of everything. */
function cell(op: string): OpMeaning {
  return opRow(op, [["inputs", flows]], { kind: "list" });
}
