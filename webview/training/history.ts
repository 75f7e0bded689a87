/**
 * One loss over its steps, as the charts and the table want it: leaves with names that tell them apart, layers, and
 * every number as a row over the measured steps. Pure, and computed once per set of records.
 */
import type {
  LeafSeries,
  LeafStep,
  Shape,
  SourceSpan,
  StepRecord,
  StepsOfLoss,
  UnitSeries,
} from "@gradlens/engine/graph";
import { lineAsText, visible } from "../words.js";

export interface LeafHistory {
  readonly name: string;
  readonly span: SourceSpan | null;
  readonly shape: Shape;
  readonly size: number;
  /** One per measured step; null where the pass did not reach the leaf. */
  readonly steps: readonly (LeafStep | null)[];
}

export interface UnitHistory {
  /** `tanh · ln 10`. */
  readonly name: string;
  readonly op: string;
  readonly word: UnitSeries["word"];
  readonly span: SourceSpan | null;
  /** The share of flat units per measured step. */
  readonly shares: readonly (number | null)[];
}

/** The leaves of one layer, or one leaf that stands alone. */
export interface LayerHistory {
  readonly name: string;
  readonly leaves: readonly LeafHistory[];
  /** The norm of all its gradients taken together. */
  readonly norms: readonly (number | null)[];
}

export interface History {
  readonly records: readonly StepRecord[];
  /** The steps that were measured; the rows of leaves and units go by these. */
  readonly steps: readonly number[];
  readonly leaves: readonly LeafHistory[];
  readonly layers: readonly LayerHistory[];
  readonly units: readonly UnitHistory[];
}

const histories = new WeakMap<StepsOfLoss, History>();

export function historyOf(steps: StepsOfLoss): History {
  const known = histories.get(steps);
  if (known !== undefined) return known;
  const history = compute(steps);
  histories.set(steps, history);
  return history;
}

/** The place among the measured steps that belongs to a step: the last one not after it; −1 before the first. */
export function indexOfStep({ steps }: History, step: number | null): number {
  if (step === null) return steps.length - 1;
  let index = -1;
  while (index + 1 < steps.length && (steps[index + 1] ?? Infinity) <= step) index++;
  return index;
}

function compute({ leaves, units, records }: StepsOfLoss): History {
  const measured = records.flatMap(({ step, measured: numbers }) => (numbers === null ? [] : [{ step, ...numbers }]));
  const names = distinct(leaves.map((leaf) => ({ name: visible(leaf.name ?? "leaf"), place: lineAsText(leaf.span) })));
  const histories = leaves.map((leaf: LeafSeries, index): LeafHistory => {
    const { span, shape } = leaf;
    const size = shape.reduce((product, length) => product * length, 1);
    const steps = measured.map(({ leaves: each }) => each[index] ?? null);
    return { name: names[index] ?? "leaf", span, shape, size, steps };
  });
  const unitNames = distinct(
    units.map(({ op, place, span }) => ({ name: place > 1 ? `${op} ${place}` : op, place: lineAsText(span) })),
  );
  // A backward pass meets the leaves from the loss upwards, and nobody writes a program in that order.
  const inFileOrder = [...histories].reverse().sort(byPlace);
  return {
    records,
    steps: measured.map(({ step }) => step),
    leaves: inFileOrder,
    layers: layersOf(inFileOrder),
    units: units.map(({ op, word, span }, index) => {
      const shares = measured.map(({ units: each }) => each[index] ?? null);
      return { name: unitNames[index] ?? op, op, word, span, shares };
    }),
  };
}

function byPlace({ span: a }: LeafHistory, { span: b }: LeafHistory): number {
  if (a === null || b === null || a.uri !== b.uri) return 0;
  return a.start.line - b.start.line || a.start.character - b.start.character;
}

/** Names as they are while they differ; else with their line, and with a number where that is not enough. */
function distinct(items: readonly { readonly name: string; readonly place: string }[]): readonly string[] {
  const nameCount = counts(items.map(({ name }) => name));
  const placed = items.map(({ name, place }) => {
    return (nameCount.get(name) ?? 0) > 1 && place !== "" ? `${name} · ${place}` : name;
  });
  const placedCount = counts(placed);
  const seen = new Map<string, number>();
  return placed.map((name) => {
    if ((placedCount.get(name) ?? 0) <= 1) return name;
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return `${name} #${number}`;
  });
}

function counts(words: readonly string[]): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const word of words) count.set(word, (count.get(word) ?? 0) + 1);
  return count;
}

/** `model.0.weight` and `model.0.bias` make the layer `model.0`. */
function layersOf(leaves: readonly LeafHistory[]): readonly LayerHistory[] {
  const layers = new Map<string, LeafHistory[]>();
  for (const leaf of leaves) {
    const name = leaf.name.replace(/\.(weight|bias|[a-zA-Z]+_[a-z]+)$/, "");
    const members = layers.get(name);
    if (members === undefined) layers.set(name, [leaf]);
    else members.push(leaf);
  }
  return [...layers].map(([name, members]) => {
    const length = members[0]?.steps.length ?? 0;
    const norms = Array.from({ length }, (_, index) => {
      const norms = members.flatMap(({ steps }) => steps[index]?.gradientNorm ?? []);
      return norms.length === 0 ? null : Math.hypot(...norms);
    });
    return { name, leaves: members, norms };
  });
}
