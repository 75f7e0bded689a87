/** Captured console lines look as Node's own would. */
import { format } from "node:util";
import { tensor } from "@gradlens/engine";
import { describe, expect, it } from "vitest";
import { formatLine } from "../../engine/live/inspect.js";

class Point {
  constructor(
    readonly x: number,
    readonly label: string,
  ) {}
}
const circular: Record<string, unknown> = { name: "a" };
const lines: readonly (readonly unknown[])[] = [
  [],
  ["text", 1, -0, true, null, undefined, 10n, Symbol("s")],
  ["loss %d of %s at %i: %f %% %j %o", 1.5, "run", 2.7, "3.25", { a: [1] }],
  ["%s", "x", "rest", { a: 1 }],
  ["100%", 5],
  [{ a: 1, "b-c": "it's", d: [1, "two", null], e: { f: { g: { h: 1 } } } }],
  [[1, 2, 3], [], {}, [[1, [2, [3, [4]]]]]],
  [Array.from({ length: 20 }, (_, i) => i * 1.5)],
  [Array.from({ length: 150 }, (_, i) => i)],
  [["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]],
  [new Float32Array([1, 2.5]), new Map([["k", { v: 1 }]]), new Set([1, "a"])],
  [new Point(1, "p"), Point, () => 1, function named() {}, async () => 1],
  [new Date(0), /a+/g, "it's"],
  [{ long: "a".repeat(50), other: "b".repeat(50), third: [1, 2, 3] }],
  [
    {
      get computed() {
        return 1;
      },
      nothing: undefined,
      [Symbol.iterator]: undefined,
    },
  ],
  [Object.create(null)],
  ["a\nb", ["a\nb"]],
];

describe("formatLine", () => {
  it.each(lines.map((values) => ({ values, expected: format(...values) })))(
    "prints $expected",
    ({ values, expected }) => {
      expect(formatLine(values)).toBe(expected);
    },
  );

  it("shows a tensor as it shows itself, and a circle as one", () => {
    circular["self"] = circular;
    expect(formatLine(["w", tensor([1, 2], { requiresGrad: true }), circular])).toBe(
      "w tensor([1, 2], requiresGrad) { name: 'a', self: [Circular] }",
    );
  });

  it("shows an error without the bundle's stack", () => {
    expect(formatLine([new TypeError("no"), [new Error("in")]])).toBe("TypeError: no [ [Error: in] ]");
  });
});
