/** Every in-place twin gives the values and gradients of its op, and says its own name where it cannot be. */
import { EngineError, noGrad, tensor, type Tensor } from "@gradlens/engine";
import { inPlaceTwins, type InPlaceTwin } from "@gradlens/engine/ops";
import { describe, expect, it } from "vitest";

const values = [
  [0.3, 0.7, 0.45],
  [0.2, 0.9, 0.6],
];
const other = (): Tensor =>
  tensor([
    [0.5, 0.4, 0.8],
    [0.35, 0.65, 0.25],
  ]);
const rows = (): Tensor => tensor([1, 0], { dtype: "int32" });
const places = (): Tensor => tensor([[1, 0, 1]], { dtype: "int32" });
const mask = (): Tensor =>
  tensor([
    [1, 0, 0],
    [0, 1, 1],
  ]).gt(0);

/** What the twins take besides their tensor; nothing where they are not named. */
const given: Partial<Readonly<Record<InPlaceTwin, () => readonly unknown[]>>> = {
  addcdiv: () => [other(), other().add(1), { value: 2 }],
  addcmul: () => [other(), other().add(1), { value: 2 }],
  atan2: () => [other()],
  clamp: () => [0.25, 0.65],
  clampMax: () => [0.5],
  clampMin: () => [0.5],
  copysign: () => [-2],
  cumprod: () => [1],
  cumsum: () => [0],
  floorDivide: () => [0.4],
  fmod: () => [0.4],
  hypot: () => [other()],
  indexAdd: () => [0, rows(), other(), { alpha: 3 }],
  indexCopy: () => [0, rows(), other()],
  indexFill: () => [1, rows(), 7],
  leakyRelu: () => [0.1],
  lerp: () => [other(), 0.25],
  maskedFill: () => [mask(), 5],
  maskedScatter: () => [mask(), other()],
  pow: () => [3],
  remainder: () => [0.4],
  scatter: () => [0, places(), other()],
  scatterAdd: () => [0, places(), other()],
  tril: () => [-1],
  triu: () => [1],
  xlogy: () => [other()],
};
const above1: readonly InPlaceTwin[] = ["acosh"];

function called(x: Tensor, method: string, args: readonly unknown[]): Tensor {
  const methods = x as unknown as Readonly<Record<string, (...args: readonly unknown[]) => Tensor>>;
  return methods[method](...args);
}

/** The values, and the gradients by the tensor and by what else was given. */
function outcome(name: string, twin: InPlaceTwin): readonly unknown[] {
  const leaf = tensor(values).add(above1.includes(twin) ? 1 : 0);
  leaf.requiresGrad = true;
  const args = (given[twin] ?? ((): readonly unknown[] => []))();
  const changed = leaf.mul(1);
  const result = called(changed, name, args);
  if (name.endsWith("_")) expect(result).toBe(changed);
  result
    .mul(tensor([[1], [2]]))
    .sum()
    .backward();
  return [result.tolist(), leaf.grad?.tolist()];
}

describe.each(inPlaceTwins)("%s_", (twin) => {
  it("gives what the op gives, and its gradient", () => {
    expect(outcome(`${twin}_`, twin)).toEqual(outcome(twin, twin));
  });

  it("refuses a leaf that requires grad, in its own name, and changes it inside noGrad", () => {
    const leaf = tensor(values).add(above1.includes(twin) ? 1 : 0);
    const expected = called(leaf, twin, (given[twin] ?? (() => []))()).tolist();
    leaf.requiresGrad = true;
    const change = (): Tensor => called(leaf, `${twin}_`, (given[twin] ?? (() => []))());
    expect(change).toThrow(`${twin}_: a leaf that requires grad cannot be changed in place`);
    noGrad(change);
    expect(leaf.tolist()).toEqual(expected);
    expect(leaf.isLeaf).toBe(true);
  });
});

describe("a change in place", () => {
  it("reaches what shares the values", () => {
    const x = tensor([1, 4, 9, 16]);
    x.narrow(0, 1, 2).sqrt_();
    expect(x.tolist()).toEqual([1, 2, 3, 16]);
  });

  it("keeps shape and dtype", () => {
    expect(() => tensor([1, 2]).clampMin_(tensor([[1], [2]]))).toThrow(
      "clampMin_: a result of shape [2, 2] does not fit",
    );
    expect(() => tensor([1, 2], { dtype: "int32" }).exp_()).toThrow(EngineError);
    expect(() => tensor([1, 2], { dtype: "int32" }).exp_()).toThrow("exp_: a float32 cannot be written into a tensor");
    expect(tensor([1, -2], { dtype: "int32" }).abs_().tolist()).toEqual([1, 2]);
  });

  it("is noticed by a backward pass that needs the old values", () => {
    const leaf = tensor(values, { requiresGrad: true });
    const x = leaf.mul(1);
    const y = x.sin();
    x.exp_();
    expect(() => y.sum().backward()).toThrow("it was saved at version 0 and is now at version 1");
  });
});
