/**
 * Views of one tensor share its values, so a change in place through any of them changes the history of all. The base's
 * history is always the newest one; the views take theirs from it when they are next asked.
 */
import type { Walk } from "../kernels/kernels.js";
import { contiguous } from "../ops/loops.js";
import { opTable, type OpName } from "../ops/table.js";
import type { OpSpec } from "../ops/op-spec.js";
import type { Tensor } from "../tensor.js";
import { composed, reshapedWalk } from "../view-walks.js";
import { hooks } from "./hooks.js";
import { TapeRecord, targetOf, type Link } from "./tape.js";

export class Aliases {
  changes = 0;

  constructor(readonly base: Tensor) {}
}

/** Makes `view` one of the family of `source`. `places` are its elements among those of `source`; null means all, in order. */
export function joinFamily(source: Tensor, view: Tensor, places: Walk | null): void {
  source.aliases ??= new Aliases(source);
  view.aliases = source.aliases;
  view.seenChanges = source.aliases.changes;
  if (places !== null) view.walk = composed(places, source.shape, source.walk ?? contiguous(source.shape));
  else if (source.walk !== null) view.walk = reshapedWalk(source.walk, source.shape, view.shape);
}

/** After a recorded change in place: the base takes its history from what was changed, and the other views from the base. */
export function tellFamily(changed: Tensor): void {
  const { aliases } = changed;
  if (aliases === null) return;
  const { base } = aliases;
  if (changed !== base) rebase(base, changed);
  aliases.changes++;
  base.seenChanges = aliases.changes;
  changed.seenChanges = aliases.changes;
}

/** The record of reading a view's present values from its base; null where the base has no history. */
export function recordOfView({ base }: Aliases, view: Tensor): TapeRecord | null {
  const { walk, shape } = view;
  if (walk === null) return heard(recordOf("reshape", [base], { shape }, view), [base], view);
  return heard(recordOf("strided", [base], { shape, ...walk }, view), [base], view);
}

/** The record of the same values in a tensor of their own. */
export function recordOfAlias(tensor: Tensor): TapeRecord | null {
  return recordOf("reshape", [tensor], { shape: tensor.shape }, tensor);
}

function rebase(base: Tensor, changed: Tensor): void {
  const { walk } = changed;
  const inputs = walk === null ? [changed] : [base, changed];
  const record =
    walk === null
      ? recordOf("reshape", inputs, { shape: base.shape }, base)
      : recordOf("stridedScatter", inputs, walk, base);
  if (record !== null) base.setRecord(heard(record, inputs, base));
}

/** A record that no call of the program made. */
function recordOf(op: OpName, inputs: readonly Tensor[], attributes: unknown, out: Tensor): TapeRecord | null {
  const spec: OpSpec = opTable[op];
  const links = inputs.flatMap((input, position): readonly Link[] => {
    const target = targetOf(input);
    return target === null ? [] : [{ target, effect: spec.inputs[spec.names[position]], position, dtype: input.dtype }];
  });
  if (links.length === 0) return null;
  const shapes = inputs.map(({ shape }) => shape);
  return new TapeRecord({ op, attributes, links, shapes, saved: [], shape: out.shape, dtype: out.dtype });
}

/** A listener hears of it as of an op of the program. */
function heard<T extends TapeRecord | null>(record: T, inputs: readonly Tensor[], out: Tensor): T {
  if (record === null || hooks.listener === null) return record;
  record.output = out;
  hooks.listener.applied(record.op, inputs, opTable[record.op].names, out, true);
  return record;
}
