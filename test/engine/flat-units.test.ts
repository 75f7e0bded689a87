/** The ranges in which a unit counts as stuck, held against the derivatives of the op table. */
import { describe, expect, it } from "vitest";
import { tensor } from "@gradlens/engine";
import { flatUnits, shareOfFlat } from "../../engine/ops/flat-units.js";

const inputs = Array.from({ length: 4001 }, (_, index) => (index - 2000) / 100);

describe.each(Object.entries(flatUnits))("units of %s", (op, flat) => {
  const x = tensor(inputs, { requiresGrad: true });
  const y = op === "relu" ? x.relu() : op === "tanh" ? x.tanh() : x.sigmoid();
  y.sum().backward();
  const slopes = x.grad?.tolist() as number[];
  const outputs = y.tolist() as number[];
  const steepest = Math.max(...slopes);

  it("count as flat where at most 6 % of the gradient passes, and nowhere else", () => {
    outputs.forEach((output, index) => {
      const isFlat = output <= flat.from || output >= flat.to;
      const share = (slopes[index] ?? NaN) / steepest;
      // Half a percent is the room that round numbers in the table need.
      expect(isFlat ? share <= 0.06 : share >= 0.055, `at ${inputs[index]}, a share of ${share}`).toBe(true);
    });
    expect(shareOfFlat(outputs, flat)).toBeGreaterThan(0.3);
    expect(shareOfFlat([], flat)).toBe(0);
  });
});
