/**
 * The state of one walk through a program: cells, objects, frames, and what has escaped. Everything in it but the
 * store only grows, and the walk is repeated until nothing does.
 */
import { Cells, type Cell, type Thread } from "./cells.js";
import type { ModuleCode, Site, Variable } from "./code.js";
import { exportsAt } from "./evaluate-module.js";
import { Callbacks } from "./callbacks.js";
import { Choices } from "./choices.js";
import { Freezing } from "./freezing.js";
import type { Frame, Mode } from "./frame.js";
import { GraphBuilder } from "./graph-builder.js";
import { Iterations } from "./iterations.js";
import type { Linked } from "./linked.js";
import type { Library } from "../libraries/library.js";
import { Generators, Promises } from "./pending.js";
import { isOwnKey, type AbstractObject, type ObjectShape } from "./objects.js";
import { Remarks } from "./remarks.js";
import type { CellId, Store } from "./store.js";
import { Tape } from "./tape.js";
import { TrainingBuilder } from "./training-builder.js";
import { noEnclosure, type Enclosure } from "./enclosure.js";
import { merge, nothing, undefinedValue, unknownValue, type Value } from "./value.js";

/** How a walk is done; a later plan is coarser and always cheaper. */
export interface Plan {
  /** Without order the program itself counts as a thread that runs many times at once. */
  readonly order: "threads" | "none";
  /** How many calls deep each call site has a context of its own. */
  readonly depth: number;
  readonly budget: number;
}

/** Thrown when the walk takes too long and must begin again under a coarser plan. */
export class Restart extends Error {}

export interface Escapee {
  readonly callable: AbstractObject;
  readonly self: Value;
}

const mostSeen = 1000;

export class Run {
  readonly graph = new GraphBuilder();
  readonly tape = new Tape(this);
  readonly iterations = new Iterations();
  readonly remarks = new Remarks();
  readonly choices = new Choices();
  readonly training = new TrainingBuilder(this);
  readonly freezing = new Freezing(this);
  readonly objects: AbstractObject[] = [];
  readonly escapees = new Map<string, Escapee>();
  /** What each variable was seen to hold, for the hover. */
  readonly seen = new Map<Variable, Value>();
  readonly mergedArguments = new Map<Frame, Value[]>();
  readonly mergedMore = new Map<Frame, Value>();
  readonly mergedResults = new Map<Frame, { value: Value; at: number }>();
  /** The activations around the current point, outermost first. */
  readonly stack: Frame[] = [];
  readonly active = new Set<Frame>();
  readonly generators = new Generators(() => this.growth++);
  readonly promises = new Promises();
  readonly callbacks = new Callbacks();
  /** How many `try`s of the current thread are around the current point. */
  tryDepth = 0;
  /** How many loops around the current point are walked round by round. */
  roundsNested = 0;
  /** Counts what certainly or perhaps throws because the program or unknown code says so. */
  throws = 0;
  /** Who catches what is thrown here, innermost last; null where nobody around does. */
  readonly catchers: ({ thrown: Value } | null)[] = [];
  /** Modules that are loaded while the program runs, by a dynamic import. */
  readonly late = new Set<ModuleCode>();
  /** Counts everything that later steps could read and that the store does not hold. */
  growth = 0;
  /** The site of a call whose promise is awaited on the spot. */
  awaited: Site | null = null;
  /** The optional chain that is being walked. */
  chain: { readonly mayEnd: boolean } = { mayEnd: false };
  patched: string | null = null;
  /** For libraries that record only inside functions given to them: which of those is running. */
  enclosure: Enclosure = noEnclosure;
  /** A module does not come to its end, so what follows elsewhere in it may not happen either. */
  endsEarly = false;
  private steps = 0;
  private readonly cells = new Cells(() => this.growth++);
  private readonly objectsByKey = new Map<string, AbstractObject>();
  private readonly framesByKey = new Map<string, Frame>();
  private readonly partKeys = new Map<object, string>();

  constructor(
    readonly linked: Linked,
    readonly plan: Plan,
  ) {}

  /** Counts the work; `steps` says how much where it is more than one. */
  step(steps = 1): void {
    this.steps += steps;
    if (this.steps > this.plan.budget) throw new Restart();
  }

  /** Who is walked. */
  get thread(): Thread {
    return this.cells.thread;
  }

  get store(): Store {
    return this.cells.store;
  }

  /** The writes inside each `try` around the current point. */
  get handlers(): Map<CellId, Value>[] {
    return this.cells.handlers;
  }

  /** The program starts from its beginning. */
  begin(): void {
    this.generators.begin();
    this.promises.begin();
    this.callbacks.begin();
    this.cells.begin(this.plan.order === "threads" ? "one" : "all");
  }

  /** Walks something that nobody waits for. */
  apart<T>(count: Thread["count"], body: (thread: Thread) => T, region = this.store.region): T {
    return this.uncaught(() => this.cells.apart(count, body, region));
  }

  /** What is thrown in here does not reach the handlers around. */
  uncaught<T>(body: () => T): T {
    const { tryDepth } = this;
    this.tryDepth = 0;
    this.catchers.push(null);
    const result = body();
    this.catchers.pop();
    this.tryDepth = tryDepth;
    return result;
  }

  /**
   * The promise is kept here. Inside a `try` it may as well be broken, and the walk goes on in the handler; in another
   * branch than the one that started it, what follows does not know whether it was awaited.
   */
  waitFor(promise: Value): void {
    if (this.tryDepth > 0) return;
    for (const thread of this.promises.threadsOf(promise))
      if (thread.region === this.store.region) this.cells.waitFor(thread);
  }

  /** All that the current thread does comes after the promise was kept. */
  startAfter(promise: Value): void {
    for (const thread of this.promises.threadsOf(promise)) this.cells.waitFor(thread);
  }

  /** Generators that were called after they had been asked. */
  askAgain(): void {
    for (let next = this.generators.next(); next !== null; next = this.generators.next()) {
      const asked = next;
      this.apart("all", () => this.generators.ask(asked));
    }
  }

  /** A short name for any part of the code, the same in every round. */
  keyOf(part: object): string {
    const known = this.partKeys.get(part);
    if (known !== undefined) return known;
    const key = String(this.partKeys.size);
    this.partKeys.set(part, key);
    return key;
  }

  frame(key: string, make: (id: number) => Omit<Frame, "id">): Frame {
    const known = this.framesByKey.get(key);
    if (known !== undefined) return known;
    const id = this.framesByKey.size;
    const frame: Frame = { id, ...make(id) };
    this.framesByKey.set(key, frame);
    return frame;
  }

  object(part: object, frame: Frame, shape: ObjectShape, tag = ""): AbstractObject {
    const single = !frame.multiple && frame.loopDepth === 0;
    return this.objectAt(`${frame.id}/${this.keyOf(part)}/${tag}`, shape, single);
  }

  objectAt(key: string, shape: ObjectShape, single: boolean): AbstractObject {
    const known = this.objectsByKey.get(key);
    if (known !== undefined) return known;
    const object: AbstractObject = { id: this.objects.length, shape, single, fields: new Map(), escaped: false };
    this.objects.push(object);
    this.objectsByKey.set(key, object);
    return object;
  }

  objectsOf(value: Value): readonly AbstractObject[] {
    const { objects } = value;
    if (objects.length === 0) return noObjects;
    this.countSet(value);
    const found: AbstractObject[] = [];
    for (const id of objects) {
      const object = this.objects[id];
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  cellOf(variable: Variable, frame: Frame): CellId {
    const known = frame.cells.get(variable);
    if (known !== undefined) return known;
    const { captured } = variable;
    const cell = this.cells.add({
      local: captured ? null : frame,
      weak: captured && (frame.multiple || variable.loops > 0),
      owner: null,
      initialized: true,
    });
    frame.cells.set(variable, cell);
    return cell;
  }

  fieldOf(object: AbstractObject, key: string): CellId {
    const known = object.fields.get(key);
    if (known !== undefined) return known;
    // Another thread may have looked for it before.
    if (this.cells.isConcurrent) this.growth++;
    return this.newField(object, key, "later");
  }

  /** The first write to a field, before anyone else knows the object. */
  initialize(object: AbstractObject, key: string, value: Value): void {
    this.write(object.fields.get(key) ?? this.newField(object, key, "first"), value);
  }

  /** A field that holds the sum of its writes, whoever makes them. */
  pool(object: AbstractObject, key: string): CellId {
    const known = object.fields.get(key);
    if (known !== undefined) return known;
    const cell = this.newField(object, key, "first");
    this.cells.share(cell);
    return cell;
  }

  private newField(object: AbstractObject, key: string, written: "first" | "later"): CellId {
    const facts: Cell = { local: null, weak: !object.single, owner: object, initialized: written === "first" };
    const cell = this.cells.add(facts);
    object.fields.set(key, cell);
    return cell;
  }

  /** What a field holds that was made together with its object; null where it may not be there. */
  initialValue(object: AbstractObject, key: string): Value | null {
    const cell = object.fields.get(key);
    return cell !== undefined && this.cells.factsOf(cell)?.initialized === true ? (this.read(cell) ?? null) : null;
  }

  read(cell: CellId): Value | undefined {
    return this.cells.read(cell);
  }

  isShared(cell: CellId): boolean {
    return this.cells.isShared(cell);
  }

  write(cell: CellId, value: Value): void {
    this.put(cell, value, this.cells.factsOf(cell)?.weak === true ? "add" : "replace");
  }

  /** Writes where it is not certain that this very cell is meant. */
  add(cell: CellId, value: Value): void {
    this.put(cell, value, "add");
  }

  outlives(frame: Frame): (cell: CellId) => boolean {
    return (cell) => this.cells.factsOf(cell)?.local !== frame;
  }

  /** Code outside the program may use this: everything that it reaches leaves our sight. */
  escape(value: Value): void {
    for (const id of value.tensors) this.graph.escaped.add(id);
    if (value.tensors.length > 0) this.tape.cleared.reopen();
    for (const object of this.objectsOf(value)) if (!object.escaped) this.escapeObject(object);
  }

  private escapeObject(object: AbstractObject): void {
    const { shape } = object;
    if (shape.kind === "library" || shape.kind === "builtin") return;
    object.escaped = true;
    this.growth++;
    if (shape.kind === "iterator") this.generators.ask(object);
    for (const cell of object.fields.values()) this.escape(this.read(cell) ?? nothing);
    if (shape.kind === "bound") for (const value of [shape.target, shape.self, ...shape.args]) this.escape(value);
    if (shape.kind === "namespace") this.escape(exportsAt(shape.module, this));
    if (shape.kind === "function" || shape.kind === "class") this.addEscapee(object, unknownValue);
    if (shape.kind === "instance") {
      const self: Value = { ...unknownValue, objects: [object.id] };
      for (const method of this.methodsOf(shape.of)) this.addEscapee(method, self);
    }
    if (shape.kind === "prototype")
      for (const method of this.methodsOf(shape.of)) this.addEscapee(method, unknownValue);
  }

  private addEscapee(callable: AbstractObject, self: Value): void {
    const key = `${callable.id}/${self.objects.join()}`;
    if (this.escapees.has(key)) return;
    this.escapees.set(key, { callable, self });
    this.growth++;
  }

  /** Every method, getter and setter of a class and of the classes above it. */
  private methodsOf(owner: AbstractObject): readonly AbstractObject[] {
    if (owner.shape.kind !== "class") return [];
    const prototype = this.prototypeOf(owner);
    const own = [...prototype.fields.values()].flatMap((cell) => this.objectsOf(this.read(cell) ?? nothing));
    return [...own, ...this.objectsOf(owner.shape.superclass).flatMap((above) => this.methodsOf(above))];
  }

  prototypeOf(owner: AbstractObject): AbstractObject {
    return this.objectAt(`prototype of ${owner.id}`, { kind: "prototype", of: owner }, owner.single);
  }

  /** A cell for what is known about something that the program cannot name. */
  stateCell(): CellId {
    return this.cells.add({ local: null, weak: false, owner: null, initialized: true });
  }

  /** Where everything may be anything, the work is in the sets and not in the statements. */
  private countSet({ objects, tensors }: Value): void {
    const size = objects.length + tensors.length;
    if (size > 8) this.step(size / 8);
  }

  /** Notes what a variable was seen to hold. */
  see(variable: Variable, value: Value): void {
    const before = this.seen.get(variable);
    // More than that nobody reads in a hover.
    if (before === value || (before !== undefined && before.tensors.length > mostSeen)) return;
    const after = before === undefined ? value : merge(before, value);
    if (after !== before) this.seen.set(variable, after);
  }

  private put(cell: CellId, value: Value, how: "replace" | "add"): void {
    this.countSet(value);
    const facts = this.cells.factsOf(cell);
    if (facts?.owner?.escaped === true) this.escape(value);
    if (facts !== null && facts.owner !== null) {
      this.tape.hold(value);
      this.iterations.store(value);
    }
    if (how === "add" || this.cells.isShared(cell)) this.countSet(this.cells.read(cell) ?? nothing);
    this.cells.write(cell, value, how);
  }
}

const noObjects: readonly AbstractObject[] = [];

/** The arguments of a call: those whose place is known, and what else may follow. */
export interface Arguments {
  readonly values: readonly Value[];
  readonly more: Value | null;
}

export function allArguments({ values, more }: Arguments): readonly Value[] {
  return more === null ? values : [...values, more];
}

export function argumentAt({ values, more }: Arguments, index: number): Value {
  return values[index] ?? (more === null ? undefinedValue : merge(more, undefinedValue));
}

export function ownKeys(object: AbstractObject): readonly string[] {
  return [...object.fields.keys()].filter(isOwnKey);
}

export const recording: Mode = { kind: "records", known: "certain" };
export const assumedRecording: Mode = { kind: "records", known: "assumed" };

/** Where a call happens: the caller, a key that tells this call from its others, and what a reader would point at. */
export interface Place {
  readonly frame: Frame;
  readonly key: string;
  readonly site: Site;
}

/** Where a library is used: what is made here is a value of its own. */
export interface LibraryPlace extends Place {
  readonly library: Library;
}
