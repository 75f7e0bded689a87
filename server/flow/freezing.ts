/**
 * Which leaves are frozen at each point of the walk. A leaf whose `requiresGrad` is ever set has a cell in the store:
 * on, or off since a place. A loop over all of a list is one write to each of them.
 *
 *     for (const p of body.parameters()) p.requiresGrad = false;    // off here, each of them
 *     body.forward(x);                                              // the freeze has had its effect
 *     body.requiresGrad_(true);                                     // on
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { Site } from "./code.js";
import { knownElements } from "./containers.js";
import type { Frame } from "./frame.js";
import type { Place, Run } from "./run.js";
import type { CellId } from "./store.js";
import type { FrozenEdge, UndoneFreeze } from "./training.js";
import { literal, merge, nothing, tensorValue, type Truth, type Value } from "./value.js";

/** Leaves that are meant together: those that it may be, and of them those that it is for certain. */
export interface Leaves {
  readonly maybe: readonly number[];
  readonly certain: ReadonlySet<number>;
}

/** A loop over a list whose body is walked for all elements at once. */
interface Each extends Leaves {
  readonly frame: Frame;
  /** Where its body stands: so many branches deep, after so many jumps. */
  readonly level: number;
  readonly jumps: number;
  /** The states when the loop begins. */
  readonly before: ReadonlyMap<number, readonly (Site | null)[]>;
}

interface Thaw {
  readonly site: Site;
  readonly leaves: Map<number, (Site | null)[]>;
}

const on = literal("on");
/** Off since a place that is not known any more. */
const unknownFreeze = "off -1";

export class Freezing {
  private readonly cells = new Map<number, CellId>();
  /** The freezes that nothing has used so far, as a state of the walk. */
  private idle: CellId | null = null;
  private readonly sites: Site[] = [];
  private readonly thaws = new Map<string, Thaw>();
  private readonly frozen = new Map<string, FrozenEdge>();
  private readonly thawed = new Set<string>();
  private readonly lists = new Map<number, Leaves>();
  private readonly loops: Each[] = [];

  constructor(private readonly run: Run) {}

  /** The program is walked once more, now with everything that is known. */
  beginRound(): void {
    this.thaws.clear();
    this.frozen.clear();
    this.thawed.clear();
  }

  /** A leaf is made. */
  made(leaf: number): void {
    if (this.cells.has(leaf)) this.write(leaf, on, this.run.graph.several.has(leaf) ? "maybe" : "certain");
  }

  /** An array whose elements are these leaves, each once. */
  list(array: Value, leaves: Leaves): void {
    for (const object of array.objects) this.lists.set(object, leaves);
  }

  /** Each element of a list on its own, where all of them are certain. */
  elementsIn(list: Value): readonly Value[] | null {
    const { maybe, certain } = this.leavesIn(list);
    return certain.size > 0 && certain.size === maybe.length ? maybe.map((leaf) => tensorValue(leaf)) : null;
  }

  /** A loop over it runs at least once. */
  isFilled(list: Value): boolean {
    return this.leavesIn(list).certain.size > 0;
  }

  /** A loop over a list begins. */
  enter(list: Value, frame: Frame): void {
    const leaves = this.leavesIn(list);
    const before = new Map([...leaves.certain].map((leaf) => [leaf, this.freshAt(leaf)] as const));
    this.loops.push({ ...leaves, frame, level: this.run.store.level + 1, before, jumps: jumpsIn(frame) });
  }

  leave(): void {
    this.loops.pop();
  }

  /** `leaf.requiresGrad = …`, where the leaf is one of these. */
  set(maybe: readonly number[], certainty: "certain" | "maybe", isOn: Truth, place: Place): void {
    const each = this.eachOf(maybe, place);
    const [only, ...others] = maybe;
    const isOne = only !== undefined && others.length === 0 && !this.run.graph.several.has(only);
    if (certainty === "certain" && each !== null) this.setAll(each, isOn, place, each.before);
    else this.setAll({ maybe, certain: new Set(certainty === "certain" && isOne ? maybe : []) }, isOn, place);
  }

  /** All of these for certain, and perhaps the others. */
  setAll({ maybe, certain }: Leaves, isOn: Truth, place: Place, before: Each["before"] = new Map()): void {
    if (isOn === "yes") this.noteThaw({ maybe, certain }, before, place);
    const off = literal(`off ${this.numberOf(place.site)}`);
    const to = isOn === "yes" ? on : isOn === "no" ? off : merge(on, off);
    for (const leaf of maybe) {
      const after = isOn === "no" ? this.frozenAgain(leaf, off) : to;
      this.write(leaf, after, certain.has(leaf) ? "certain" : "maybe");
    }
    if (isOn === "no") this.beginIdle(place.site);
  }

  /** Something is computed, or a gradient is sent: every freeze so far has had its effect. */
  work(): void {
    if (this.idle !== null) this.run.write(this.idle, literal(""));
  }

  /** The program asks whether these are frozen. */
  look(leaves: readonly number[]): void {
    if (leaves.some((leaf) => this.cells.has(leaf))) this.work();
  }

  /** A leaf is changed in place: it may now carry what was written into it. */
  disturb(leaf: number): void {
    if (this.cells.has(leaf)) this.write(leaf, on, "maybe");
  }

  /** An op takes a leaf. */
  take(from: number, to: number): void {
    if (this.cells.size === 0 || !this.run.graph.creationOf.has(from)) return;
    const key = `${from}>${to}`;
    const sites = this.frozenAt(from);
    if (sites === null) this.thawed.add(key);
    else this.frozen.set(key, { from, to, freezes: spansOf([...sites]) });
  }

  /** Edges from leaves that are frozen whenever the walk comes by. */
  frozenEdges(): readonly FrozenEdge[] {
    return [...this.frozen].flatMap(([key, edge]) => (this.thawed.has(key) ? [] : [edge]));
  }

  /** Freezes that are undone before they had an effect, in whatever way the walk comes there. */
  undone(): readonly UndoneFreeze[] {
    const { escaped } = this.run.graph;
    const places = new Set([...this.thaws.values()].map(({ site }) => site));
    return [...places].flatMap((place) => {
      const thaws = [...this.thaws.values()].filter(({ site }) => site === place);
      const common = [...(thaws[0]?.leaves.keys() ?? [])].filter((leaf) => !escaped.has(leaf));
      const undone = common.flatMap((leaf) => {
        const sites = thaws.flatMap(({ leaves }) => leaves.get(leaf) ?? [null]);
        const freezes = sites.filter((site) => site !== null);
        return freezes.length === sites.length ? [{ leaf, freezes }] : [];
      });
      if (undone.length === 0) return [];
      const freezes = spansOf(undone.flatMap((each) => each.freezes));
      return [{ wordSpan: place.wordSpan, leaves: undone.map(({ leaf }) => leaf), freezes }];
    });
  }

  private leavesIn(list: Value): Leaves {
    const [only, ...others] = this.run.objectsOf(list);
    if (only === undefined || others.length > 0 || list.unknown || only.escaped)
      return { maybe: [], certain: new Set() };
    const listed = this.lists.get(only.id);
    if (listed !== undefined) return listed;
    const elements = knownElements(only, this.run) ?? [];
    const { graph } = this.run;
    const leaves = elements.flatMap((element) => {
      const [leaf] = element.tensors;
      return leaf !== undefined && isOneTensor(element) ? [leaf] : [];
    });
    const isWhole = leaves.length === elements.length;
    const certain = leaves.filter((leaf) => isWhole && graph.creationOf.has(leaf) && !graph.several.has(leaf));
    return { maybe: [...new Set(leaves)].sort((a, b) => a - b), certain: new Set(certain) };
  }

  /** The loop whose element this is, where nothing decides whether the body comes here. */
  private eachOf(leaves: readonly number[], { frame }: Place): Each | null {
    const each = this.loops.at(-1);
    const isIts = each?.frame === frame && each.level === this.run.store.level && each.jumps === jumpsIn(frame);
    return isIts && each.maybe.join() === leaves.join() ? each : null;
  }

  /** What is frozen already stays frozen where it was. */
  private frozenAgain(leaf: number, off: Value): Value {
    const { primitives } = this.stateOf(leaf);
    if (primitives === "any") return merge(off, literal(unknownFreeze));
    const earlier = primitives.filter((state) => numberIn(state) !== null);
    const isFrozen = primitives.length > 0 && earlier.length === primitives.length;
    return earlier.map(literal).reduce(merge, isFrozen ? nothing : off);
  }

  private noteThaw({ maybe, certain }: Leaves, before: Each["before"], { frame, key, site }: Place): void {
    const name = `${frame.id}/${key}`;
    const thaw = this.thaws.get(name) ?? { site, leaves: new Map<number, (Site | null)[]>() };
    for (const leaf of new Set([...maybe, ...certain])) {
      const fresh = certain.has(leaf) ? (before.get(leaf) ?? this.freshAt(leaf)) : [null];
      thaw.leaves.set(leaf, [...(thaw.leaves.get(leaf) ?? []), ...fresh]);
    }
    this.thaws.set(name, thaw);
  }

  /** Where it was frozen since the last thing that was computed; null for any other way. */
  private freshAt(leaf: number): readonly (Site | null)[] {
    const { primitives } = this.stateOf(leaf);
    const idle = this.idle === null ? nothing : (this.run.read(this.idle) ?? nothing);
    if (primitives === "any" || primitives.length === 0) return [null];
    if (idle.primitives === "any" || idle.primitives.length === 0) return [null];
    const states = idle.primitives.map((state) => (typeof state === "string" ? state.split(",") : []));
    return primitives.map((state) => {
      const number = numberIn(state);
      const isIdle = number !== null && states.every((numbers) => numbers.includes(String(number)));
      return isIdle ? (this.sites[number] ?? null) : null;
    });
  }

  private frozenAt(leaf: number): ReadonlySet<Site> | null {
    const { primitives } = this.stateOf(leaf);
    if (primitives === "any" || primitives.length === 0) return null;
    const sites = primitives.map((state) => this.sites[numberIn(state) ?? -1]);
    const known = sites.filter((site) => site !== undefined);
    return known.length === sites.length ? new Set(known) : null;
  }

  private stateOf(leaf: number): Value {
    const cell = this.cells.get(leaf);
    return cell === undefined ? nothing : (this.run.read(cell) ?? nothing);
  }

  private write(leaf: number, state: Value, certainty: "certain" | "maybe"): void {
    const known = this.cells.get(leaf);
    const cell = known ?? this.run.stateCell();
    if (known === undefined) {
      this.cells.set(leaf, cell);
      this.run.growth++;
    }
    this.run.write(cell, certainty === "certain" ? state : merge(merge(this.stateOf(leaf), state), on));
  }

  private beginIdle(site: Site): void {
    this.idle ??= this.run.stateCell();
    const number = String(this.numberOf(site));
    const { primitives } = this.run.read(this.idle) ?? literal("");
    const states = primitives === "any" ? [] : primitives.filter((state) => typeof state === "string");
    const after = states.map((state) =>
      literal([...new Set([...state.split(","), number])].filter(Boolean).sort().join()),
    );
    this.run.write(this.idle, after.length === 0 ? literal("") : after.reduce(merge));
  }

  private numberOf(site: Site): number {
    const known = this.sites.indexOf(site);
    return known === -1 ? this.sites.push(site) - 1 : known;
  }
}

function isOneTensor({ tensors, objects, hosts, primitives, unknown }: Value): boolean {
  return tensors.length === 1 && !unknown && objects.length + hosts.length + primitives.length === 0;
}

/** "off 3" */
function numberIn(state: unknown): number | null {
  return typeof state === "string" && state.startsWith("off ") ? Number(state.slice(4)) : null;
}

function jumpsIn({ targets }: Frame): number {
  return targets.reduce((sum, { breaks, continues }) => sum + breaks.length + continues.length, 0);
}

function spansOf(sites: readonly Site[]): readonly SourceSpan[] {
  return [...new Set(sites)].map(({ wordSpan }) => wordSpan);
}
