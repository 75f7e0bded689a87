/**
 * Writes the text of one module, statement by statement, and remembers what a later statement may use: the places that
 * hold tensors, the functions from tensor to tensor, and what the surrounding code allows. Constructs talk to nothing
 * else, so values stored by one of them are read, overwritten and cut by the others.
 */
import type { Random } from "./random.js";

/** Something that holds a tensor: `h`, `state.h`, `list[0]`, `map.get("h")!`. */
export interface Place {
  readonly read: string;
  /** The statement that stores another tensor there; null where nobody may. */
  readonly write: ((value: string) => string) | null;
}

/** What the code around a statement allows. */
export interface Surroundings {
  readonly awaits: "allowed" | "refused";
  readonly yields: "allowed" | "refused";
  /** Inside a function that returns a tensor. */
  readonly returns: "allowed" | "refused";
  /** Inside a loop whose `break` and `continue` keep the program finite. */
  readonly loop: "inside" | "outside";
}

interface Scope {
  readonly places: Place[];
  readonly callables: string[];
}

/** What all modules of a program share. */
export interface Supplies {
  readonly random: Random;
  /** Names are unique in the whole program. */
  names: number;
  leaves: number;
  coins: number;
  /** How many constructs may still be written. */
  constructs: number;
  /** What is being written. */
  module: "main" | "library";
  readonly used: Set<string>;
}

const plain: Surroundings = { awaits: "refused", yields: "refused", returns: "refused", loop: "outside" };

export class Builder {
  /** Leaves and constants that stand before everything else. */
  readonly head: string[] = [];
  readonly lines: string[] = [];
  around: Surroundings;
  depth = 0;
  private readonly scopes: Scope[] = [{ places: [], callables: [] }];
  private indent = "";

  constructor(
    readonly supplies: Supplies,
    /** Writes one construct that fits here; the table of constructs stands elsewhere. */
    private readonly writeConstruct: (builder: Builder) => void,
    top: Partial<Surroundings>,
  ) {
    this.around = { ...plain, ...top };
  }

  get random(): Random {
    return this.supplies.random;
  }

  name(stem: string): string {
    return `${stem}${++this.supplies.names}`;
  }

  line(text: string): void {
    this.lines.push(this.indent + text);
  }

  /** `header { … }`, with a scope of its own. */
  block(header: string, body: () => void, footer = ""): void {
    this.line(`${header} {`);
    this.scoped(body);
    this.line(`}${footer}`);
  }

  /** The body of a function: other rules hold there. */
  functionBlock(header: string, around: Partial<Surroundings>, body: () => void, footer = ""): void {
    this.within({ ...plain, ...around }, () => this.block(header, body, footer));
  }

  loopBlock(header: string, body: () => void, footer = ""): void {
    this.within({ ...this.around, loop: "inside" }, () => this.block(header, body, footer));
  }

  scoped(body: () => void): void {
    const before = this.indent;
    this.indent += "  ";
    this.depth++;
    this.scopes.push({ places: [], callables: [] });
    body();
    this.scopes.pop();
    this.depth--;
    this.indent = before;
  }

  within(around: Surroundings, body: () => void): void {
    const before = this.around;
    this.around = around;
    body();
    this.around = before;
  }

  place(read: string, write: Place["write"] = null): void {
    this.scopes.at(-1)?.places.push({ read, write });
  }

  /** A place that is written by assignment. */
  variable(read: string): void {
    this.place(read, (value) => `${read} = ${value};`);
  }

  callable(name: string): void {
    this.scopes.at(-1)?.callables.push(name);
  }

  get places(): readonly Place[] {
    return this.scopes.flatMap(({ places }) => places);
  }

  get callables(): readonly string[] {
    return this.scopes.flatMap(({ callables }) => callables);
  }

  /** What the outermost scope holds at the end, for other modules. */
  get outermost(): { readonly places: readonly Place[]; readonly callables: readonly string[] } {
    return this.scopes[0] ?? { places: [], callables: [] };
  }

  /** A condition that may hold or not. When the program has enough of them, one that is known. */
  coin(): string {
    if (this.supplies.coins <= 0) return this.random.chance(0.5) ? "true" : "false";
    this.supplies.coins--;
    return "Math.random() < 0.5";
  }

  get leafText(): string {
    return `tensor([${this.random.below(4) + 1}, ${this.random.below(4) + 2}], { requiresGrad: true })`;
  }

  /** A new leaf, declared before everything else. */
  leaf(): string {
    const name = this.name("w");
    this.supplies.leaves++;
    this.head.push(`const ${name} = ${this.leafText};`);
    return name;
  }

  /** A tensor without an op around it. */
  atom(): string {
    const known = this.random.recent(this.places);
    if (known === null || (this.supplies.leaves < 9 && this.random.chance(0.3))) return this.leaf();
    return known.read;
  }

  /** A tensor that was somehow computed, and now and then cut. */
  value(): string {
    const { random } = this;
    const atom = this.atom();
    if (random.chance(0.17)) return this.cut(atom);
    if (random.chance(0.15)) return `${atom}.${random.pick(["add", "mul", "sub"])}(${this.atom()})`;
    const callee = random.chance(0.08) ? random.recent(this.callables) : null;
    if (callee !== null) return `${callee}(${atom})`;
    return random.chance(0.5) ? this.op(atom) : atom;
  }

  op(value: string): string {
    const ops = ["mul(2)", "add(1)", "tanh()", "neg()", "sigmoid()", "mul(0.5)"] as const;
    if (this.random.chance(0.03)) return `${value}.${this.random.pick(["round()", "sign()"])}`;
    return `${value}.${this.random.pick(ops)}`;
  }

  /** The value goes on and the gradient does not. */
  cut(value: string): string {
    const forms = [
      `${value}.detach()`,
      `${value}.detach()`,
      `${value}.detach()`,
      `noGrad(() => ${value}.mul(3))`,
      `tensor(${value}.tolist())`,
    ] as const;
    return this.random.pick(forms);
  }

  /** A place that may be written; a new variable where there is none. */
  target(): Place & { readonly write: (value: string) => string } {
    const writable = this.places.flatMap(({ read, write }) => (write === null ? [] : [{ read, write }]));
    const known = this.random.chance(0.15) ? null : this.random.recent(writable);
    return known ?? this.declare("let");
  }

  /** Stores a value in some place. */
  assign(): void {
    const { read, write } = this.target();
    this.line(write(this.random.chance(0.3) ? `${read}.add(${this.value()})` : this.value()));
  }

  /** A new variable that holds a value. */
  declare(how: "let" | "const", value = this.value()): Place & { readonly write: (value: string) => string } {
    const name = this.name("h");
    this.line(`${how} ${name}${how === "let" ? ": Tensor" : ""} = ${value};`);
    const write = (other: string): string => `${name} = ${other};`;
    this.place(name, how === "let" ? write : null);
    return { read: name, write };
  }

  /** One to three statements. */
  body(): void {
    const count = 1 + this.random.below(2);
    for (let index = 0; index < count; index++) this.statement();
  }

  /** A construct inside another one. */
  nest(): void {
    if (this.depth < 5 && this.supplies.constructs > 0) this.writeConstruct(this);
    else this.assign();
  }

  statement(): void {
    if (this.random.chance(0.35)) this.nest();
    else if (this.random.chance(0.2)) this.declare("const");
    else this.assign();
  }
}
