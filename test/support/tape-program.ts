/**
 * Random programs about the tape: ops, passes, changes in place, loops, branches, attempts, lists, fields and helpers.
 * Each program tells where it is: `done(line)` follows what a rule may say throws.
 */
export interface TapeProgram {
  readonly text: string;
  /** The statements alone, as JavaScript. */
  readonly body: string;
}

/** A number from 0 to 1 for each call, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 2654435761) >>> 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
  for (let i = 0; i < 5; i++) next();
  return next;
}

const head = `import { noGrad, tensor, type Tensor } from "@gradlens/engine";
declare function coin(): boolean; declare function done(line: number): void; declare function look(line: number, gradient: unknown): void; declare function enter(loop: number): void; declare function leave(loop: number): void;`;

const start = `const w = tensor([1, 2], { requiresGrad: true });
const u = tensor([0.5, 0.25], { requiresGrad: true });
const x = tensor([2, 3]);
let keep = null;`;

/** What the statements of a block may use. */
interface Scope {
  readonly names: string[];
  readonly variables: string[];
  readonly lists: string[];
  readonly objects: string[];
  readonly functions: string[];
}

export function tapeProgram(seed: number): TapeProgram {
  const writer = new Writer(randomFrom(seed));
  writer.block({ names: ["w", "u", "w", "x"], variables: [], lists: [], objects: [], functions: [] }, 6 + (seed % 14));
  const body = [...start.split("\n"), ...writer.lines].join("\n");
  return { text: `${head}\n${body}`, body };
}

/** How many lines stand before the statements. */
const before = head.split("\n").length + start.split("\n").length;

class Writer {
  readonly lines: string[] = [];
  private depth = 0;
  private count = 0;
  private readonly kinds: readonly (readonly [number, (scope: Scope) => void])[] = [
    [20, (scope) => this.declare("const", scope)],
    [8, (scope) => this.declare("let", scope)],
    [11, (scope) => this.assign(scope)],
    [20, (scope) => this.pass(scope)],
    [6, (scope) => this.change(scope)],
    [8, (scope) => this.loop(scope)],
    [7, (scope) => this.branch(scope)],
    [4, (scope) => this.attempt(scope)],
    [6, (scope) => this.collect(scope)],
    [4, (scope) => this.helper(scope)],
    [2, (scope) => this.write(`keep ??= ${this.value(scope)};`)],
    [2, () => this.write(`keep?.sum().backward(); if (keep !== null) done(${this.here});`)],
    [2, (scope) => this.write(`look(${this.here}, ${this.value(scope)}.grad);`)],
  ];

  constructor(private readonly random: () => number) {}

  block({ names, variables, lists, objects, functions }: Scope, size: number): void {
    const inner: Scope = {
      names: [...names],
      variables: [...variables],
      lists: [...lists],
      objects: [...objects],
      functions: [...functions],
    };
    for (let i = 0; i < size; i++) this.statement(inner);
  }

  private get here(): number {
    return before + this.lines.length;
  }

  private statement(scope: Scope): void {
    const total = this.kinds.reduce((sum, [weight]) => sum + weight, 0);
    let at = this.random() * total;
    for (const [weight, write] of this.kinds) {
      at -= weight;
      if (at < 0) return write(scope);
    }
  }

  private declare(kind: "const" | "let", scope: Scope): void {
    const name = this.name("t");
    this.write(`${kind} ${name} = ${this.expression(scope)};`);
    scope.names.push(name);
    if (kind === "let") scope.variables.push(name);
  }

  private assign(scope: Scope): void {
    if (scope.variables.length > 0) this.write(`${this.pick(scope.variables)} = ${this.expression(scope)};`);
  }

  private pass(scope: Scope): void {
    const options = this.pick(["", "", "", "", "", "{ retainGraph: true }", "{ retainGraph: coin() }"]);
    if (this.random() < 0.7) return this.write(`${this.value(scope)}.sum().backward(${options}); done(${this.here});`);
    const loss = this.name("loss");
    this.write(`const ${loss} = ${this.value(scope)}.sum();`);
    this.write(`${loss}.backward(${options}); done(${this.here});`);
    scope.names.push(loss);
  }

  private change(scope: Scope): void {
    const value = this.value(scope);
    const change = this.pick([`${value}.mul_(0.5)`, ...Array<string>(3).fill(`noGrad(() => ${value}.sub_(0.1))`)]);
    this.write(`${change}; done(${this.here});`);
  }

  private loop(scope: Scope): void {
    if (this.depth > 3) return;
    const id = this.count;
    const element = this.name("i");
    const heads = [
      `for (let ${element} = 0; ${element} < 3; ${element}++) {`,
      `while (coin()) {`,
      `for (const ${element} of ${scope.lists.length > 0 ? this.pick(scope.lists) : "[w, u]"}) {`,
    ];
    const chosen = this.pick(heads);
    const names = chosen.startsWith("for (const") ? [...scope.names, element] : scope.names;
    this.write(`leave(${id});`);
    this.inside(chosen, () => {
      this.write(`enter(${id});`);
      this.block({ ...scope, names }, 2 + Math.floor(this.random() * 4));
      if (this.random() < 0.15) this.write(this.pick(["if (coin()) break;", "if (coin()) continue;"]));
    });
    this.write(`leave(${id});`);
  }

  private branch(scope: Scope): void {
    if (this.depth > 3) return;
    const some = (): void => this.block(scope, 1 + Math.floor(this.random() * 3));
    this.inside("if (coin()) {", some);
    if (this.random() < 0.5) this.inside("else {", some);
  }

  private attempt(scope: Scope): void {
    if (this.depth > 3) return;
    this.inside("try {", () => this.block(scope, 1 + Math.floor(this.random() * 4)));
    this.write("catch {}");
  }

  private collect(scope: Scope): void {
    const { lists, objects } = scope;
    const name = this.name("c");
    const acts = [
      () => {
        this.write(`const ${name} = [${this.value(scope)}];`);
        lists.push(name);
      },
      () => {
        this.write(`const ${name} = { h: ${this.value(scope)} };`);
        objects.push(name);
      },
      () => lists.length > 0 && this.write(`${this.pick(lists)}.push(${this.value(scope)});`),
      () => objects.length > 0 && this.write(`${this.pick(objects)}.h = ${this.expression(scope)};`),
    ];
    this.pick(acts)();
  }

  private helper(scope: Scope): void {
    if (this.depth > 2) return;
    const name = this.name("f");
    const inner: Scope = { ...scope, names: [...scope.names, "p", "p"], functions: [] };
    this.inside(`function ${name}(p) {`, () => {
      this.block(inner, 1 + Math.floor(this.random() * 3));
      if (this.random() < 0.2) this.write("if (coin()) return p;");
      this.write(`return ${this.expression(inner)};`);
    });
    scope.functions.push(name);
  }

  private value({ names, lists, objects }: Scope): string {
    const at = this.random();
    if (at < 0.06 && lists.length > 0) return `${this.pick(lists)}.at(-1)`;
    if (at < 0.12 && objects.length > 0) return `${this.pick(objects)}.h`;
    return at < 0.16 ? `(coin() ? ${this.pick(names)} : ${this.pick(names)})` : this.pick(names);
  }

  private expression(scope: Scope): string {
    const [a, b] = [this.value(scope), this.value(scope)];
    const called = scope.functions.length > 0 ? `${this.pick(scope.functions)}(${a})` : `${a}.square()`;
    return this.pick([
      `${a}.mul(${b})`,
      `${a}.mul(${b})`,
      `${a}.add(${b})`,
      `${a}.tanh()`,
      `${a}.square()`,
      `${a}.mul(2)`,
      `${a}.pow(2)`,
      `${a}.detach()`,
      `${a}.clone()`,
      `${a}.reshape([-1])`,
      `noGrad(() => ${a}.mul(${b}))`,
      `${a}.mul(${b}).tanh().add(${a})`,
      called,
      called,
    ]);
  }

  private inside(opening: string, body: () => void): void {
    this.write(opening);
    this.depth++;
    body();
    this.depth--;
    this.write("}");
  }

  private write(line: string): void {
    this.lines.push(`${"  ".repeat(this.depth)}${line}`);
  }

  private name(letter: string): string {
    return `${letter}${this.count++}`;
  }

  private pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.random() * items.length)];
    if (item === undefined) throw new Error("There is nothing to choose from.");
    return item;
  }
}
