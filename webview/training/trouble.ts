/**
 * What goes wrong in a training run, and the step where it began: gradients that vanish, explode or die, numbers that
 * are lost, units that are stuck. Only what still holds at the last step counts, so that a start that was rough is no
 * trouble; a number that was lost counts always. Pure.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { History, LeafHistory, UnitHistory } from "./history.js";

export interface Trouble {
  readonly kind: "notFinite" | "exploding" | "vanishing" | "roundedAway" | "dead" | "stuck" | "addsUp";
  /** The first step at which it was seen. */
  readonly step: number;
  /** The leaves that it is about; none where it is the whole run. */
  readonly leaves: readonly LeafHistory[];
  readonly units: UnitHistory | null;
  /** Of `vanishing`: how many times smaller than the largest; of `exploding`: how many times larger than before; of `stuck`: the share. */
  readonly size: number;
  readonly span: SourceSpan | null;
}

/** A gradient so many times smaller than the largest of its step may be too small to train its layer … */
const vanishingRatio = 300;
/** … and is, where the layer also moves so many times less for its size than the one that moves most. */
const standstillRatio = 100;
/** Where nothing is known of how layers move, only this is taken for too small. */
const hopelessRatio = 1e4;
/** So small against the largest that nothing but float32's rounding can be left: the terms cancel. */
const roundingRatio = 1e8;
/** So many times the median of the steps before is no fluctuation. */
const explodingRatio = 100;
const stuckShare = 0.9;
/** Nothing is said of a run that has hardly begun. */
const fewestSteps = 5;

export function troublesOf(history: History): readonly Trouble[] {
  if (history.records.length < fewestSteps) return [];
  return [
    ...notFinite(history),
    ...exploding(history),
    ...small(history),
    ...dead(history),
    ...stuck(history),
    ...addsUp(history),
  ];
}

function notFinite({ records }: History): readonly Trouble[] {
  const first = records.find(({ loss, measured }) => {
    return !Number.isFinite(loss) || measured?.leaves.some((leaf) => (leaf?.nonFinite ?? 0) > 0) === true;
  });
  return first === undefined
    ? []
    : [{ kind: "notFinite", step: first.step, leaves: [], units: null, size: 0, span: null }];
}

/** The norm of all gradients leaves the range of the fifty steps before it, and does not come back. */
function exploding({ steps, leaves }: History): readonly Trouble[] {
  const norms = steps.map((_, index) => Math.hypot(...leaves.flatMap((leaf) => leaf.steps[index]?.gradientNorm ?? [])));
  for (let index = fewestSteps; index < norms.length; index++) {
    const norm = norms[index] ?? 0;
    const before = norms.slice(Math.max(0, index - 50), index);
    // The middle of fifty numbers takes a while, and is asked for only where it may matter.
    const smallest = before.reduce((least, each) => Math.min(least, each), Infinity);
    if (!(norm > explodingRatio * smallest)) continue;
    const usual = median(before);
    if (!(norm > explodingRatio * usual) || usual === 0) continue;
    const comesBack = norms.slice(index).some((later) => later < 10 * usual);
    if (comesBack) continue;
    return [{ kind: "exploding", step: steps[index] ?? 0, leaves: [], units: null, size: norm / usual, span: null }];
  }
  return [];
}

/** Leaves whose gradients are small against the largest: too small to train, or nothing but rounding. */
function small({ steps, leaves }: History): readonly Trouble[] {
  const largest = steps.map((_, index) => {
    return leaves.reduce((most, leaf) => Math.max(most, entrySize(leaf, index)), 0);
  });
  const ratioAt = (leaf: LeafHistory, index: number): number => {
    const size = entrySize(leaf, index);
    return size === 0 ? 1 : (largest[index] ?? 0) / size;
  };
  const found = leaves.flatMap((leaf) => {
    const since = heldSince(steps.length, (index) => ratioAt(leaf, index) >= vanishingRatio);
    const ratio = ratioAt(leaf, steps.length - 1);
    const isTooSmall = ratio >= roundingRatio || standsStill(leaf, leaves, steps.length - 1, ratio);
    return since === null || !isTooSmall ? [] : [{ leaf, since, ratio }];
  });
  const roundedAway = found.filter(({ since, ratio }) => since === 0 && ratio >= roundingRatio);
  const vanishing = found.filter((each) => !roundedAway.includes(each));
  return [...asTrouble("vanishing", vanishing, steps), ...asTrouble("roundedAway", roundedAway, steps)];
}

/** An optimizer such as Adam moves layers with small gradients as well; a small gradient alone is no trouble. */
function standsStill(leaf: LeafHistory, leaves: readonly LeafHistory[], index: number, ratio: number): boolean {
  const own = moved(leaf, index);
  const most = leaves.reduce((greatest, each) => Math.max(greatest, moved(each, index) ?? 0), 0);
  return own === null || most === 0 ? ratio >= hopelessRatio : most >= standstillRatio * own;
}

/** How far the last update moved a leaf, against its own size; null where that is not known. */
function moved({ steps }: LeafHistory, index: number): number | null {
  const step = steps[index];
  if (step === null || step === undefined || step.updateNorm === null || step.valueNorm === 0) return null;
  return step.updateNorm / step.valueNorm;
}

interface Small {
  readonly leaf: LeafHistory;
  readonly since: number;
  readonly ratio: number;
}

function asTrouble(
  kind: "vanishing" | "roundedAway",
  found: readonly Small[],
  steps: readonly number[],
): readonly Trouble[] {
  const [worst] = [...found].sort((a, b) => b.ratio - a.ratio);
  if (worst === undefined) return [];
  const since = found.reduce((least, each) => Math.min(least, each.since), worst.since);
  const inOrder = [worst, ...found.filter((each) => each !== worst)].map(({ leaf }) => leaf);
  const { span } = worst.leaf;
  return [{ kind, step: steps[since] ?? 1, leaves: inOrder, units: null, size: worst.ratio, span }];
}

/** The usual size of an entry that is not 0, so that leaves of all sizes and sparse ones can be compared. */
function entrySize({ steps, size }: LeafHistory, index: number): number {
  const step = steps[index];
  if (step === null || step === undefined || step.zeros === size || step.nonFinite > 0) return 0;
  return step.gradientNorm / Math.sqrt(size - step.zeros);
}

function dead({ steps, leaves }: History): readonly Trouble[] {
  const found = leaves.flatMap((leaf) => {
    const since = heldSince(steps.length, (index) => leaf.steps[index]?.zeros === leaf.size);
    return since === null ? [] : [{ leaf, since }];
  });
  const [first] = found;
  if (first === undefined) return [];
  const since = found.reduce((least, each) => Math.min(least, each.since), first.since);
  const all = found.map(({ leaf }) => leaf);
  return [{ kind: "dead", step: steps[since] ?? 1, leaves: all, units: null, size: 0, span: first.leaf.span }];
}

function stuck({ steps, units }: History): readonly Trouble[] {
  return units.flatMap((unit): readonly Trouble[] => {
    const since = heldSince(steps.length, (index) => (unit.shares[index] ?? 0) >= stuckShare);
    if (since === null) return [];
    const size = unit.shares.findLast((share) => share !== null) ?? 0;
    return [{ kind: "stuck", step: steps[since] ?? 1, leaves: [], units: unit, size, span: unit.span }];
  });
}

/** Of so many updates no program needs the gradient any more; a loss beside it may well see one that outlived one. */
const mostOutlived = 3;

/** Gradients that nobody clears: each step of the optimizer goes along the sum of all earlier ones. */
function addsUp({ steps, leaves }: History): readonly Trouble[] {
  const found = leaves.filter(
    (leaf) => (leaf.steps.findLast((step) => step !== null)?.outlivedUpdates ?? 0) >= mostOutlived,
  );
  const [first] = found;
  if (first === undefined) return [];
  const since = first.steps.findLastIndex((step) => step?.outlivedUpdates === 0) + 1;
  return [{ kind: "addsUp", step: steps[since] ?? 1, leaves: found, units: null, size: 0, span: first.span }];
}

/** The first of the indices from which on it holds to the end, over at least five of them; null where it does not. */
function heldSince(count: number, holds: (index: number) => boolean): number | null {
  let since = count;
  while (since > 0 && holds(since - 1)) since--;
  return count - since >= Math.min(fewestSteps, count) && since < count ? since : null;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
