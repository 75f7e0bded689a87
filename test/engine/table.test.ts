/**
 * The op table proves itself: what each row says about a gradient is held against running the op. The names in a
 * failure tell the author of the row what to change.
 */
import { describe, expect, test } from "vitest";
import { grad, manualSeed, randn, tensor, Tensor, type Nested, type NestedInput } from "@gradlens/engine";
import {
  type Composite,
  type CompositeName,
  composites,
  controls,
  opTable,
  type GradientEffect,
  type OpName,
  type OpSpec,
} from "@gradlens/engine/ops";
import { hooks } from "../../engine/autograd/hooks.js";
import { effectAt } from "../../engine/autograd/apply.js";
import { compositeSamples } from "../support/samples-composites.js";
import { samples, type Sample } from "../support/samples.js";

const names = Object.keys(opTable).filter((name): name is OpName => name in opTable);

function leaves({ given }: Sample, learning: "all" | number): Tensor[] {
  return given.map((data: NestedInput, at) =>
    tensor(data, { dtype: "float64", requiresGrad: learning === "all" || learning === at }),
  );
}

function inputAt(spec: OpSpec, at: number): string {
  const inputs = Object.keys(spec.inputs);
  return spec.operands === "list" ? inputs[0] : inputs[at];
}

/** Runs a sample with one learning input and says what the op itself does to that input's gradient. */
function effectOf(name: OpName, sample: Sample, at: number): GradientEffect {
  const spec: OpSpec = opTable[name];
  const inputs = leaves(sample, at);
  const out = sample.call(...inputs);
  const attributes = out.record?.op === name ? out.record.attributes : attributesHeard(name, sample);
  return effectAt(spec, inputAt(spec, at), attributes);
}

function attributesHeard(name: OpName, sample: Sample): unknown {
  // Attributes are not part of what a listener hears; a cast's dtype is that of its result.
  return name === "to" ? { dtype: sample.call(...leaves(sample, "all")).dtype } : {};
}

function total(out: Tensor, weights: Tensor): Tensor {
  return out.mul(weights).sum();
}

function numbers(value: Nested): number[] {
  return Array.isArray(value) ? value.flatMap(numbers) : [value];
}

function moved(inputs: readonly Tensor[], at: number, direction: Tensor, step: number): Tensor[] {
  return inputs.map((input, each) => {
    const value = each === at ? input.detach().add(direction.mul(step)) : input.detach().clone();
    value.requiresGrad = true;
    return value;
  });
}

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
}

describe.each(names)("%s", (name) => {
  const spec: OpSpec = opTable[name];

  test.each(samples[name])("gives what was worked out by hand, in float64 and float32 (%#)", (sample) => {
    const heard: string[] = [];
    hooks.listener = listening((op) => heard.push(op));
    const out = sample.call(...leaves(sample, "all"));
    hooks.listener = null;
    expect(heard, `no call of ${name}`).toContain(name);
    expectAlike(out, sample.gives, 12);
    expectAlike(sample.call(...sample.given.map((data: NestedInput) => tensor(data))), sample.gives, 5);
  });

  test.each(samples[name])("does to gradients what it says (%#)", (sample) => {
    sample.given.forEach((_, at) => {
      const effect = effectOf(name, sample, at);
      const inputs = leaves(sample, at);
      const out = sample.call(...inputs);
      if (name === "mul_" && at === 1) return;
      if (effect.kind === "blocks") {
        expect(out.requiresGrad, `input ${at} of ${name} is said to block`).toBe(false);
        expect(out.cutBecause).toBe(effect.because);
        return;
      }
      expect(out.requiresGrad, `input ${at} of ${name} is said to pass`).toBe(true);
      out.sum().backward();
      if (effect.kind === "vanishes") {
        expect(numbers(inputs[at].grad?.tolist() ?? NaN)).toEqual(numbers(inputs[at].tolist()).map(() => 0));
      } else {
        checkFlow(sample, at);
      }
    });
  });

  test("saves exactly what its formulas read", () => {
    for (const input of Object.keys(spec.inputs)) {
      const derivative = spec.inputs[input];
      if (derivative.kind !== "flows") continue;
      const read = new Set<string>();
      for (const sample of samples[name]) readBy(name, input, sample).forEach((each) => read.add(each));
      // The factor that `mul_` overwrites can never be read; saving it is what makes the tape notice.
      if (name === "mul_" && input === "b") continue;
      expect([...read].sort(), `input ${input} of ${name}`).toEqual([...derivative.saves].sort());
    }
  });

  test("is a method where it says so, and has reasons that can follow “because”", () => {
    expect(name in Tensor.prototype).toBe(spec.method);
    expect(spec.summary).toMatch(/\.$/);
    for (const effect of Object.values(spec.inputs)) {
      if (effect.kind !== "flows") expect(effect.because).toMatch(/^[^A-Z].*[^.]$/);
    }
  });
});

/** Along a random direction: the first derivative, and the derivative of the gradient, against finite differences. */
function checkFlow(sample: Sample, at: number): void {
  manualSeed(1);
  const inputs = leaves(sample, "all");
  const out = sample.call(...inputs);
  const weights = randn(out.shape, { dtype: "float64" });
  const direction = randn(inputs[at].shape, { dtype: "float64" });
  const cubed = (each: Tensor[]): Tensor => {
    const result = sample.call(...each);
    // The cube makes second derivatives of linear ops worth testing.
    return total(result.mul(result).mul(result), weights);
  };
  const step = 1e-5;
  const [ahead, behind] = [moved(inputs, at, direction, step), moved(inputs, at, direction, -step)];
  const isDouble = out.dtype === "float64";
  if (!isDouble) {
    // A cast to float32 has no useful finite differences; its gradient is the cotangent.
    expect(grad(total(out, weights), inputs[at])[0].sub(weights).abs().max().item()).toBeLessThan(1e-6);
    return;
  }
  const [first] = grad(cubed(inputs), inputs[at], { createGraph: true });
  const slope = first.mul(direction).sum();
  expectClose(slope.item(), (cubed(ahead).item() - cubed(behind).item()) / (2 * step));

  const [second] = slope.requiresGrad ? grad(slope, inputs[at], { allowUnused: true }) : [null];
  const gradientAt = (each: Tensor[]): number => grad(cubed(each), each[at])[0].mul(direction).sum().item();
  const curvature = (gradientAt(ahead) - gradientAt(behind)) / (2 * step);
  expectClose(second === null ? 0 : second.mul(direction).sum().item(), curvature);
}

function checkZeros(sample: Sample, at: number): void {
  const inputs = leaves(sample, at);
  sample
    .call(...inputs)
    .sum()
    .backward();
  expect(numbers(inputs[at].grad?.tolist() ?? NaN)).toEqual(numbers(inputs[at].tolist()).map(() => 0));
}

/** The saved names that a formula reads, seen through a proxy. */
function readBy(name: OpName, input: string, sample: Sample): Set<string> {
  const read = new Set<string>();
  const out = sample.call(...leaves(sample, "all"));
  const record = out.record;
  if (record === null || record.op !== name) return read;
  const spec: OpSpec = opTable[name];
  const values: Record<string, Tensor> = {};
  for (const saved of record.saved ?? []) values[saved.name] = saved.tensor;
  const watched = new Proxy(values, {
    get(target, property) {
      if (typeof property === "string") read.add(property);
      return Reflect.get(target, property);
    },
  });
  for (const { effect, position } of record.links) {
    if (inputAt(spec, position) !== input || effect.kind !== "flows") continue;
    // Destructuring reads what the formula names, also where an attribute makes it unneeded.
    effect.vjp(randn(out.shape, { dtype: "float64" }), watched, {
      attributes: record.attributes,
      shapes: record.shapes,
      position,
    });
  }
  return read;
}

function expectAlike(out: Tensor, expected: Nested, digits: number): void {
  expect(out.shape).toEqual(tensor(expected).shape);
  const actual = numbers(out.tolist());
  numbers(expected).forEach((value, at) => expect(actual[at]).toBeCloseTo(value, Math.min(digits, 8)));
}

function listening(applied: (op: string) => void) {
  const nothing = (): void => undefined;
  return {
    applied,
    control: nothing,
    backwardStarted: nothing,
    cotangent: nothing,
    deposited: nothing,
    backwardEnded: nothing,
  };
}

describe("composites and controls", () => {
  const compositeNames = Object.keys(composites).filter((name): name is CompositeName => name in composites);

  test.each(compositeNames)("%s does to gradients what it says", (name) => {
    const { inputs, method }: Composite = composites[name];
    const sample = compositeSamples[name];
    expect(name in Tensor.prototype).toBe(method);
    Object.values(inputs).forEach((effect, at) => {
      if (effect.kind === "flows") checkFlow(sample, at);
      else if (effect.kind === "vanishes") checkZeros(sample, at);
      else expect(sample.call(...leaves(sample, at)).requiresGrad, `input ${at} is said to block`).toBe(false);
    });
  });

  test.each(compositeNames.filter((name) => "keeps" in composites[name]))("%s keeps something", (name) => {
    const { inputs }: Composite = composites[name];
    Object.values(inputs).forEach((effect, at) => {
      if (effect.kind === "blocks") return;
      const total = compositeSamples[name].call(...leaves(compositeSamples[name], at)).sum();
      total.backward();
      expect(() => total.backward(), `input ${at} is said to keep values`).toThrow(/a second time/);
    });
  });

  test("every control has a reason", () => {
    for (const { because } of Object.values(controls)) expect(because).toMatch(/^[^A-Z].*[^.]$/);
  });
});
