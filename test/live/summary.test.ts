/** A tensor in a few numbers, also where the numbers are extreme. */
import { describe, expect, it } from "vitest";
import { summarize } from "../../engine/graph/summary.js";

describe("summarize", () => {
  it("says what is in a small tensor", () => {
    expect(summarize(new Float32Array([3, -4, 0]))).toEqual({
      first: [3, -4, 0],
      norm: 5,
      min: -4,
      max: 3,
      mean: expect.closeTo(-1 / 3, 12),
      exactZeros: 1,
      nonFinite: 0,
      size: 3,
      histogram: null,
    });
  });

  it("counts what is not finite and leaves it out of the rest", () => {
    const summary = summarize([1, NaN, Infinity, -Infinity, 3]);
    expect(summary).toMatchObject({ min: 1, max: 3, mean: 2, nonFinite: 3, norm: NaN });
    expect(summarize([NaN])).toMatchObject({ min: NaN, max: NaN, mean: NaN, nonFinite: 1 });
    expect(summarize([])).toMatchObject({ size: 0, norm: 0, mean: NaN, histogram: null });
  });

  it("keeps norms and histograms of extreme numbers", () => {
    expect(summarize(new Float64Array([3e-200, 4e-200])).norm / 5e-200).toBeCloseTo(1, 12);
    expect(summarize(new Float64Array([3e200, 4e200])).norm / 5e200).toBeCloseTo(1, 12);
    const wide = summarize(Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1.7e308 : -1.7e308)));
    expect(wide.histogram?.counts).toEqual([20, ...new Array<number>(18).fill(0), 20]);
    expect(summarize(new Array<number>(20).fill(7)).histogram?.counts[10]).toBe(20);
  });

  it("counts every value in one of the bins", () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));
    const { histogram, first } = summarize(values);
    expect(histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(first).toEqual([...values.slice(0, 16)]);
  });

  it("is not disturbed by a call before it", () => {
    summarize(new Float64Array(5000).fill(9));
    expect(summarize([1, 2])).toMatchObject({ first: [1, 2], max: 2, size: 2 });
  });
});
