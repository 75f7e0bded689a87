/** A slider's value is written into the file: into numbers as they stand there, and into nothing else. */
import { describe, expect, it } from "vitest";
import { callWithValues } from "../../extension/written-values.js";

describe("values in the call that makes a leaf", () => {
  it.each<[string, readonly number[], string | null]>([
    ["tensor(2, { requiresGrad: true })", [3.5], "tensor(3.5, { requiresGrad: true })"],
    ["tensor(-2.50)", [-1e-9], "tensor(-1e-9)"],
    ["tensor(1_000)", [1000], "tensor(1_000)"],
    ["gl.tensor( .5 )", [0.30000001192092896], "gl.tensor( 0.3 )"],
    ["new Parameter(1)", [2], "new Parameter(2)"],
    ["tensor([1, 2,\n  3], { requiresGrad: true })", [1, 7, 3], "tensor([1, 7,\n  3], { requiresGrad: true })"],
    ["tensor([[1.0, 2], [3, 4]])", [1, 2, 3, -4], "tensor([[1.0, 2], [3, -4]])"],
    ["tensor(2 + 3)", [1], null],
    ["tensor(start)", [1], null],
    ["tensor([1, x])", [1, 2], null],
    ["tensor([1, 2])", [1], null],
    ["tensor(1)", [NaN], null],
    ["randn([2, 2])", [1, 2, 3, 4], null],
    ["tensor(f(2))", [1], null],
    ["tensor(", [1], null],
    ["tensor()", [1], null],
  ])("%s with %o", (call, values, expected) => {
    expect(callWithValues(call, values)).toBe(expected);
  });
});
