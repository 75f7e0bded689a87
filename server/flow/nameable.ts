/**
 * For libraries whose leaves all learn unless they are told not to: which of them the program can name when it
 * differentiates, or at its end, through the variables of activations that have not ended and what those hold. One that
 * made some data and is named by nobody any more was never meant to learn.
 *
 *     const ys = (() => { const slope = tf.variable(3); return slope.mul(xs); })();
 *     minimize(() => predict(xs).sub(ys).square().mean());    // nobody can name slope here
 */
import { moduleFrame } from "./evaluate-module.js";
import type { Frame } from "./frame.js";
import type { AbstractObject } from "./objects.js";
import type { Run } from "./run.js";
import type { Value } from "./value.js";

/** Notes what the program can name at the current point, where it is about to call this as well. */
export function noteNameable(callee: Value, run: Run): void {
  const { nameable, nodes } = run.graph;
  if (!nodes.some(({ library }) => library.records === "insideClosures")) return;
  const frames = new Set<Frame>();
  const objects = new Set<AbstractObject>();
  const addFrame = (frame: Frame): void => {
    for (let around: Frame | null = frame; around !== null; around = around.parent) frames.add(around);
  };
  const addValue = (value: Value | undefined): void => {
    for (const id of value?.tensors ?? []) nameable.add(id);
    for (const id of value?.objects ?? []) {
      const object = run.objects[id];
      if (object !== undefined) objects.add(object);
    }
  };
  addValue(callee);
  for (const frame of run.stack) addFrame(frame);
  for (const module of run.linked.modules) addFrame(moduleFrame(module, run));
  // Both sets grow while they are walked, until neither does.
  for (let before = -1; before !== frames.size + objects.size;) {
    before = frames.size + objects.size;
    for (const { cells, self } of frames) {
      addValue(self);
      for (const cell of cells.values()) addValue(run.store.get(cell));
    }
    for (const object of objects) addInside(object, addValue, addFrame, run);
  }
}

function addInside(
  { shape, fields }: AbstractObject,
  addValue: (value: Value | undefined) => void,
  addFrame: (frame: Frame) => void,
  run: Run,
): void {
  for (const cell of fields.values()) addValue(run.store.get(cell));
  if (shape.kind === "function" || shape.kind === "class") addFrame(shape.frame);
  if (shape.kind === "bound") for (const value of [shape.target, shape.self, ...shape.args]) addValue(value);
}
