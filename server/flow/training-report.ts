/**
 * What was watched of a training, put together at the end of the walk. A fact is stated only where every context and
 * every way through the program agrees, and where nobody else can have a hand in it.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { ClassMember, FunctionCode, Site, Variable } from "./code.js";
import type { AbstractObject } from "./objects.js";
import { statesOf, type Progress } from "./progress.js";
import type { Run } from "./run.js";
import type { CellId } from "./store.js";
import type { Accumulation, Act, LostGradients, Optimizer, Training, UnregisteredField } from "./training.js";
import type { Hiding } from "./unregistered.js";
import type { Value } from "./value.js";

/** An optimizer, or a leaf that is updated by hand. */
export interface Holder {
  readonly object: AbstractObject | null;
  readonly className: string;
  readonly site: Site;
  readonly cell: CellId;
  readonly holds: Set<number>;
  readonly steps: Set<Site>;
  /** The function that makes it. */
  readonly owner: FunctionCode;
  given: Site | null;
  /** It may hold more than is known. */
  isOpen: boolean;
}

/** What the state was at one place in one context, over all walks through it. */
export interface Check {
  readonly holder: Holder;
  readonly site: Site;
  readonly loops: readonly number[];
  readonly losses: Set<number>;
  states: Value;
}

/** What each of the given parameters may be. */
export type Elements = readonly (readonly number[])[];

/** An optimizer that is made at one place in one context, by what it was given each time. */
export interface Made {
  readonly holder: Holder;
  readonly lists: Map<string, Elements>;
}

export type FieldMember = Extract<ClassMember, { kind: "field" }>;

/** Where the source names a field: in the class, or where it is written. */
export interface FieldPlace {
  readonly site: Site;
  readonly member: FieldMember | null;
}

/** A field of modules in which `parameters()` misses something. */
export interface HiddenField extends FieldPlace {
  readonly name: string;
  readonly by: Hiding;
  readonly isOfModules: boolean;
  readonly nodes: Set<number>;
  /** By the place of each call of `parameters()`: what it did find. */
  readonly listings: Map<Site, ReadonlySet<number>>;
}

/** Everything that the walk has noted. */
export interface Watched {
  readonly hidden: readonly HiddenField[];
  readonly holders: readonly Holder[];
  readonly passes: ReadonlyMap<string, Check>;
  readonly steps: ReadonlyMap<string, Check>;
  readonly made: ReadonlyMap<string, Made>;
  readonly handled: ReadonlySet<number>;
  /** Leaves of whole modules that may be meant to stay as they are. */
  readonly aside: readonly (readonly number[])[];
  readonly clearings: ReadonlySet<Site>;
  /** There is an optimizer that is not followed. */
  readonly hasOpen: boolean;
  numberOf(site: Site): number;
}

export function reportOf(watched: Watched, run: Run): Training {
  const { made, handled, aside, hasOpen } = watched;
  const optimizers = watched.holders.filter(({ object }) => object !== null);
  const isHeld = (leaves: readonly number[]): boolean =>
    leaves.some((leaf) => optimizers.some(({ holds }) => holds.has(leaf)));
  return {
    optimizers: optimizers.map((holder) => optimizerOf(holder, run)),
    constructions: [...made.values()].map(({ holder: { className, site }, lists }) => ({
      className,
      wordSpan: site.wordSpan,
      lists: [...lists.values()],
    })),
    unregistered: watched.hidden.map((field) => unregisteredOf(field, optimizers)),
    frozenEdges: run.freezing.frozenEdges(),
    undoneFreezes: run.freezing.undone(),
    certainLeaves: certainLeaves(run),
    isUnderstood: !hasOpen && optimizers.every((holder) => !holder.isOpen && holder.object?.escaped !== true),
    accumulations: accumulationsIn(watched, run),
    lostGradients: lostGradientsIn(watched, run),
    handled: new Set([...handled, ...aside.filter((leaves) => !isHeld(leaves)).flat()]),
  };
}

function accumulationsIn({ passes, hasOpen, numberOf }: Watched, run: Run): readonly Accumulation[] {
  return bySite(passes).flatMap(([{ holder, site }, checks]) => {
    if (hasOpen || !isCertain(holder, run) || holder.steps.size === 0) return [];
    const number = numberOf(site);
    if (!checks.every(({ states, loops }) => isAdding(states, loops, number))) return [];
    const losses = [...new Set(checks.flatMap((check) => [...check.losses]))];
    const { span, wordSpan } = site;
    const steps = [...holder.steps].map(actOf);
    const by = holder.object === null ? "hand" : "optimizer";
    return [{ span, wordSpan, by, name: holder.site.name, losses, holds: holder.holds, steps }];
  });
}

function lostGradientsIn({ passes, steps, clearings, hasOpen, numberOf }: Watched, run: Run): readonly LostGradients[] {
  return bySite(steps).flatMap(([{ holder, site }, checks]) => {
    const number = onlyClearing(checks.map(({ states }) => states));
    const clearing = [...clearings].find((each) => numberOf(each) === number);
    if (hasOpen || !isCertain(holder, run) || clearing === undefined) return [];
    const own = bySite(passes).filter(([check]) => check.holder === holder);
    const spans = own.map(([check]) => check.site.wordSpan);
    return [{ clearing: actOf(clearing), step: actOf(site), passes: spans, holds: holder.holds }];
  });
}

/** One object, of which everything is known. */
function isCertain({ object, isOpen, holds }: Holder, { graph: { escaped, several } }: Run): boolean {
  if (isOpen || [...holds].some((node) => escaped.has(node))) return false;
  return object === null ? [...holds].every((node) => !several.has(node)) : object.single && !object.escaped;
}

/** Every way to this pass is the first in its loop, or comes around after a step that used the same pass. */
function isAdding(value: Value, loops: readonly number[], site: number): boolean {
  const states = statesOf(value) ?? [];
  const comesAround = ({ passes }: Progress): boolean =>
    passes.some((pass) => pass.site === site && pass.state === "applied");
  const isFirst = (progress: Progress): boolean =>
    progress.passes.length === 0 && progress.loops.some((loop) => loops.includes(loop));
  return states.some(comesAround) && states.every((progress) => comesAround(progress) || isFirst(progress));
}

/** The one place that cleared what no step had used, whatever way led here; null where there is another way. */
function onlyClearing(checks: readonly Value[]): number | null {
  const lost = checks.map((states) => statesOf(states)?.map((progress) => progress.lost) ?? [null]);
  const [only, ...others] = new Set(lost.flat());
  return others.length === 0 ? (only ?? null) : null;
}

/** One entry for each holder and place, with the checks of all contexts. */
function bySite(checks: ReadonlyMap<string, Check>): readonly (readonly [Check, readonly Check[]])[] {
  const groups: Check[][] = [];
  for (const check of checks.values()) {
    const group = groups.find(([first]) => first?.holder === check.holder && first.site === check.site);
    if (group === undefined) groups.push([check]);
    else group.push(check);
  }
  return groups.flatMap((group) => (group[0] === undefined ? [] : [[group[0], group] as const]));
}

function optimizerOf({ site, className, holds, steps, given, owner }: Holder, run: Run): Optimizer {
  const { name, span, wordSpan, indent } = site;
  const isVisible = ({ owner: declaring, constant, imported }: Variable): boolean =>
    declaring === owner && constant && imported === null;
  return {
    name,
    className,
    span,
    wordSpan,
    indent,
    holds,
    steps: [...steps].map((step) => step.wordSpan),
    given: given !== null && isInside(given.span, span) && isSpelledOut(given) ? given.span : null,
    visible: new Set([...run.seen.keys()].filter(isVisible).map((variable) => variable.name)),
  };
}

/** An optimizer was given the parameters of the module, or the empty list of them. */
function unregisteredOf(
  { name, by, nodes, isOfModules, listings, site, member }: HiddenField,
  optimizers: readonly Holder[],
): UnregisteredField {
  const isGiven = ([listing, found]: readonly [Site, ReadonlySet<number>]): boolean =>
    optimizers.some(({ holds, given }) =>
      found.size === 0 ? given === listing : [...found].some((node) => holds.has(node)),
    );
  return {
    name,
    by,
    span: site.wordSpan,
    holds: nodes,
    isOfModules,
    isAskedFor: [...listings].some(isGiven),
    wrapping: member?.wrapping ?? null,
  };
}

function isInside(inner: SourceSpan, outer: SourceSpan): boolean {
  const isAfter = (a: SourceSpan["start"], b: SourceSpan["start"]): boolean =>
    a.line > b.line || (a.line === b.line && a.character >= b.character);
  return inner.uri === outer.uri && isAfter(inner.start, outer.start) && isAfter(outer.end, inner.end);
}

/** Its span begins with what the method is called on. */
function isSpelledOut({ span, wordSpan }: Site): boolean {
  return span.start.line === wordSpan.start.line && span.start.character < wordSpan.start.character;
}

/** `requiresGrad` is true from the start, and nobody sets it. */
function certainLeaves({ graph }: Run): ReadonlySet<number> {
  const certain = [...graph.creations.values()].filter(({ frozen }) => !frozen);
  return new Set(certain.flatMap(({ nodes }) => [...nodes].flatMap(([node, sure]) => (sure === "yes" ? [node] : []))));
}

function actOf({ span, wordSpan, receiver, statement, indent }: Site): Act {
  return { span, wordSpan, receiver, statement, indent };
}
