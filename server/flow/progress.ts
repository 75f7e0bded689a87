/**
 * How far training is with the gradients that one optimizer holds, as a text, so that it is a value like any other:
 * the joins and loops of the walk then say by themselves what may be the case at a place.
 *
 *     for (…) {              // ◂ entered: loop 3
 *       loss.backward();     // ◂ passed: site 5, waiting
 *       optimizer.step();    // ◂ passed: site 5, applied
 *     }                      // nothing cleared it: the next pass adds to a gradient that is already applied
 */
import { literal, mergeAll, type Value } from "./value.js";

export interface Progress {
  /** Loops that were entered since the last clearing, and in whose every iteration so far a pass was made. */
  readonly loops: readonly number[];
  /** The places of `backward()` whose gradients are there, and whether a step has used them. */
  readonly passes: readonly Pass[];
  /** The place that cleared gradients which no step had used. */
  readonly lost: number | null;
}

export interface Pass {
  readonly site: number;
  readonly state: "waiting" | "applied";
}

export const noProgress: Progress = { loops: [], passes: [], lost: null };

/** The states that a cell may be in; null where something else may be the case as well. */
export function statesOf(value: Value): readonly Progress[] | null {
  const { primitives } = value;
  if (value.unknown || primitives === "any" || primitives.length === 0) return null;
  const states = primitives.map((text) => (typeof text === "string" ? parsed(text) : null));
  return states.every((state) => state !== null) ? states : null;
}

/** The same change in whatever state it is; what is no state stays as it is. */
export function changed(value: Value, change: (progress: Progress) => Progress): Value {
  const { primitives } = value;
  if (primitives === "any") return value;
  return mergeAll(primitives.map((text) => literal(typeof text === "string" ? written(change(parsed(text))) : text)));
}

export function progressValue(progress: Progress): Value {
  return literal(written(progress));
}

export function afterPass({ loops, passes }: Progress, site: number): Progress {
  const others = passes.filter((pass) => pass.site !== site);
  return {
    loops,
    passes: [...others, { site, state: "waiting" } as const].sort((a, b) => a.site - b.site),
    lost: null,
  };
}

export function afterStep({ loops, passes }: Progress): Progress {
  return { loops, passes: passes.map(({ site }) => ({ site, state: "applied" })), lost: null };
}

export function afterClearing({ passes, lost }: Progress, site: number): Progress {
  const isWaiting = passes.some(({ state }) => state === "waiting");
  return { loops: [], passes: [], lost: isWaiting ? site : passes.length === 0 ? lost : null };
}

export function afterEntering(progress: Progress, loop: number): Progress {
  if (progress.passes.length > 0 || progress.loops.includes(loop)) return progress;
  return { ...progress, loops: [...progress.loops, loop].sort((a, b) => a - b) };
}

/** An iteration without a pass: the next one is no first one, and adds to nothing. */
export function afterIteration(progress: Progress, loop: number): Progress {
  return progress.passes.length > 0 ? progress : { ...progress, loops: progress.loops.filter((each) => each !== loop) };
}

function written({ loops, passes, lost }: Progress): string {
  const marks = passes.map(({ site, state }) => `${site}${state === "applied" ? "+" : "-"}`);
  return `${loops.join()}|${marks.join()}|${lost ?? ""}`;
}

/** The states of programs are few, and each is asked for often. */
const known = new Map<string, Progress>();
const mostKnown = 10_000;

function parsed(text: string): Progress {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (known.size >= mostKnown) known.clear();
  const progress = read(text);
  known.set(text, progress);
  return progress;
}

function read(text: string): Progress {
  const [loops = "", passes = "", lost = ""] = text.split("|");
  return {
    loops: numbersIn(loops),
    passes: passes
      .split(",")
      .filter((mark) => mark !== "")
      .map((mark) => ({ site: Number.parseInt(mark, 10), state: mark.endsWith("+") ? "applied" : "waiting" })),
    lost: lost === "" ? null : Number(lost),
  };
}

function numbersIn(text: string): readonly number[] {
  return text === "" ? [] : text.split(",").map(Number);
}
