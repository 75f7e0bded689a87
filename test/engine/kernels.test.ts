/** The element-by-element kernels over WebAssembly against the reference, and copies, casts and picks by index. */
import { describe, expect, it } from "vitest";
import type { BinaryOp, CompareOp, Kernels, UnaryOp } from "../../engine/kernels/kernels.js";
import { reference } from "../../engine/kernels/reference.js";
import { Storage, type DType } from "../../engine/kernels/storage.js";
import { agree, numbers, sizes, tame, wasm } from "./kernels-agreement.js";

const exactUnary: UnaryOp[] = ["neg", "abs", "sign", "square", "relu", "floor", "ceil", "trunc", "round", "sqrt"];
const nearUnary: UnaryOp[] = [
  "rsqrt",
  "reciprocal",
  "exp",
  "log",
  "sin",
  "cos",
  "tanh",
  "sigmoid",
  "silu",
  "erf",
  "gelu",
  "log1p",
  "softplus",
];
const plainUnary: UnaryOp[] = ["expm1", "log2", "tan"];

describe("functions of one number", () => {
  it.each(exactUnary)("%s is exact", (op) => {
    for (const size of sizes) {
      const x = Storage.of("float32", numbers(size, 3));
      agree("float32", size, (kernels, out) => kernels.unary(op, x, out, size));
    }
  });

  it.each([...nearUnary, ...plainUnary])("%s is near", (op) => {
    for (const size of sizes) {
      const x = Storage.of("float32", numbers(size, 5));
      const tolerance = { relative: 1e-6, absolute: 3e-7 };
      agree("float32", size, (kernels, out) => kernels.unary(op, x, out, size), tolerance);
    }
  });

  it("exp, log, tanh and erf hold over their whole range", () => {
    const sweep = (from: number, to: number) => Array.from({ length: 5000 }, (_, i) => from + ((to - from) * i) / 5000);
    const cases: [UnaryOp, number, number][] = [
      ["exp", -103, 88.7],
      ["log", 1e-30, 3],
      ["log", 3, 1e30],
      ["tanh", -10, 10],
      ["erf", -5, 5],
      ["sigmoid", -90, 90],
      ["gelu", -8, 8],
      ["log1p", -0.99, 5],
      ["softplus", -30, 30],
      ["sin", -100, 100],
      ["cos", -20_000, 20_000],
    ];
    for (const [op, from, to] of cases) {
      const x = Storage.of("float32", sweep(from, to));
      const run = (kernels: Kernels, out: Storage) => kernels.unary(op, x, out, 5000);
      agree("float32", 5000, run, { relative: 5e-7, absolute: 2.5e-7 });
    }
  });

  it("keep their digits where the result is small", () => {
    const small = Array.from({ length: 1000 }, (_, i) => 10 ** (-i / 100));
    const cases: [UnaryOp, number[]][] = [
      ["log1p", small],
      ["tanh", small],
      ["erf", small],
      ["softplus", small.map((x) => Math.log(x))],
      ["sigmoid", small.map((x) => Math.log(x))],
    ];
    for (const [op, values] of cases) {
      const x = Storage.of("float32", values);
      const run = (kernels: Kernels, out: Storage) => kernels.unary(op, x, out, 1000);
      agree("float32", 1000, run, { relative: 1e-6, absolute: 0 });
    }
  });

  it("works in place", () => {
    const x = numbers(1000, 4);
    agree("float32", 1000, (kernels, out) => kernels.unary("neg", out, out, 1000), undefined, x);
  });

  it("leaves other dtypes to the reference", () => {
    for (const dtype of ["float64", "int32"] as const) {
      const x = Storage.of(dtype, tame(100, 2));
      agree(dtype, 100, (kernels, out) => kernels.unary("square", x, out, 100));
    }
  });
});

const arithmetic: BinaryOp[] = ["add", "sub", "mul", "div", "maximum", "minimum", "pow", "remainder", "atan2"];
const comparisons: CompareOp[] = ["eq", "ne", "lt", "le", "gt", "ge"];

describe("functions of two numbers", () => {
  it.each(arithmetic)("%s, with equal shapes and with one repeated value", (op) => {
    for (const size of sizes) {
      const [a, b] = [Storage.of("float32", numbers(size, 3)), Storage.of("float32", numbers(size, 11))];
      agree("float32", size, (kernels, out) => kernels.binary(op, a, b, out, size));
      for (const value of [2, 0.5, -1, -0, NaN, Infinity, 3]) {
        const one = Storage.of("float32", [value]);
        const tolerance = { relative: 2e-7, absolute: 0 };
        agree("float32", size, (kernels, out) => kernels.binary(op, a, one, out, size), tolerance);
        agree("float32", size, (kernels, out) => kernels.binary(op, one, b, out, size), tolerance);
      }
    }
  });

  it.each(comparisons)("%s gives bools", (op) => {
    for (const size of sizes) {
      const [a, b] = [Storage.of("float32", numbers(size, 3)), Storage.of("float32", numbers(size, 11))];
      const one = Storage.of("float32", [0.5]);
      agree("bool", size, (kernels, out) => kernels.compare(op, a, b, out, size));
      agree("bool", size, (kernels, out) => kernels.compare(op, a, one, out, size));
      agree("bool", size, (kernels, out) => kernels.compare(op, one, b, out, size));
    }
  });

  const shape = [3, 5, 7];
  const broadcasts: [string, number[]][] = [
    ["all of it", [35, 7, 1]],
    ["one value", [0, 0, 0]],
    ["a row", [0, 0, 1]],
    ["a column", [0, 1, 0]],
    ["a plane", [0, 7, 1]],
    ["the outermost", [1, 0, 0]],
    ["transposed", [1, 3, 15]],
  ];
  it.each(broadcasts.flatMap(([left, a]) => broadcasts.map(([right, b]) => [left, right, a, b] as const)))(
    "broadcasts %s against %s",
    (_left, _right, aStrides, bStrides) => {
      const [a, b] = [Storage.of("float32", numbers(107, 3)), Storage.of("float32", numbers(107, 11))];
      const [aWalk, bWalk] = [
        { offset: 1, strides: aStrides },
        { offset: 2, strides: bStrides },
      ];
      agree("float32", 105, (kernels, out) => kernels.binaryStrided("sub", a, aWalk, b, bWalk, out, shape));
      agree("bool", 105, (kernels, out) => kernels.compareStrided("lt", a, aWalk, b, bWalk, out, shape));
    },
  );

  it("wraps int32 around and treats bools as bools", () => {
    const big = Storage.of(
      "int32",
      Array.from({ length: 20 }, (_, i) => 2_000_000_000 - i),
    );
    agree("int32", 20, (kernels, out) => kernels.binary("mul", big, big, out, 20));
    const out = Storage.zeros("int32", 20);
    wasm.binary("add", big, big, out, 20);
    expect(out.read(0)).toBe(-294_967_296);
    const yes = Storage.of("bool", [1]);
    const both = Storage.zeros("bool", 1);
    wasm.binary("add", yes, yes, both, 1);
    expect(both.read(0)).toBe(1);
  });

  it("answers like C at powers of one", () => {
    const result = Storage.zeros("float64", 3);
    const base = Storage.of("float64", [1, -1, NaN]);
    reference.binary("pow", base, Storage.of("float64", [NaN, -Infinity, 0]), result, 3);
    expect([...result.values]).toEqual([1, 1, 1]);
  });
});

describe("movement", () => {
  it("where chooses, with repeated values on either side", () => {
    for (const size of sizes) {
      const condition = Storage.of(
        "bool",
        numbers(size, 3).map((x) => Number(x > 0)),
      );
      const [a, b] = [Storage.of("float32", numbers(size, 3)), Storage.of("float32", numbers(size, 11))];
      const one = Storage.of("float32", [NaN]);
      agree("float32", size, (kernels, out) => kernels.where(condition, a, b, out, size));
      agree("float32", size, (kernels, out) => kernels.where(condition, one, b, out, size));
      agree("float32", size, (kernels, out) => kernels.where(condition, a, one, out, size));
    }
  });

  const dtypes: DType[] = ["float32", "float64", "int32", "bool"];
  it.each(dtypes.flatMap((from) => dtypes.map((to) => [from, to] as const)))("casts %s to %s", (from, to) => {
    for (const size of sizes) {
      const x = Storage.of(
        from,
        [...numbers(size, 3)].map((value, i) => (i % 5 === 0 ? value * 1e10 : value)),
      );
      agree(to, size, (kernels, out) => kernels.cast(x, out, size));
    }
  });

  it("fills and copies parts, at unaligned offsets", () => {
    for (const dtype of dtypes) {
      const x = Storage.of(dtype, tame(100, 3));
      const before = tame(100, 11);
      agree(dtype, 100, (kernels, out) => kernels.fill(out, 2.5, 3, 61), undefined, before);
      agree(dtype, 100, (kernels, out) => kernels.copy(x, 1, out, 3, 61), undefined, before);
    }
  });

  it.each([
    ["transposes", [40, 30], [1, 40], [30, 1]],
    ["moves three dimensions", [7, 9, 11], [1, 7, 63], [99, 11, 1]],
    ["expands a row", [9, 20], [0, 1], [20, 1]],
    ["expands a column", [9, 20], [1, 0], [20, 1]],
    ["writes into the middle of a wider tensor", [5, 6], [6, 1], [20, 1]],
    ["takes every second", [5, 6], [12, 2], [6, 1]],
    ["copies one value", [], [], []],
    ["copies nothing", [0, 4], [4, 1], [4, 1]],
  ])("%s by strides", (_name, shape, xStrides, outStrides) => {
    for (const dtype of ["float32", "int32", "bool", "float64"] as const) {
      const x = Storage.of(dtype, tame(1300, 3));
      const walks = [
        { offset: 2, strides: xStrides },
        { offset: 3, strides: outStrides },
      ] as const;
      const run = (kernels: Kernels, out: Storage) => kernels.copyStrided(x, walks[0], out, walks[1], shape);
      agree(dtype, 1300, run, undefined, tame(1300, 11));
    }
  });

  it.each([
    ["rows", [30, 40], [40, 1], [0, 1]],
    ["columns", [30, 40], [40, 1], [1, 0]],
    ["everything", [30, 40], [40, 1], [0, 0]],
    ["nothing", [30, 40], [40, 1], [40, 1]],
    ["the outer and the inner", [5, 6, 7], [42, 7, 1], [0, 1, 0]],
    ["the middle", [5, 6, 7], [42, 7, 1], [7, 0, 1]],
  ])("adds up %s by strides", (_name, shape, xStrides, outStrides) => {
    const x = Storage.of("float32", tame(1203, 3));
    const walks = [
      { offset: 3, strides: xStrides },
      { offset: 1, strides: outStrides },
    ] as const;
    const run = (kernels: Kernels, out: Storage) => kernels.addStrided(x, walks[0], out, walks[1], shape);
    agree("float32", 1201, run, { relative: 1e-6, absolute: 1e-5 }, tame(1201, 11));
  });
});

describe("picking by index", () => {
  const along = { outer: 2, length: 6, inner: 5 };
  const index = Storage.of("int32", [5, 0, 3, 3]);
  const places = Storage.of(
    "int32",
    Array.from({ length: 40 }, (_, i) => (i * 5) % 6),
  );
  it("selects and adds whole slices", () => {
    const x = Storage.of("float32", numbers(60, 3));
    agree("float32", 40, (kernels, out) => kernels.indexSelect(x, index, out, along, 4));
    const source = Storage.of("float32", tame(40, 3));
    agree("float32", 60, (kernels, out) => kernels.indexAdd(source, index, out, along, 4), undefined, tame(60, 11));
  });

  it("gathers and scatters single values", () => {
    const x = Storage.of("float32", numbers(60, 3));
    agree("float32", 40, (kernels, out) => kernels.gather(x, places, out, along, 4));
    const source = Storage.of("float32", tame(40, 3));
    const near = { relative: 1e-6, absolute: 1e-6 };
    agree("float32", 60, (kernels, out) => kernels.scatterAdd(source, places, out, along, 4), near, tame(60, 11));
    agree("float32", 60, (kernels, out) => kernels.scatter(source, places, out, along, 4), undefined, tame(60, 11));
  });

  it("serves int32 and bool too", () => {
    for (const dtype of ["int32", "bool"] as const) {
      const x = Storage.of(dtype, tame(60, 3));
      agree(dtype, 40, (kernels, out) => kernels.indexSelect(x, index, out, along, 4));
    }
  });
});
