/**
 * Watches a walk for what it does to gradients: an optimizer is made, a pass is made, a step is taken, gradients are
 * cleared, a loop goes around. Each optimizer, and each leaf that is updated by hand, holds leaves and has a cell in
 * the store that says how far it is (`progress.ts`). What is not certain only ever adds states.
 */
import type { FunctionCode, Site } from "./code.js";
import { certainElements, holdsOf } from "./held.js";
import type { AbstractObject } from "./objects.js";
import {
  afterClearing,
  afterEntering,
  afterIteration,
  afterPass,
  afterStep,
  changed,
  noProgress,
  progressValue,
  type Progress,
} from "./progress.js";
import { argumentAt, type Arguments, type Place, type Run } from "./run.js";
import type { CellId, Writes } from "./store.js";
import {
  reportOf,
  type Check,
  type Elements,
  type FieldMember,
  type FieldPlace,
  type HiddenField,
  type Holder,
  type Made,
} from "./training-report.js";
import type { Hidden } from "./unregistered.js";
import type { Training } from "./training.js";
import type { Turns } from "./turns.js";
import { merge, nothing, truthOf, type Value } from "./value.js";

export class TrainingBuilder {
  private readonly holders = new Map<AbstractObject | number, Holder>();
  private readonly made = new Map<string, Made>();
  private readonly handled = new Set<number>();
  private readonly aside: (readonly number[])[] = [];
  private readonly passes = new Map<string, Check>();
  private readonly steps = new Map<string, Check>();
  /** Names of loops and places in the states of the cells. */
  private readonly numbers = new Map<object, number>();
  /** Made by `parameters()`, by the array that it gave. */
  private readonly fields = new Map<CellId, FieldPlace>();
  private readonly hidden = new Map<Site, HiddenField>();
  private readonly listings = new Map<AbstractObject, Site>();
  private readonly clearings = new Set<Site>();
  /** Loops that do not go around. */
  private readonly once = new Set<number>();
  private loops: readonly number[] = [];
  private isOpen = false;

  constructor(private readonly run: Run) {}

  /** The program is walked once more, now with everything that is known: what was seen before does not count. */
  beginRound(): void {
    this.passes.clear();
    this.steps.clear();
    this.made.clear();
    this.hidden.clear();
    this.run.freezing.beginRound();
    this.aside.length = 0;
  }

  /** `new optim.SGD(parameters, options)` */
  make(object: AbstractObject, className: string, args: Arguments, { site, frame, key }: Place): void {
    const { run } = this;
    const holder = this.holder(object, className, site, frame.code);
    const given = argumentAt(args, 0);
    this.hold(holder, given);
    if (args.values.length === 0) holder.isOpen = true;
    const [array, ...others] = run.objectsOf(given);
    holder.given = array !== undefined && others.length === 0 ? (this.listings.get(array) ?? null) : null;
    run.write(holder.cell, progressValue(noProgress));
    const name = `${frame.id}/${key}`;
    const made = this.made.get(name) ?? { holder, lists: new Map<string, Elements>() };
    const elements = certainElements(given, run);
    made.lists.set(JSON.stringify(elements), elements);
    this.made.set(name, made);
  }

  /** More leaves, or those that it has by now. */
  hold(holder: Holder, given: Value): void {
    const { tensors, unknown } = holdsOf(given, this.run);
    for (const node of tensors) holder.holds.add(node);
    if (unknown) holder.isOpen = true;
  }

  holderOf(object: AbstractObject): Holder | null {
    return this.holders.get(object) ?? null;
  }

  /** A class of the program that is an optimizer of the library: what it holds and when it steps is not followed. */
  open(): void {
    this.isOpen = true;
  }

  /** An array that `parameters()` gave, with what is in it and what the modules hide from it. */
  list(array: Value, found: readonly number[], hidden: readonly Hidden[], { site }: Place): void {
    for (const object of this.run.objectsOf(array)) this.listings.set(object, site);
    for (const { cell, nodes, ...facts } of hidden) {
      const place = this.fields.get(cell);
      if (place === undefined) continue;
      const known = this.hidden.get(place.site) ?? { ...place, ...facts, nodes: new Set(), listings: new Map() };
      for (const node of nodes) known.nodes.add(node);
      known.listings.set(site, new Set([...(known.listings.get(site) ?? []), ...found]));
      this.hidden.set(place.site, known);
    }
  }

  /** Where the source names a field of an object. */
  nameField(cell: CellId, site: Site, member: FieldMember | null): void {
    if (!this.fields.has(cell)) this.fields.set(cell, { site, member });
  }

  /** `optimizer.step()` */
  step(holder: Holder, place: Place): void {
    holder.steps.add(place.site);
    const states = this.run.read(holder.cell);
    if (states === undefined) return;
    this.check(this.steps, holder, states, [], place);
    this.change(holder, "certain", afterStep);
  }

  /** A gradient is used to change a leaf in place. */
  stepByHand(leaf: number, certainty: "certain" | "maybe", place: Place): void {
    const creation = this.run.graph.creationOf.get(leaf);
    if (creation === undefined) return;
    if (!this.holders.has(leaf)) this.run.growth++;
    const holder = this.holder(leaf, "", creation.site, place.frame.code);
    holder.holds.add(leaf);
    holder.steps.add(place.site);
    this.change(holder, certainty, afterStep);
  }

  /** `loss.backward()`; with `inputs` or the like it is not certain who receives. */
  pass(losses: Value, certainty: "certain" | "maybe", place: Place): void {
    const site = this.numberOf(place.site);
    const reached = this.holders.size === 0 ? new Set<number>() : this.reachedFrom(losses.tensors);
    for (const holder of this.holders.values()) {
      const states = this.run.read(holder.cell);
      if (states === undefined || ![...holder.holds].some((node) => reached.has(node))) continue;
      this.check(this.passes, holder, states, losses.tensors, place);
      this.change(holder, "certain", (progress) => afterPass(progress, site));
      if (certainty === "maybe") this.add(holder, noProgress);
    }
  }

  /** Gradients of these leaves are cleared for certain, and perhaps those of some others. */
  clear(certain: ReadonlySet<number>, maybe: ReadonlySet<number> | "any", { site }: Place): void {
    const number = this.numberOf(site);
    this.clearings.add(site);
    for (const holder of this.holders.values()) {
      if (this.run.read(holder.cell) === undefined) continue;
      const isAll = !holder.isOpen && holder.holds.size > 0 && [...holder.holds].every((node) => certain.has(node));
      if (isAll) this.change(holder, "certain", (progress) => afterClearing(progress, number));
      else if (maybe === "any" || [...holder.holds].some((node) => maybe.has(node) || certain.has(node)))
        this.add(holder, noProgress);
    }
  }

  /** `optimizer.zeroGrad()` clears whatever it holds. */
  clearOptimizer(holder: Holder, place: Place): void {
    const states = this.run.read(holder.cell);
    const number = this.numberOf(place.site);
    this.run.tape.cleared.clear(this.certainlyHeld(holder), place.site);
    this.clear(new Set(), holder.isOpen ? "any" : holder.holds, place);
    if (states === undefined) return;
    this.run.write(
      holder.cell,
      changed(states, (progress) => afterClearing(progress, number)),
    );
  }

  /** What it was given each time that it was made. */
  private certainlyHeld(holder: Holder): readonly number[] {
    const lists = [...this.made.values()].flatMap((made) => (made.holder === holder ? [...made.lists.values()] : []));
    const [first = [], ...others] = lists.map((list) => list.flatMap((each) => (each.length === 1 ? each : [])));
    return first.filter((id) => others.every((list) => list.includes(id)));
  }

  /** `leaf.grad = …`, or a change of that gradient in place. */
  setGradient(leaves: readonly number[], value: Value, certainty: "certain" | "maybe", place: Place): void {
    this.handle(leaves);
    const [only, ...others] = leaves;
    const isOne =
      certainty === "certain" && only !== undefined && others.length === 0 && !this.run.graph.several.has(only);
    const isCleared = truthOf(value) === "no";
    if (isCleared && isOne) this.clear(new Set([only]), new Set(), place);
    else this.clear(new Set(), new Set(leaves), place);
    if (isCleared) return;
    for (const holder of this.holders.values()) {
      const states = this.run.read(holder.cell);
      if (states === undefined || !leaves.some((leaf) => holder.holds.has(leaf))) continue;
      this.run.write(holder.cell, merge(states, progressValue(afterPass(noProgress, this.numberOf(place.site)))));
    }
  }

  /** The program does something with these leaves that only it understands. */
  handle(leaves: readonly number[]): void {
    for (const leaf of leaves) this.handled.add(leaf);
  }

  /** A whole module is set to evaluation, or its weights come from elsewhere: it may be meant to stay as it is. */
  setAside(leaves: readonly number[]): void {
    this.aside.push(leaves);
  }

  /** The place of a leaf makes another one: what an optimizer holds may be an earlier one. */
  renew(leaf: number): void {
    for (const holder of this.holders.values()) {
      const isMade = this.run.read(holder.cell) !== undefined || holder.object === null;
      if (holder.holds.has(leaf) && isMade) this.add(holder, noProgress);
    }
  }

  enterLoop(part: object, turns: Turns = "often"): number {
    const loop = this.numberOf(part);
    if (turns === "often") this.once.delete(loop);
    else this.once.add(loop);
    this.loops = [...this.loops, loop];
    for (const holder of this.holders.values())
      if (this.run.read(holder.cell) !== undefined)
        this.change(holder, "certain", (progress) => afterEntering(progress, loop));
    return loop;
  }

  leaveLoop(): void {
    this.loops = this.loops.slice(0, -1);
  }

  /** What goes around a loop: an iteration without a pass is remembered. */
  goAround(writes: Writes, loop: number): Writes {
    const around = new Map(writes);
    for (const { cell } of this.holders.values()) {
      const states = writes.get(cell);
      if (states === undefined) continue;
      const after = changed(states, (progress) => afterIteration(progress, loop));
      around.set(cell, this.once.has(loop) ? merge(after, progressValue(noProgress)) : after);
    }
    return around;
  }

  finish(): Training {
    const { run, passes, steps, made, handled, aside, clearings } = this;
    const holders = [...this.holders.values()];
    const hidden = [...this.hidden.values()];
    const hasOpen = this.isOpen;
    const numberOf = (site: Site): number => this.numberOf(site);
    return reportOf({ holders, hidden, passes, steps, made, handled, aside, clearings, hasOpen, numberOf }, run);
  }

  private holder(key: AbstractObject | number, className: string, site: Site, owner: FunctionCode): Holder {
    const known = this.holders.get(key);
    if (known !== undefined) return known;
    const object = typeof key === "number" ? null : key;
    const cell = this.run.stateCell();
    const made = { object, className, site, cell, owner, holds: new Set<number>(), steps: new Set<Site>() };
    const holder: Holder = { ...made, given: null, isOpen: false };
    this.holders.set(key, holder);
    return holder;
  }

  private change(holder: Holder, certainty: "certain" | "maybe", change: (progress: Progress) => Progress): void {
    const states = this.run.read(holder.cell) ?? nothing;
    const after = changed(states, change);
    this.run.write(holder.cell, certainty === "certain" ? after : merge(states, after));
  }

  private add(holder: Holder, progress: Progress): void {
    this.run.write(holder.cell, merge(this.run.read(holder.cell) ?? nothing, progressValue(progress)));
  }

  private check(
    checks: Map<string, Check>,
    holder: Holder,
    states: Value,
    losses: readonly number[],
    { frame, key, site }: Place,
  ): void {
    const name = `${holder.cell}/${frame.id}/${key}`;
    const check = checks.get(name) ?? { holder, site, loops: this.loops, losses: new Set<number>(), states: nothing };
    check.states = merge(check.states, states);
    for (const node of losses) check.losses.add(node);
    checks.set(name, check);
  }

  /** Where a pass from these values may arrive; everything before them has been walked. */
  private reachedFrom(losses: readonly number[]): ReadonlySet<number> {
    const visited = new Set(losses);
    // The set grows while it is walked.
    for (const id of visited)
      for (const { from, kind } of this.run.graph.nodes[id]?.inputs ?? []) if (kind.kind !== "cut") visited.add(from);
    this.run.step(visited.size / 8);
    return visited;
  }

  private numberOf(part: object): number {
    const known = this.numbers.get(part);
    if (known !== undefined) return known;
    this.numbers.set(part, this.numbers.size);
    return this.numbers.size - 1;
  }
}
