/** A training run as the panel reads it: histories by leaf and layer, what goes wrong and since when, and the words for it. */
import type { LeafStep, StepRecord, StepsOfLoss } from "@gradlens/engine/graph";
import { describe, expect, it } from "vitest";
import { historyOf } from "../../webview/training/history.js";
import { trainingVerdicts } from "../../webview/training/training-verdicts.js";
import { troublesOf } from "../../webview/training/trouble.js";
import { plain } from "../../webview/words.js";
import { graphOf } from "./graphs.js";

interface Course {
  readonly loss?: (step: number) => number;
  /** The norm of each leaf's gradient; 0 means zero everywhere. */
  readonly norms?: Readonly<Record<string, (step: number) => number>>;
  readonly units?: Readonly<Record<string, (step: number) => number>>;
  readonly stepCount?: number;
  /** How far a leaf with a gradient of this norm moves; as far as SGD moves it, unless it is said. */
  readonly update?: (norm: number) => number;
}

const size = 16;

/** A run of a hundred steps, in which every leaf has 16 entries and stands on a line of its own. */
function runOf({
  loss = () => 1,
  norms = {},
  units = {},
  stepCount = 100,
  update = (norm) => norm / 10,
}: Course): StepsOfLoss {
  const records = Array.from({ length: stepCount }, (_, index): StepRecord => {
    const step = index + 1;
    const leaves = Object.values(norms).map((norm) => stepOf(norm(step), update));
    return { step, loss: loss(step), measured: { leaves, units: Object.values(units).map((share) => share(step)) } };
  });
  const spanOf = (line: number) => ({
    uri: "file:///a.ts",
    start: { line, character: 0 },
    end: { line, character: 9 },
  });
  return {
    site: 0,
    leaves: Object.keys(norms).map((name, line) => ({ site: line, name, span: spanOf(line), shape: [size] })),
    units: Object.keys(units).map((op, line) => {
      const word = op === "relu" ? ("zero" as const) : ("saturated" as const);
      return { site: line, op, name: null, span: spanOf(line + 20), place: 1, word };
    }),
    records,
  };
}

function stepOf(norm: number, update: (norm: number) => number): LeafStep {
  const nonFinite = Number.isFinite(norm) ? 0 : 1;
  return {
    gradientNorm: norm,
    zeros: norm === 0 ? size : 0,
    nonFinite,
    valueNorm: 1,
    updateNorm: update(norm),
    outlivedUpdates: 0,
  };
}

function wordsOf(course: Course): readonly string[] {
  const troubles = troublesOf(historyOf(runOf(course)));
  return trainingVerdicts(troubles, graphOf("w -> L", { w: 1, L: 1 })).map(({ sentence }) => plain(sentence));
}

describe("what goes wrong in a run", () => {
  it.each<[string, Course, readonly string[]]>([
    ["nothing, where all shrink together", { norms: { a: (step) => 1 / step, b: (step) => 2 / step } }, []],
    ["nothing, where the start was rough", { norms: { a: (step) => (step < 10 ? 1e-9 : 1), b: () => 1 } }, []],
    ["nothing yet in so few steps", { norms: { a: () => 1e-9, b: () => 1 }, stepCount: 4 }, []],
    [
      "a leaf that gets next to nothing, from the start",
      { norms: { "fc1.weight": () => 0.001, "fc2.weight": () => 1 } },
      [
        "Gradient vanishes at fc1.weight on line 1. A typical entry is 1/1000 of the largest. It was so from the first step.",
      ],
    ],
    [
      "nothing, where the optimizer moves it all the same",
      { norms: { a: () => 0.001, b: () => 1 }, update: () => 0.01 },
      [],
    ],
    [
      "leaves whose terms cancel",
      { norms: { "key.bias": () => 1e-10, "key.weight": () => 1 } },
      [
        "key.bias has a path, yet its gradient is 0 up to rounding. A typical entry is 1e−10 of the largest: the terms cancel.",
      ],
    ],
    [
      "two leaves that fall behind, and the units that are to blame",
      {
        norms: { a: (step) => (step < 40 ? 1 : 1e-3), b: (step) => (step < 50 ? 1 : 1e-4), c: () => 1 },
        units: { tanh: (step) => (step < 40 ? 0.2 : 0.95) },
      },
      [
        "Gradient vanishes at b and a on line 2. A typical entry is 1/10000 of the largest. 95 % of the units of tanh on line 21 are saturated. It began at step 40.",
      ],
    ],
    [
      "units that are stuck, where the gradients still come through",
      { norms: { a: () => 1 }, units: { relu: (step) => (step < 7 ? 0 : 0.97) } },
      ["97 % of the units of relu on line 21 are zero. It began at step 7."],
    ],
    [
      "a gradient that died",
      { norms: { a: (step) => (step < 30 ? 1 : 0), b: () => 1 } },
      ["a on line 1 gets a gradient of exactly 0. A path exists, but nothing comes through. It began at step 30."],
    ],
    [
      "a gradient that explodes and does not come back",
      { norms: { a: (step) => (step < 60 ? 1 : 1e4 * step) } },
      ["The gradient explodes. It is 600000 times what it was before. It began at step 60."],
    ],
    ["nothing, where it comes back", { norms: { a: (step) => (step === 60 ? 1e4 : 1) } }, []],
    [
      "a loss that is lost",
      { loss: (step) => (step < 12 ? 1 : NaN), norms: { a: (step) => (step < 12 ? 1 : NaN) } },
      ["The run lost its numbers. The loss or a gradient is NaN or infinite. It began at step 12."],
    ],
  ])("is %s", (_, course, expected) => {
    expect(wordsOf(course)).toEqual(expected);
  });
});

describe("the history of a run", () => {
  it("gradients that nobody clears, and not those that a second loss sees after the step of the first", () => {
    const outlives = (count: (step: number) => number): readonly string[] => {
      const run = runOf({ norms: { w: () => 1 } });
      const records = run.records.map((record) => {
        const leaves = record.measured?.leaves.map((leaf) => leaf && { ...leaf, outlivedUpdates: count(record.step) });
        return { ...record, measured: { leaves: leaves ?? [], units: [] } };
      });
      const troubles = troublesOf(historyOf({ ...run, records }));
      return trainingVerdicts(troubles, graphOf("w -> L", { w: 1, L: 1 })).map(({ sentence }) => plain(sentence));
    };
    expect(outlives((step) => step - 1)).toEqual([
      "The gradient of w adds up from step to step. Nothing clears it; call zeroGrad() before each backward(). It began at step 2.",
    ]);
    expect(outlives(() => 1)).toEqual([]);
    expect(outlives((step) => step % 3)).toEqual([]);
  });

  it("takes the leaves of a layer together, in the order of the file", () => {
    const names = ["model.0.weight", "model.0.bias", "model.2.weight", "scale"];
    const norms = Object.fromEntries(names.map((name, index) => [name, () => index + 3]));
    const { layers, steps } = historyOf(runOf({ norms, stepCount: 2 }));
    expect(steps).toEqual([1, 2]);
    expect(layers.map(({ name, norms: each }) => [name, each[0]])).toEqual([
      ["model.0", 5],
      ["model.2", 5],
      ["scale", 6],
    ]);
  });

  it("tells leaves of one name apart by their lines", () => {
    const run = runOf({ norms: { w: () => 1, v: () => 1, u: () => 1 }, stepCount: 2 });
    const leaves = run.leaves.map((leaf, index) => ({ ...leaf, name: index < 2 ? "w" : "u" }));
    expect(historyOf({ ...run, leaves }).leaves.map(({ name }) => name)).toEqual(["w · ln 1", "w · ln 2", "u"]);
  });
});
