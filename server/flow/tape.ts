/**
 * What certainly happens on the tape: which ops are recorded from which inputs, what they save for the way back, and
 * which of it a pass has freed or a change in place has overwritten. Everything else in the flow graph says what may
 * be; this says what must be, so whatever is not certain is left out here.
 *
 *     const h = x.mul(w);            // h: recorded, saves x and w
 *     h.sum().backward();            // frees what h saved
 *     h.mean().backward();           // walks through h again: it throws
 *
 * The state of a record is a cell of the store, so branches and loops join it like any variable.
 */
import { ClearedGradients } from "./cleared-gradients.js";
import type { Site } from "./code.js";
import type { Death, DoomedPass, LeafChange, LeafSite, TapeFacts } from "./flow-graph.js";
import type { CellId } from "./store.js";
import type { Place, Run } from "./run.js";
import { literal, merge, nothing, type Value } from "./value.js";
import { Verdicts } from "./verdicts.js";

/** What is certain about the record of an op, in every evaluation of it. */
interface Recorded {
  readonly cell: CellId;
  readonly op: string;
  readonly name: string | null;
  /** Inputs that it is certainly linked to. */
  links: ReadonlySet<number>;
  /** Tensors whose values it certainly saved, possibly its own. */
  saved: ReadonlySet<number>;
  keeps: boolean;
  /** Leaves whose requiring a gradient makes it certain that this is recorded. */
  readonly witnesses: Set<number>;
}

/** What an op's evaluation adds to the above. */
export interface Recording {
  readonly node: number;
  readonly op: string;
  readonly links: ReadonlySet<number>;
  readonly saved: ReadonlySet<number>;
  readonly keeps: boolean;
}

/** A pass that certainly throws, because of each of these. */
interface Doom {
  readonly deaths: ReadonlySet<Death>;
  readonly relied: ReadonlySet<number>;
}

const alive = literal("alive");

/** What a pass reaches beyond so many records is not followed: the ways to all of them grow with the square. */
const mostVisited = 400;

export class Tape {
  /** For each `backward()`: whether it certainly throws. */
  readonly passes = new Verdicts<Doom>();
  /** Held by something that outlives the iteration that made them, so an older one may be meant. */
  private readonly held = new Set<number>();
  /** Held so, by a variable that takes each of them as it is made, and nothing else. */
  private readonly carried = new Set<number>();
  private readonly records = new Map<number, Recorded>();
  /** Those that stand for one tensor in any run. */
  private readonly singles = new Set<number>();
  /** The ops that may have saved a tensor. */
  private readonly savers = new Map<number, Set<number>>();
  private readonly deaths = new Map<string, Death>();
  /** What each record's death was concluded from. */
  private readonly grounds = new Map<string, Set<number>>();
  /** The loops around the current point that are walked as they go on after their first iteration. */
  private readonly laterWalks: { readonly loop: object; readonly heads: ReadonlyMap<number, Value> }[] = [];
  /** For each change in place: the leaves that it certainly changes while ops are recorded. */
  readonly leafChanges = new Verdicts<{ readonly op: string; readonly leaves: readonly number[] }>();
  /** How many passes were walked; tells whether a loop has one. */
  passCount = 0;
  /** The op that was evaluated last, if nothing was read since. */
  justMade: number | null = null;
  /** What the method that is being called was called on, with everything else that it may be. */
  private receiver: Value = nothing;

  readonly cleared: ClearedGradients;

  constructor(private readonly run: Run) {
    this.cleared = new ClearedGradients(run);
  }

  calledOn(receiver: Value): void {
    this.receiver = receiver;
    // What is left once the rest is excluded may be from an earlier iteration.
    if (!this.isOnly(receiver)) this.hold(receiver);
  }

  /** These tensors are all that the present receiver may be. */
  isOnly({ tensors }: Pick<Value, "tensors">, orNullish: "or nullish" | "strictly" = "strictly"): boolean {
    const { primitives, objects, hosts, unknown, tensors: all } = this.receiver;
    const isNullish = (each: unknown): boolean => each === null || each === undefined;
    const others =
      primitives === "any" ? null : primitives.filter((each) => orNullish === "strictly" || !isNullish(each));
    return !unknown && objects.length + hosts.length === 0 && others?.length === 0 && all.length === tensors.length;
  }

  /** The leaves that make it certain that this tensor requires a gradient; none where it is not. */
  witnessesOf(id: number): ReadonlySet<number> {
    const made = this.records.get(id);
    if (made !== undefined) return made.witnesses;
    return this.isCertainLeaf(id) ? new Set([id]) : new Set();
  }

  /** Made with `requiresGrad`, and nobody switches it off or could do so unseen. */
  isCertainLeaf(id: number): boolean {
    const { graph } = this.run;
    const creation = graph.creationOf.get(id);
    return creation?.nodes.get(id) === "yes" && !creation.frozen && !graph.escaped.has(id);
  }

  /** A tensor was made here. */
  made(node: number, { frame }: Place): void {
    if (!frame.multiple && frame.loopDepth === 0) this.singles.add(node);
  }

  /** An op was evaluated and certainly recorded. */
  record({ node, op, links, saved, keeps }: Recording, { site }: Place): void {
    const { run } = this;
    const known = this.records.get(node);
    const made: Recorded = known ?? {
      cell: run.stateCell(),
      op,
      name: site.name,
      links,
      saved,
      keeps,
      witnesses: new Set(),
    };
    made.links = intersection(made.links, links);
    made.saved = intersection(made.saved, saved);
    made.keeps &&= keeps;
    for (const id of links) for (const leaf of this.witnessesOf(id)) made.witnesses.add(leaf);
    if (made.links.size === 0) made.witnesses.clear();
    for (const id of saved) {
      const savers = this.savers.get(id);
      if (savers === undefined) this.savers.set(id, new Set([node]));
      else savers.add(node);
    }
    if (known === undefined) this.records.set(node, made);
    run.write(made.cell, this.inherited(node, links) ?? alive);
  }

  /** An op was evaluated that is not certain to be recorded. */
  forget(node: number): void {
    const made = this.records.get(node);
    if (made === undefined) return;
    made.links = new Set();
    made.saved = new Set();
    made.keeps = false;
    made.witnesses.clear();
    this.run.write(made.cell, alive);
  }

  /** A pass frees what it walks through, unless it is told to keep it. */
  pass(
    site: Site,
    starts: readonly number[],
    certainty: "exact" | "unsure",
    graph: "frees" | "keeps" | "unknown",
  ): void {
    this.passCount++;
    const isKnown = certainty === "exact" && graph !== "unknown";
    const found = isKnown ? starts.map((id) => this.doomOf(id)) : [null];
    this.say(site, found.length === 0 || found.includes(null) ? null : joined(found));
    const [only, ...others] = starts;
    if (isKnown && graph === "frees" && only !== undefined && others.length === 0) this.free(only, site);
  }

  /** A value was certainly changed in place: ops that saved it find it changed. */
  overwrite(id: number, site: Site, twin: string | null): void {
    for (const node of this.savers.get(id) ?? []) {
      const made = this.records.get(node);
      const isMade = made !== undefined && this.run.read(made.cell) !== undefined;
      if (!isMade || !made.saved.has(id) || this.deadState(node) !== null) continue;
      this.run.write(made.cell, this.die(node, site, { kind: "overwritten", twin }, node, [node, id]));
    }
  }

  /** A long-lived place takes these values. */
  hold(value: Value): void {
    for (const id of value.tensors) this.held.add(id);
  }

  /** A variable takes a value; `outlives` says whether it lives on into the next iteration. */
  assigned(value: Value, lives: "on" | "within"): void {
    const [only, ...others] = value.tensors;
    const isFresh = only !== undefined && others.length === 0 && only === this.justMade;
    if (lives === "within") return;
    if (isFresh) this.carried.add(only);
    else this.hold(value);
  }

  /** Walks the body of a loop once more as its later iterations begin. */
  walkLater(loop: object, body: () => unknown): void {
    const heads = new Map<number, Value>();
    for (const id of this.carried) heads.set(id, this.deadState(id) ?? nothing);
    this.laterWalks.push({ loop, heads });
    body();
    this.laterWalks.pop();
  }

  /** What is certain at the end of the walk. */
  facts(leafSites: readonly LeafSite[]): TapeFacts {
    return {
      doomedPasses: this.doomedPasses(),
      leafChanges: this.certainLeafChanges(leafSites),
      gradOwners: new Set([...this.run.graph.gradOwners, ...this.run.graph.escaped]),
      recorded: new Set([...this.records.keys()].filter((id) => this.isRecorded(id))),
    };
  }

  private doomedPasses(): readonly DoomedPass[] {
    return this.passes.certain().flatMap(({ site, when, facts }) => {
      const [death] = facts.flatMap((fact) => [...fact.deaths]);
      const isSound = facts.every(({ relied }) => [...relied].every((id) => this.isSound(id)));
      return death === undefined || !isSound ? [] : [{ site, when, because: death }];
    });
  }

  private certainLeafChanges(leafSites: readonly LeafSite[]): readonly LeafChange[] {
    return this.leafChanges.certain().flatMap(({ site, when, facts }) => {
      const ids = facts.flatMap((fact) => [...fact.leaves]);
      if (when !== "always" || !ids.every((id) => this.isCertainLeaf(id))) return [];
      const leaves = leafSites.filter(({ nodes }) => ids.some((id) => nodes.includes(id)));
      return [{ site, op: facts[0]?.op ?? "", leaves }];
    });
  }

  private say(site: Site, verdict: Doom | null): void {
    this.passes.say(
      site,
      verdict,
      this.laterWalks.map(({ loop }) => loop),
    );
  }

  /** Nothing was found out later in the walk that takes the ground from under a conclusion. */
  private isSound(id: number): boolean {
    const made = this.records.get(id);
    const isExact = this.singles.has(id) || !this.held.has(id);
    return isExact && (made === undefined || this.isRecorded(id));
  }

  private isRecorded(id: number): boolean {
    const witnesses = [...(this.records.get(id)?.witnesses ?? [])];
    return witnesses.length > 0 && witnesses.every((leaf) => this.isCertainLeaf(leaf));
  }

  /** Whoever is computed from a dead record cannot be walked back either. */
  private inherited(node: number, links: ReadonlySet<number>): Value | null {
    for (const id of links) {
      const state = this.deadState(id);
      if (state === null) continue;
      for (const key of keysIn(state)) this.ground(node, key, [node, id, ...this.groundsOf(id, key)]);
      return state;
    }
    return null;
  }

  private doomOf(start: number): Doom | null {
    const visited = this.waysFrom(start);
    for (const id of visited.keys()) {
      const state = this.deadState(id);
      if (state === null) continue;
      const deaths = new Set(keysIn(state).flatMap((key) => this.deaths.get(key) ?? []));
      const grounds = keysIn(state).flatMap((key) => [...this.groundsOf(id, key)]);
      return { deaths, relied: new Set([...wayOf(id, visited), ...grounds]) };
    }
    return null;
  }

  private free(start: number, site: Site): void {
    const toStart = this.waysFrom(start);
    const keepers = [...toStart.keys()].filter((id) => this.records.get(id)?.keeps === true);
    const [keeper] = keepers;
    if (keeper === undefined) return;
    for (const [id, toKeeper] of this.waysTo(keepers, toStart)) {
      const record = this.records.get(id);
      if (record === undefined || this.deadState(id) !== null) continue;
      const grounds = [...wayOf(id, toStart), ...toKeeper];
      this.run.write(record.cell, this.die(id, site, { kind: "freed", twin: null }, keeper, grounds));
    }
  }

  private die(
    node: number,
    site: Site,
    how: Pick<Death, "kind" | "twin">,
    saver: number,
    grounds: Iterable<number>,
  ): Value {
    const key = `${how.kind} ${this.run.keyOf(site)}`;
    const { op, name } = this.records.get(saver) ?? { op: "", name: null };
    if (!this.deaths.has(key))
      this.deaths.set(key, { ...how, site, op, name, made: this.singles.has(saver) ? "once" : "repeatedly" });
    this.ground(node, key, grounds);
    return literal(key);
  }

  private ground(node: number, key: string, grounds: Iterable<number>): void {
    const known = this.grounds.get(`${node} ${key}`) ?? new Set<number>();
    for (const id of grounds) known.add(id);
    this.grounds.set(`${node} ${key}`, known);
  }

  private groundsOf(node: number, key: string): ReadonlySet<number> {
    return this.grounds.get(`${node} ${key}`) ?? new Set();
  }

  /** Its state, if it is dead on every way to this point on which it was made. */
  private deadState(id: number): Value | null {
    const made = this.records.get(id);
    const state = made === undefined ? undefined : this.run.read(made.cell);
    if (made === undefined || state === undefined || state.primitives === "any") return null;
    const known = state.primitives.filter((key) => key !== undefined);
    if (known.length === 0 || !known.every((key) => this.deaths.has(String(key)))) return null;
    // A variable that is carried around may still hold the one before: then both must be dead.
    const later = this.laterWalks.at(-1);
    const head = later?.heads.get(id);
    if (!this.singles.has(id) && this.carried.has(id) && later !== undefined && head === nothing) return null;
    return known.map((key) => literal(key)).reduce(merge, nothing);
  }

  /** Every record that a walk from here certainly visits, with the one that it comes from on a shortest way. */
  private waysFrom(start: number): ReadonlyMap<number, number> {
    const from = new Map([[start, start]]);
    // The map grows while it is walked.
    for (const id of from.keys()) {
      if (from.size > mostVisited) break;
      for (const input of this.records.get(id)?.links ?? []) if (!from.has(input)) from.set(input, id);
    }
    return from;
  }

  /** Of those visited, every one that leads to one of these, with a shortest way there. */
  private waysTo(
    ends: readonly number[],
    visited: ReadonlyMap<number, number>,
  ): ReadonlyMap<number, readonly number[]> {
    const takers = new Map<number, number[]>();
    for (const id of visited.keys()) {
      for (const input of this.records.get(id)?.links ?? []) {
        const known = takers.get(input);
        if (known === undefined) takers.set(input, [id]);
        else known.push(id);
      }
    }
    const ways = new Map<number, readonly number[]>(ends.map((id) => [id, [id]]));
    for (const [id, way] of ways)
      for (const taker of takers.get(id) ?? []) if (!ways.has(taker)) ways.set(taker, [taker, ...way]);
    return ways;
  }
}

/** From the end of a way back to its start, both included. */
function wayOf(end: number, from: ReadonlyMap<number, number>): readonly number[] {
  const way = [end];
  for (let id = from.get(end); id !== undefined && id !== way.at(-1); id = from.get(id)) way.push(id);
  return way;
}

function keysIn({ primitives }: Value): readonly string[] {
  return primitives === "any" ? [] : primitives.map(String);
}

function joined(found: readonly (Doom | null)[]): Doom {
  const all = found.flatMap((each) => (each === null ? [] : [each]));
  return {
    deaths: new Set(all.flatMap(({ deaths }) => [...deaths])),
    relied: new Set(all.flatMap(({ relied }) => [...relied])),
  };
}

function intersection(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> {
  const isWithin = [...a].every((id) => b.has(id));
  return isWithin ? a : new Set([...a].filter((id) => b.has(id)));
}
