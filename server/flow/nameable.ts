/**
 * Which leaves the program could still name at the current point: through the variables of activations that have not
 * ended, and through what those hold. A variable that made some data and is named by nobody when the training begins
 * was never meant to learn.
 *
 *     const ys = (() => { const slope = tf.variable(3); return slope.mul(xs); })();
 *     minimize(() => predict(xs).sub(ys).square().mean());    // nobody can name slope here
 */
import { moduleFrame } from "./evaluate-module.js";
import type { Frame } from "./frame.js";
import type { AbstractObject } from "./objects.js";
import type { Run } from "./run.js";
import type { Value } from "./value.js";

/** Notes the leaves that a value was computed from and that are still named where it enters a recorded function. */
export function noteNamed(from: number, run: Run): void {
  const behind = leavesBehind(from, run).filter((leaf) => !run.graph.named.has(leaf));
  if (behind.length === 0) return;
  const named = namedNow(run);
  for (const leaf of behind) if (named.has(leaf)) run.graph.named.add(leaf);
}

function leavesBehind(start: number, { graph }: Run): readonly number[] {
  const behind = new Set([start]);
  // The set grows while it is walked.
  for (const id of behind)
    for (const { from, kind } of graph.nodes[id]?.inputs ?? []) if (kind.kind !== "cut") behind.add(from);
  return [...behind].filter((id) => graph.creationOf.has(id));
}

function namedNow(run: Run): ReadonlySet<number> {
  const tensors = new Set<number>();
  const frames = new Set<Frame>();
  const objects = new Set<AbstractObject>();
  const addFrame = (frame: Frame): void => {
    for (let around: Frame | null = frame; around !== null; around = around.parent) frames.add(around);
  };
  const addValue = (value: Value | undefined): void => {
    for (const id of value?.tensors ?? []) tensors.add(id);
    for (const id of value?.objects ?? []) {
      const object = run.objects[id];
      if (object !== undefined) objects.add(object);
    }
  };
  for (const frame of run.stack) addFrame(frame);
  for (const module of run.linked.modules) addFrame(moduleFrame(module, run));
  // Both sets grow while they are walked, until neither does.
  for (let before = -1; before !== frames.size + objects.size;) {
    before = frames.size + objects.size;
    for (const { cells, self } of frames) {
      addValue(self);
      for (const cell of cells.values()) addValue(run.read(cell));
    }
    for (const object of objects) addInside(object, addValue, addFrame, run);
  }
  return tensors;
}

function addInside(
  { shape, fields }: AbstractObject,
  addValue: (value: Value | undefined) => void,
  addFrame: (frame: Frame) => void,
  run: Run,
): void {
  for (const cell of fields.values()) addValue(run.read(cell));
  if (shape.kind === "function" || shape.kind === "class") addFrame(shape.frame);
  if (shape.kind === "bound") for (const value of [shape.target, shape.self, ...shape.args]) addValue(value);
}
