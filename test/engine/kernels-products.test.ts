/** Reductions, matrix products and the optimizers' steps over WebAssembly against the reference. */
import { describe, expect, it } from "vitest";
import type { Along } from "../../engine/kernels/kernels.js";
import { Storage } from "../../engine/kernels/storage.js";
import { agree, numbers, tame, wasm } from "./kernels-agreement.js";

describe("reductions", () => {
  const alongs: Along[] = [
    { outer: 1, length: 1, inner: 1 },
    { outer: 1, length: 17, inner: 1 },
    { outer: 3, length: 5, inner: 4 },
    { outer: 2, length: 1000, inner: 3 },
    { outer: 7, length: 300, inner: 1 },
    { outer: 1, length: 33, inner: 37 },
    { outer: 1, length: 20, inner: 1 },
  ];
  it.each(alongs)("of $outer × $length × $inner", (along) => {
    const count = along.outer * along.length * along.inner;
    const lines = along.outer * along.inner;
    const tolerance = { relative: 1.3e-6, absolute: 1e-5 };
    for (const values of [tame(count, 3), numbers(count, 3)]) {
      const x = Storage.of("float32", values);
      agree("float32", lines, (kernels, out) => kernels.sum(x, out, along), tolerance);
      for (const name of ["max", "min"] as const) {
        agree("float32", lines, (kernels, out) => kernels[name](x, out, null, along));
        agree("int32", lines, (kernels, out) => kernels[name](x, null, out, along));
        agree("float32", lines, (kernels, out) => kernels[name](x, out, Storage.zeros("int32", lines), along));
      }
      agree("float32", count, (kernels, out) => kernels.softmax(x, out, along), tolerance);
      agree("float32", count, (kernels, out) => kernels.logSoftmax(x, out, along), tolerance);
      agree("float32", count, (kernels, out) => kernels.softmax(out, out, along), tolerance, values);
      agree("float32", count, (kernels, out) => kernels.cumsum(x, out, along), tolerance);
    }
  });

  it("sums nothing to zero", () => {
    const nothing = Storage.zeros("float32", 0);
    const before = [7];
    agree(
      "float32",
      1,
      (kernels, out) => kernels.sum(nothing, out, { outer: 1, length: 0, inner: 1 }),
      undefined,
      before,
    );
  });

  it("keeps a long sum exact", () => {
    const x = Storage.of("float32", new Float32Array(1_000_000).fill(0.1));
    const out = Storage.zeros("float32", 1);
    wasm.sum(x, out, { outer: 1, length: 1_000_000, inner: 1 });
    expect(Math.abs(out.read(0) - 100_000)).toBeLessThan(0.02);
  });

  it("takes the first of equal values, and NaN before all", () => {
    const place = Storage.zeros("int32", 1);
    const ties = new Array<number>(20).fill(3);
    wasm.max(Storage.of("float32", ties), null, place, { outer: 1, length: 20, inner: 1 });
    expect(place.read(0)).toBe(0);
    ties[4] = NaN;
    wasm.min(Storage.of("float32", ties), null, place, { outer: 1, length: 20, inner: 1 });
    expect(place.read(0)).toBe(4);
  });

  it("sorts stably, NaN as the largest", () => {
    const order = Storage.zeros("int32", 5);
    const x = Storage.of("float32", [2, NaN, 1, 2, -Infinity]);
    wasm.argsort(x, order, "ascending", { outer: 1, length: 5, inner: 1 });
    expect([...order.values]).toEqual([4, 2, 0, 3, 1]);
    wasm.argsort(x, order, "descending", { outer: 1, length: 5, inner: 1 });
    expect([...order.values]).toEqual([1, 0, 3, 2, 4]);
  });
});

describe("the matrix product", () => {
  const shapes: [number, number, number][] = [
    [1, 1, 1],
    [1, 17, 1],
    [4, 8, 8],
    [5, 3, 9],
    [3, 300, 2],
    [17, 5, 33],
    [130, 260, 20],
    [9, 10, 520],
    [16, 0, 16],
  ];
  const forms = ["plain", "transposed"] as const;
  it.each(shapes.flatMap((shape) => forms.flatMap((a) => forms.map((b) => [...shape, a, b] as const))))(
    "of %i × %i × %i, a %s and b %s",
    (rows, inner, columns, aForm, bForm) => {
      const a = Storage.of("float32", tame(rows * inner * 2, 3));
      const b = Storage.of("float32", tame(inner * columns, 11));
      const plan = {
        batchCount: 2,
        rows,
        inner,
        columns,
        a: { batch: rows * inner, ...(aForm === "plain" ? { row: inner, column: 1 } : { row: 1, column: rows }) },
        b: { batch: 0, ...(bForm === "plain" ? { row: columns, column: 1 } : { row: 1, column: inner }) },
      };
      const tolerance = { relative: 1e-5, absolute: 5e-6 * inner };
      const size = 2 * rows * columns;
      agree(
        "float32",
        size,
        (kernels, out) => kernels.matmul(a, b, out, plan),
        tolerance,
        new Array<number>(size).fill(9),
      );
    },
  );

  it("lets NaN and infinities through", () => {
    const finite = numbers(100, 3).map((x) => (Math.abs(x) === 3e38 ? 3 : x));
    const a = Storage.of("float32", finite);
    const plan = { batchCount: 1, rows: 10, inner: 10, columns: 10, a: rowsOf(10), b: rowsOf(10) };
    agree("float32", 100, (kernels, out) => kernels.matmul(a, a, out, plan), { relative: 1e-6, absolute: 1e-5 });
  });
});

function rowsOf(columns: number) {
  return { batch: 0, row: columns, column: 1 };
}

describe("the optimizers' steps", () => {
  it("are the reference's, with every setting", () => {
    const near = { relative: 2e-6, absolute: 1e-6 };
    for (const size of [1, 17, 1000]) {
      const values = tame(size, 3);
      const gradient = Storage.of("float32", tame(size, 11));
      for (const buffer of ["first", "later"] as const) {
        for (const nesterov of ["nesterov", "plain"] as const) {
          const step = {
            learningRate: 0.1,
            momentum: 0.9,
            dampening: 0.2,
            weightDecay: 0.01,
            direction: -1,
            nesterov,
            buffer,
          } as const;
          const velocity = () => Storage.of("float32", tame(size, 5));
          agree("float32", size, (kernels, out) => kernels.sgdStep(out, gradient, velocity(), step), near, values);
          agree("float32", size, (kernels, out) => kernels.sgdStep(out, gradient, null, step), near, values);
          agree(
            "float32",
            size,
            (kernels, out) => kernels.sgdStep(Storage.of("float32", values), gradient, out, step),
            near,
            values,
          );
        }
      }
      for (const decay of ["coupled", "decoupled"] as const) {
        const step = {
          learningRate: 0.01,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          weightDecay: 0.1,
          decay,
          direction: 1,
          correction1: 0.1,
          correction2: 0.001,
        } as const;
        const moment = () => Storage.of("float32", tame(size, 5));
        const square = () => Storage.of("float32", tame(size, 5).map(Math.abs));
        agree(
          "float32",
          size,
          (kernels, out) => kernels.adamStep(out, gradient, moment(), square(), null, step),
          near,
          values,
        );
        agree(
          "float32",
          size,
          (kernels, out) => kernels.adamStep(out, gradient, moment(), square(), square(), step),
          near,
          values,
        );
      }
    }
  });
});
