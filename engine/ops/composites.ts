/**
 * Composites: calls of the library that are made of ops and have no row of their own. The server needs to know what
 * passes through them, so each states the same facts as a row; `test/engine/table.test.ts` proves them by running.
 */
import { linearAlgebra } from "./linear-algebra-composites.js";
import { blocks, vanishes, type GradientEffect } from "./op-spec.js";

export interface Composite {
  readonly summary: string;
  readonly inputs: Readonly<Record<string, GradientEffect>>;
  readonly method: boolean;
  /** What the call gives where that is no single tensor: an array, or an object with these fields. */
  readonly gives?: "list" | readonly string[];
  /** Said where every call saves something for the way back, whichever input it is differentiated by. */
  readonly keeps?: "values";
}

const flows: GradientEffect = { kind: "flows" };
const target: GradientEffect = blocks("a class index has no derivative");

const index: GradientEffect = blocks("an index has no derivative");
const comparison: GradientEffect = blocks("a comparison has no derivative");

const count: GradientEffect = blocks("counting has no derivative");
const kind: GradientEffect = blocks("which elements are different is a question of equality and has no derivative");
const place: GradientEffect = blocks("a place in sorted values has no derivative");
const neighbor: GradientEffect = blocks("which number is the next one has no derivative");
const valuesAndIndices = ["values", "indices"] as const;
const contractedInputs = { equation: blocks("an equation is no value"), operands: flows };

export const composites = {
  isnan: test("Whether each element is not a number."),
  isinf: test("Whether each element is infinite."),
  isfinite: test("Whether each element is a number and not infinite."),
  isposinf: test("Whether each element is +∞."),
  isneginf: test("Whether each element is −∞."),
  logicalAnd: testOfTwo("Whether both are other than zero."),
  logicalOr: testOfTwo("Whether one of the two is other than zero."),
  logicalXor: testOfTwo("Whether exactly one of the two is other than zero."),
  isclose: testOfTwo("Whether two values are close, element by element."),
  nanToNum: row("The elements, with numbers in the place of NaN and the infinities."),
  frac: row("What is left of each element without its integer part."),
  deg2rad: row("Degrees to radians."),
  rad2deg: row("Radians to degrees."),
  angle: {
    summary: "The angle in the complex plane: π where negative, else 0.",
    inputs: { x: vanishes("an angle of a real number is constant on either side of zero") },
    method: true,
  },
  all: test("Whether all elements are other than zero, along some dimensions."),
  any: test("Whether any element is other than zero, along some dimensions."),
  countNonzero: test("How many elements are other than zero."),
  nansum: row("The sum of the elements that are numbers."),
  nanmean: row("The mean of the elements that are numbers."),
  sort: { ...row("The elements in order, and where they were."), gives: valuesAndIndices },
  topk: { ...row("The largest elements, and where they were."), gives: valuesAndIndices },
  kthvalue: { ...row("The k-th smallest element, and where it was."), gives: valuesAndIndices },
  median: row("The middle element, and where it was."),
  quantile: row("The value below which a part of the elements lies."),
  nanquantile: row("The value below which a part of the numbers lies."),
  nanmedian: row("The middle one of the numbers, and where it was."),
  mode: { ...row("The most frequent value, and where it was."), gives: valuesAndIndices },
  cummax: { ...row("The largest element so far, and where it was."), gives: valuesAndIndices },
  cummin: { ...row("The smallest element so far, and where it was."), gives: valuesAndIndices },
  unique: kinds("The different elements, in order."),
  uniqueConsecutive: kinds("The elements without repetitions of the one before."),
  histc: { summary: "How many elements fall into each bin.", inputs: { x: count }, method: true },
  bincount: { summary: "How often each whole number occurs.", inputs: { x: count }, method: true },
  isin: {
    summary: "Whether each element is one of some others.",
    inputs: { elements: kind, tests: kind },
    method: false,
  },
  searchsorted: {
    summary: "Where values would stand in sorted ones.",
    inputs: { x: place, values: place },
    method: true,
  },
  bucketize: {
    summary: "Between which boundaries each element lies.",
    inputs: { x: place, boundaries: place },
    method: true,
  },
  oneHot: { summary: "A vector with a 1 for each class.", inputs: { x: target }, method: true },
  broadcastTensors: { summary: "Tensors repeated to one shape.", inputs: { a: flows, b: flows }, method: false },
  meshgrid: called("The coordinates of a grid."),
  cartesianProd: {
    summary: "All choices of one element from each vector.",
    inputs: { a: flows, b: flows },
    method: false,
  },
  combinations: called("All ways to take some elements of a vector."),
  blockDiag: { summary: "Matrices along a diagonal.", inputs: { a: flows, b: flows }, method: false },
  cov: row("How variables vary together."),
  corrcoef: row("How variables vary together, in −1 to 1."),
  renorm: row("Slices scaled down to a length."),
  cross: pair("The vector at right angles to two."),
  nextafter: {
    summary: "The neighboring number toward another.",
    inputs: { a: neighbor, b: neighbor },
    method: true,
  },
  einsum: { summary: "Sums of products over dimensions of one letter.", inputs: contractedInputs, method: false },
  tensordot: { summary: "Sums of products over several dimensions.", inputs: { a: flows, b: flows }, method: false },
  bilinear: {
    summary: "A bilinear form of two vectors for each output.",
    inputs: { a: flows, b: flows, weight: flows, bias: flows },
    method: false,
  },
  cdist: { summary: "The distances of all rows from all rows.", inputs: { a: flows, b: flows }, method: false },
  gradient: called("The numerical gradient of samples."),
  matrixPower: row("A square matrix multiplied by itself."),
  cofactors: row("By which the determinant of a matrix grows with each element."),
  matrixExp: row("The exponential of a square matrix."),
  cumprod: row("Running products along a dimension."),
  diff: row("The differences of neighbors along a dimension."),
  trapezoid: row("The integral by the trapezoid rule."),
  cumulativeTrapezoid: row("The running integral by the trapezoid rule."),
  trace: row("The sum of the diagonal of a matrix."),
  repeat: row("The whole tensor repeated along each dimension."),
  tile: row("The whole tensor repeated along its last dimensions."),
  repeatInterleave: row("Each row repeated in place."),
  roll: row("The elements moved along a dimension, around its end."),
  rot90: row("A plane of two dimensions turned by 90°."),
  movedim: row("A dimension moved to another place."),
  unflatten: row("One dimension taken apart into several."),
  split: { ...row("Sections along a dimension."), gives: "list" },
  chunk: { ...row("Sections of equal length along a dimension."), gives: "list" },
  tensorSplit: { ...row("Sections of nearly equal length along a dimension."), gives: "list" },
  unbind: { ...row("All slices along a dimension."), gives: "list" },
  diagEmbed: row("Matrices with the last dimension on their diagonal."),
  diag: row("The diagonal of a matrix, or a matrix with a vector on its diagonal."),
  tril: row("The lower triangle of matrices."),
  triu: row("The upper triangle of matrices."),
  pad: row("The elements with others around them."),
  pixelShuffle: row("Channels rearranged into a finer image."),
  pixelUnshuffle: row("A fine image rearranged into channels."),
  lerp: {
    summary: "The point between two values that a weight says.",
    inputs: { start: flows, end: flows, weight: flows },
    method: true,
  },
  addcmul: { summary: "x + value · a · b.", inputs: { x: flows, a: flows, b: flows }, method: true },
  addcdiv: { summary: "x + value · a / b.", inputs: { x: flows, a: flows, b: flows }, method: true },
  ldexp: pair("a · 2ᵇ, elementwise."),
  floatPower: pair("Each element to a power, in float64."),
  clampMin: pair("Each element, or the bound where it is below."),
  clampMax: pair("Each element, or the bound where it is above."),
  t: row("A matrix with rows and columns exchanged."),
  squeeze: row("The same elements without dimensions of length 1."),
  unsqueeze: row("The same elements with a new dimension of length 1."),
  flatten: row("The same elements in one dimension, or with some dimensions joined."),
  view: row("The same elements in another shape."),
  asStrided: row("Elements of the flat tensor at the multiples of strides; of a view, elements of what it views."),
  contiguous: row("The tensor itself, or a copy without gaps."),
  select: row("One slice along a dimension, without that dimension."),
  slice: row("The elements from a start up to an end, along a dimension."),
  dot: { ...pair("The sum of the products of two vectors' elements."), keeps: "values" },
  mm: { ...pair("The product of two matrices."), keeps: "values" },
  logicalNot: {
    summary: "Whether each element is zero.",
    inputs: { x: blocks("a comparison has no derivative") },
    method: true,
  },
  at: row("The elements that keys name."),
  withAt: {
    summary: "x with the elements that keys name overwritten, or added to.",
    inputs: { x: flows, keys: index, source: flows },
    method: true,
  },
  take: picked("The elements at places of the flat tensor."),
  takeAlong: picked("One element for each entry of an index, along a dimension."),
  maskedSelect: {
    summary: "The elements where a mask holds.",
    inputs: { x: flows, mask: blocks("a condition only chooses and has no derivative") },
    method: true,
  },
  nonzero: { summary: "The places of the elements other than zero.", inputs: { x: index }, method: true },
  put: { summary: "x with flat places overwritten.", inputs: { x: flows, index, source: flows }, method: true },
  scatter: along("x with the places of an index along a dimension overwritten."),
  scatterAdd: along("x with values added at the places of an index along a dimension."),
  indexReduce: along("x with rows brought together at the places of an index."),
  indexAdd: along("x with rows added at the places of an index."),
  indexCopy: along("x with rows overwritten at the places of an index."),
  indexFill: {
    summary: "x with rows filled with a number at the places of an index.",
    inputs: { x: flows, dim: blocks("a dimension is no value"), index },
    method: true,
  },
  maskedScatter: {
    summary: "x with the elements where a mask holds replaced by the source's.",
    inputs: { x: flows, mask: blocks("a condition only chooses and has no derivative"), source: flows },
    method: true,
  },
  elu: row("x where positive, α·(eˣ − 1) elsewhere."),
  celu: row("x where positive, α·(e^(x/α) − 1) elsewhere."),
  selu: row("The elu that keeps mean 0 and variance 1."),
  relu6: row("x between 0 and 6, and the bounds outside."),
  hardtanh: row("x between two bounds, and the bounds outside."),
  hardsigmoid: row("A sigmoid of three straight lines."),
  hardswish: row("x times its hardsigmoid."),
  hardshrink: row("x outside −λ to λ, 0 inside."),
  softshrink: row("x moved toward 0 by λ, 0 inside."),
  softsign: row("x/(1 + |x|)."),
  tanhshrink: row("x − tanh x."),
  threshold: row("x where above a threshold, a value elsewhere."),
  mish: row("x·tanh(ln(1 + eˣ))."),
  logSigmoid: row("ln σ(x)."),
  glu: row("The first half along a dimension times the sigmoid of the second."),
  prelu: pair("x where positive, elsewhere x times a weight."),
  softmin: row("The softmax of −x."),
  l1: loss("The mean of the absolute differences."),
  smoothL1: loss("Squared differences where they are small, absolute ones where they are large."),
  huber: loss("Squared differences up to a distance, and a line beyond."),
  binaryCrossEntropy: loss("The mean cross entropy of probabilities with targets between 0 and 1."),
  klDivergence: loss("The Kullback–Leibler divergence of a prediction from a target."),
  poissonNll: loss("The negative log likelihood of a Poisson distribution."),
  softMargin: loss("ln(1 + e^(−target·x))."),
  nll: {
    summary: "The mean of −log p of each row's class.",
    inputs: { logProbabilities: flows, target },
    method: false,
    keeps: "values",
  },
  hingeEmbedding: {
    summary: "The loss of pairs that should be close or far apart.",
    inputs: { distance: flows, target: blocks("a condition only chooses and has no derivative") },
    method: false,
  },
  gaussianNll: {
    summary: "The negative log likelihood of normal distributions.",
    inputs: { mean: flows, target: flows, variance: flows },
    method: false,
  },
  cosineEmbedding: {
    summary: "The loss of pairs of vectors that should point alike or not.",
    inputs: { a: flows, b: flows, target: blocks("a condition only chooses and has no derivative") },
    method: false,
  },
  marginRanking: {
    summary: "Asks that a be larger than b by a margin, or smaller.",
    inputs: { a: flows, b: flows, target: flows },
    method: false,
  },
  tripletMargin: {
    summary: "The distance to a positive example less that to a negative one, plus a margin.",
    inputs: { anchor: flows, positive: flows, negative: flows },
    method: false,
  },
  convolution: layered("The convolution of channels with kernels."),
  transposedConvolution: layered("The way back of a convolution, as a layer."),
  maxPool: { ...called("The largest element of each window, and where it was."), gives: valuesAndIndices },
  averagePool: called("The mean of each window."),
  adaptiveMaxPool: {
    ...called("The largest element of each of so many windows, and where it was."),
    gives: valuesAndIndices,
  },
  adaptiveAveragePool: called("The mean of each of so many windows."),
  lpPool: called("The norm of each window."),
  maxUnpool: called("A plane of zeros with each pooled value at its place."),
  interpolate: called("An image in another resolution."),
  gridSample: { summary: "An image read at any points.", inputs: { image: flows, grid: flows }, method: false },
  affineGrid: called("The points of a grid under a matrix."),
  scaledDotProductAttention: {
    summary: "The values of keys, weighted by how well they fit the queries.",
    inputs: { query: flows, key: flows, value: flows },
    method: false,
  },
  dropout: called("Elements dropped by chance."),
  channelDropout: called("Channels dropped by chance."),
  rrelu: called("x where positive, elsewhere x times a slope drawn by chance."),
  embedding: { summary: "The rows of a table at indices.", inputs: { indices: index, weight: flows }, method: false },
  embeddingBag: {
    summary: "The mean of a table's rows for each bag of indices.",
    inputs: { indices: index, weight: flows },
    method: false,
  },
  multiMargin: {
    summary: "How far wrong classes come within a margin of the right one.",
    inputs: { scores: flows, target },
    method: false,
  },
  multilabelMargin: {
    summary: "How far wrong classes come within a margin of the right ones.",
    inputs: { scores: flows, target },
    method: false,
  },
  multilabelSoftMargin: loss("The mean logistic loss of each class."),
  pdist: called("The distances of all pairs of rows."),
  nativeLayerNorm: {
    ...called("The last dimensions brought to mean 0 and variance 1, and by what."),
    gives: ["values", "mean", "rstd"],
  },
  rmsNorm: called("The last dimensions divided by their root mean square."),
  instanceNorm: called("Each channel of each example brought to mean 0 and variance 1."),
  localResponseNorm: called("Each element divided by the strength of its channels around."),
  layerNorm: called("The last dimensions brought to mean 0 and variance 1."),
  groupNorm: called("Groups of channels brought to mean 0 and variance 1."),
  batchNorm: called("Channels brought to mean 0 and variance 1."),
  normalize: called("Vectors divided by their norm."),
  pairwiseDistance: { summary: "The distance of pairs of vectors.", inputs: { a: flows, b: flows }, method: false },
  cosineSimilarity: {
    summary: "The cosine of the angle between vectors.",
    inputs: { a: flows, b: flows },
    method: false,
  },
  mse: loss("The mean of the squared differences."),
  crossEntropy: {
    summary: "The mean of −log softmax of each row at its target's class, or weighted by the target's probabilities.",
    inputs: { logits: flows, target: flows },
    method: false,
    keeps: "values",
  },
  binaryCrossEntropyWithLogits: {
    summary: "The mean cross entropy of sigmoid(logits) with targets between 0 and 1.",
    inputs: { logits: flows, target: flows },
    method: false,
    keeps: "values",
  },
  ...linearAlgebra,
  zerosLike: like("zeros"),
  onesLike: like("ones"),
} as const satisfies Readonly<Record<string, Composite>>;

export type CompositeName = keyof typeof composites;

function row(summary: string): Composite & { readonly inputs: { readonly x: GradientEffect } } {
  return { summary, inputs: { x: flows }, method: true };
}

function kinds(summary: string): Composite & { readonly inputs: { readonly x: GradientEffect } } {
  return { summary, inputs: { x: kind }, method: true };
}

function test(summary: string): Composite & { readonly inputs: { readonly x: GradientEffect } } {
  return { summary, inputs: { x: comparison }, method: true };
}

function testOfTwo(summary: string): Composite {
  return { summary, inputs: { a: comparison, b: comparison }, method: true };
}

function pair(summary: string): Composite {
  return { summary, inputs: { a: flows, b: flows }, method: true };
}

function loss(summary: string): Composite {
  return { summary, inputs: { prediction: flows, target: flows }, method: false, keeps: "values" };
}

function picked(summary: string): Composite {
  return { summary, inputs: { x: flows, index }, method: true };
}

/** Methods whose first argument is a dimension. */
function along(summary: string): Composite {
  return { summary, inputs: { x: flows, dim: blocks("a dimension is no value"), index, source: flows }, method: true };
}

function called(summary: string): Composite {
  return { summary, inputs: { x: flows }, method: false };
}

function layered(summary: string): Composite {
  return { summary, inputs: { x: flows, weight: flows, bias: flows }, method: false };
}

function like(what: string): Composite {
  return {
    summary: `A new leaf of ${what} in the shape of another tensor.`,
    inputs: { x: blocks("only its shape is read") },
    method: false,
  };
}
