/** What the table says of each op of tfjs, beside what tfjs does with it: one op, one gradient, and how absence looks. */
import { beforeAll, describe, expect, it } from "vitest";
import { tfjsMethodOps, tfjsOps } from "../../server/libraries/tfjs-ops.js";
import type { OpMeaning } from "../../server/libraries/library.js";
import { disagreements, saysOf, summary, unchecked, type Agreement, type Seen } from "./agreement.js";
import { call, library, member, numbersIn } from "./installed.js";

let tf: unknown = null;
beforeAll(async () => {
  tf = library(
    [
      'export * from "@tensorflow/tfjs-core";',
      'import "@tensorflow/tfjs-core/dist/register_all_gradients";',
      'import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";',
      'import "@tensorflow/tfjs-backend-cpu";',
      // The package that people import has these from another.
      'export { metrics } from "@tensorflow/tfjs-layers";',
    ].join("\n"),
  );
  await call(tf, "setBackend", "cpu");
}, 120_000);

const numbers = (size: number): readonly number[] =>
  Array.from({ length: size }, (_, index) => 0.1 + ((index * 0.37) % 0.8));
const shaped = (...shape: readonly number[]): unknown =>
  call(tf, "tensor", numbers(shape.reduce((product, length) => product * length, 1)), shape);
const integers = (...values: readonly number[]): unknown => call(tf, "tensor1d", values, "int32");
const booleans = (...values: readonly number[]): unknown => call(tf, "tensor1d", values, "bool");

interface Sample {
  readonly x: () => unknown;
  readonly args: (x: unknown) => readonly unknown[];
}

const vector = (): unknown => call(tf, "tensor1d", [0.3, 0.75, 0.2, 0.6]);
const square = (): unknown => shaped(2, 2);
const image = (): unknown => shaped(1, 4, 4, 1);

/** Tried in this order; the first that an op accepts counts. */
const samples: readonly Sample[] = [
  { x: vector, args: (x) => [x] },
  { x: vector, args: (x) => [x, shaped(4)] },
  { x: square, args: (x) => [x] },
  { x: square, args: (x) => [x, shaped(2, 2)] },
  { x: vector, args: (x) => [[x, shaped(4)]] },
  { x: square, args: (x) => [[x, shaped(2, 2)], 0] },
  { x: vector, args: (x) => [x, 2] },
  { x: vector, args: (x) => [x, [2, 2]] },
  { x: vector, args: (x) => [x, [1], [2]] },
  { x: vector, args: (x) => [x, [[1, 1]]] },
  { x: square, args: (x) => [x, [2, 2]] },
  { x: square, args: (x) => [x, [0, 0], [1, 2]] },
  { x: () => shaped(1, 4, 4, 3), args: (x) => [x] },
  { x: () => shaped(1, 4, 4, 1), args: (x) => [x, 2, 1, "valid"] },
  { x: image, args: (x) => [x, [2, 2]] },
  { x: image, args: (x) => [x, shaped(2, 2, 1, 1), 1, "valid"] },
];

/** Ops that take something else first, or of which another sample says more. */
const special: Readonly<Record<string, Sample>> = {
  where: { x: vector, args: (x) => [booleans(1, 0, 1, 0), x, shaped(4)] },
  gather: { x: vector, args: (x) => [x, integers(0, 2)] },
  unsortedSegmentSum: { x: vector, args: (x) => [x, integers(0, 1, 0, 1), 2] },
  einsum: { x: vector, args: (x) => ["i,i->", x, shaped(4)] },
  slice: { x: vector, args: (x) => [x, [1], [2]] },
  reverse3d: { x: () => shaped(2, 2, 2), args: (x) => [x] },
  "x.where()": { x: vector, args: (x) => [x, booleans(1, 0, 1, 0), shaped(4)] },
  clipByValue: { x: vector, args: (x) => [x, 0.15, 0.7] },
  norm: { x: vector, args: (x) => [x] },
  cast: { x: vector, args: (x) => [x, "float32"] },
  tile: { x: vector, args: (x) => [x, [2]] },
  broadcastTo: { x: vector, args: (x) => [x, [2, 4]] },
  mirrorPad: { x: vector, args: (x) => [x, [[1, 1]], "reflect"] },
  pad1d: { x: vector, args: (x) => [x, [1, 1]] },
  pad2d: {
    x: square,
    args: (x) => [
      x,
      [
        [1, 1],
        [0, 0],
      ],
    ],
  },
  pad3d: {
    x: () => shaped(2, 2, 1),
    args: (x) => [
      x,
      [
        [1, 1],
        [0, 0],
        [0, 0],
      ],
    ],
  },
  pad4d: {
    x: image,
    args: (x) => [
      x,
      [
        [0, 0],
        [1, 1],
        [0, 0],
        [0, 0],
      ],
    ],
  },
  slice1d: { x: vector, args: (x) => [x, 1, 2] },
  slice2d: { x: square, args: (x) => [x, [0, 0], [1, 2]] },
  slice3d: { x: () => shaped(2, 2, 2), args: (x) => [x, [0, 0, 0], [1, 2, 1]] },
  slice4d: { x: image, args: (x) => [x, [0, 0, 0, 0], [1, 2, 2, 1]] },
  softmax: { x: vector, args: (x) => [x] },
  spaceToBatchND: {
    x: image,
    args: (x) => [
      x,
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ],
  },
  batchToSpaceND: {
    x: () => shaped(4, 2, 2, 1),
    args: (x) => [
      x,
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ],
  },
  avgPool: { x: image, args: (x) => [x, 2, 1, "valid"] },
  maxPool: { x: image, args: (x) => [x, 2, 1, "valid"] },
  pool: { x: image, args: (x) => [x, 2, "avg", "valid"] },
  avgPool3d: { x: () => shaped(1, 2, 2, 2, 1), args: (x) => [x, 2, 1, "valid"] },
  maxPool3d: { x: () => shaped(1, 2, 2, 2, 1), args: (x) => [x, 2, 1, "valid"] },
  maxPoolWithArgmax: { x: image, args: (x) => [x, 2, 1, "valid"] },
  conv1d: { x: () => shaped(1, 4, 1), args: (x) => [x, shaped(2, 1, 1), 1, "valid"] },
  conv2d: { x: image, args: (x) => [x, shaped(2, 2, 1, 1), 1, "valid"] },
  conv2dTranspose: { x: () => shaped(1, 2, 2, 1), args: (x) => [x, shaped(2, 2, 1, 1), [1, 3, 3, 1], 1, "valid"] },
  conv3d: { x: () => shaped(1, 2, 2, 2, 1), args: (x) => [x, shaped(1, 1, 1, 1, 1), 1, "valid"] },
  conv3dTranspose: {
    x: () => shaped(1, 2, 2, 2, 1),
    args: (x) => [x, shaped(1, 1, 1, 1, 1), [1, 2, 2, 2, 1], 1, "valid"],
  },
  depthwiseConv2d: { x: image, args: (x) => [x, shaped(2, 2, 1, 1), 1, "valid"] },
  dilation2d: { x: image, args: (x) => [x, shaped(2, 2, 1), 1, "valid"] },
  separableConv2d: { x: image, args: (x) => [x, shaped(2, 2, 1, 1), shaped(1, 1, 1, 1), 1, "valid"] },
  batchNorm: { x: square, args: (x) => [x, shaped(2), shaped(2), shaped(2), shaped(2)] },
  batchNorm2d: { x: square, args: (x) => [x, shaped(2), shaped(2), shaped(2), shaped(2)] },
  batchNorm3d: { x: () => shaped(1, 2, 2), args: (x) => [x, shaped(2), shaped(2), shaped(2), shaped(2)] },
  batchNorm4d: { x: image, args: (x) => [x, shaped(1), shaped(1), shaped(1), shaped(1)] },
  localResponseNormalization: { x: image, args: (x) => [x] },
  dropout: { x: vector, args: (x) => [x, 0.1, undefined, 1] },
  "losses.cosineDistance": { x: square, args: (x) => [x, shaped(2, 2), 1] },
  "image.resizeBilinear": { x: image, args: (x) => [x, [8, 8]] },
  "image.resizeNearestNeighbor": { x: image, args: (x) => [x, [8, 8]] },
  resizeBilinear: { x: image, args: (x) => [x, [8, 8]] },
  resizeNearestNeighbor: { x: image, args: (x) => [x, [8, 8]] },
  "image.grayscaleToRGB": { x: image, args: (x) => [x] },
  "image.flipLeftRight": { x: image, args: (x) => [x] },
  "image.rotateWithOffset": { x: image, args: (x) => [x, 0.2] },
  "image.cropAndResize": { x: image, args: (x) => [x, shaped(1, 4), integers(0), [2, 2]] },
  "image.transform": { x: image, args: (x) => [x, shaped(1, 8)] },
  "linalg.bandPart": { x: square, args: (x) => [x, 1, 0] },
  "signal.frame": { x: vector, args: (x) => [x, 2, 1] },
  sparseToDense: { x: vector, args: (x) => [integers(0, 1, 2, 3), x, [4], 0] },
  scatterND: { x: vector, args: (x) => [call(integers(0, 1, 2, 3), "reshape", [4, 1]), x, [4]] },
  tensorScatterUpdate: { x: vector, args: (x) => [x, call(integers(0), "reshape", [1, 1]), shaped(1)] },
  gatherND: { x: vector, args: (x) => [x, call(integers(0), "reshape", [1, 1])] },
  stridedSlice: { x: vector, args: (x) => [x, [0], [4], [2]] },
  depthToSpace: { x: () => shaped(1, 2, 2, 4), args: (x) => [x, 2] },
  prelu: { x: () => call(shaped(4), "sub", 0.4), args: (x) => [x, shaped(4)] },
  asScalar: { x: () => shaped(1), args: (x) => [x] },
  as1D: { x: vector, args: (x) => [x] },
  as2D: { x: vector, args: (x) => [x, 2, 2] },
  as3D: { x: vector, args: (x) => [x, 2, 2, 1] },
  as4D: { x: vector, args: (x) => [x, 2, 2, 1, 1] },
  as5D: { x: vector, args: (x) => [x, 2, 2, 1, 1, 1] },
  asType: { x: vector, args: (x) => [x, "float32"] },
  toBool: { x: vector, args: (x) => [x] },
};

function gradientThrough(name: string, apply: (args: readonly unknown[]) => unknown): Seen {
  const own = special[name];
  let message = "";
  for (const { x, args } of own === undefined ? samples : [own]) {
    try {
      const gradient = call(
        call(tf, "grad", (input: unknown) => weighted(apply(args(input)))),
        "call",
        null,
        x(),
      );
      const values = numbersIn(call(gradient, "dataSync"));
      return { kind: values.every((each) => each === 0) ? "zeros" : "flows" };
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
      if (/gradient function not found|Cannot compute gradient/.test(message)) return { kind: "throws", message };
    }
  }
  return { kind: "unchecked", message };
}

/** A weight for each number, so that no sum hides what flows; of several results the first floats count. */
function weighted(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(weighted).reduce((a: unknown, b: unknown) => call(a, "add", b));
  const fields = ["mean", "values", "result"].map((field) => member(result, field));
  const [field] = fields.filter((each) => typeof member(each, "dataId") === "object");
  const flat = call(call(call(tf, "cast", field ?? result, "float32"), "flatten"), "mul", 1);
  return call(call(flat, "mul", shaped(Number(member(flat, "size")))), "sum");
}

/** Integers and complex numbers alone have these; the last ones take lists and images of their own. */
const withoutGradient = new Set(
  `bincount denseBincount bitwiseAnd oneHot real imag fft ifft spectral.fft spectral.ifft sumOutType basicLSTMCell
   multiRNNCell linalg.bandPart image.threshold`.split(/\s+/),
);

describe("tfjs 4.22", () => {
  it("has every op of the table", () => {
    expect([...tfjsOps.keys()].filter((name) => typeof member(tf, name) !== "function")).toEqual([]);
  });

  it("does with a gradient what the table says, and throws with the kernel that it names", () => {
    const row = ([op, meaning]: readonly [string, OpMeaning]): Agreement => {
      const at = op === "where" ? 1 : op === "einsum" || op === "sparseToDense" || op === "scatterND" ? 1 : 0;
      return { op, says: saysOf(meaning, at), seen: gradientThrough(op, (args) => call(tf, op, ...args)) };
    };
    const functions = [...tfjsOps].map(row);
    const methods = [...tfjsMethodOps].map(([op, meaning]): Agreement => {
      const label = `x.${op}()`;
      const seen = gradientThrough(label in special ? label : op, ([x, ...rest]) => call(x, op, ...rest));
      return { op: label, says: saysOf(meaning), seen };
    });
    const rows = [...functions, ...methods];
    console.log(summary("tfjs", rows));
    expect(disagreements(rows)).toEqual([]);
    expect(unchecked(rows).filter((op) => !withoutGradient.has(op))).toEqual([]);
    expect(functions.flatMap(({ op, seen }) => wrongKernel(op, seen))).toEqual([]);
  });
});

/** The table says "tfjs has no gradient function for `Greater`", and so must the library's own text. */
function wrongKernel(op: string, seen: Seen): readonly string[] {
  const effect = tfjsOps.get(op)?.inputs.find((input) => input.effect.kind === "throws")?.effect;
  const kernel = effect?.kind === "throws" ? (/`(\w+)`/.exec(effect.because)?.[1] ?? null) : null;
  const said = seen.kind === "throws" ? (/not found for (\w+)/.exec(seen.message)?.[1] ?? null) : null;
  return kernel === null || said === null || kernel === said ? [] : [`${op}: ${kernel} in the table, ${said} in tfjs`];
}
