/** Constructs that stand for how larger programs are put together: caches, observers, tables of functions, guards. */
import type { Construct } from "../construct.js";

export const patterns: readonly Construct[] = [
  {
    name: "memo",
    write: (b) => {
      const [cache, name] = [b.name("cache"), b.name("cached")];
      b.line(`let ${cache}: Tensor | null = null;`);
      b.functionBlock(`function ${name}(x: Tensor): Tensor`, { returns: "allowed" }, () => {
        b.line(`if (${cache} === null) ${cache} = ${b.random.chance(0.6) ? b.op("x") : b.cut("x")};`);
        b.line(`return ${cache};`);
      });
      b.declare("let", `${name}(${b.value()})`);
      b.declare("let", `${name}(${b.value()})`);
    },
  },
  {
    name: "observers",
    write: (b) => {
      const [list, emit] = [b.name("listeners"), b.name("emit")];
      const { write } = b.target();
      b.line(`const ${list}: ((x: Tensor) => void)[] = [];`);
      b.line(`const ${emit} = (x: Tensor): void => ${list}.forEach((listener) => listener(x));`);
      b.functionBlock(
        `${list}.push((x) =>`,
        {},
        () => {
          b.place("x");
          b.line(write(b.random.chance(0.6) ? "x" : b.value()));
        },
        ");",
      );
      if (b.random.chance(0.8)) b.line(`${emit}(${b.value()});`);
      if (b.random.chance(0.4)) b.line(`${emit}(${b.value()});`);
    },
  },
  {
    name: "table of functions",
    coins: 1,
    write: (b) => {
      const [table, key] = [b.name("handlers"), b.name("key")];
      b.block(
        `const ${table}: Record<string, (x: Tensor) => Tensor> =`,
        () => {
          b.line(`a: (x) => ${b.op("x")},`);
          b.line(`c: (x) => ${b.random.chance(0.5) ? b.cut("x") : b.value()},`);
        },
        ";",
      );
      b.line(`const ${key} = ${b.random.chance(0.6) ? b.coin() : "true"} ? "a" : "c";`);
      b.declare("let", `${table}[${key}](${b.value()})`);
    },
  },
  {
    name: "mutual recursion",
    write: (b) => {
      const [even, odd] = [b.name("even"), b.name("odd")];
      b.line(`function ${even}(n: number, x: Tensor): Tensor { return n <= 0 ? x : ${odd}(n - 1, ${b.op("x")}); }`);
      b.line(
        `function ${odd}(n: number, x: Tensor): Tensor { return n <= 0 ? ${b.value()} : ${even}(n - 1, ${b.random.chance(0.7) ? "x" : b.cut("x")}); }`,
      );
      b.declare("let", `${even}(${1 + b.random.below(3)}, ${b.value()})`);
    },
  },
  {
    name: "tree",
    write: (b) => {
      const [type, name, tree] = [b.name("Tree"), b.name("sumOf"), b.name("tree")];
      b.line(`interface ${type} { value: Tensor; below: ${type}[] }`);
      b.line(
        `function ${name}(tree: ${type}): Tensor { return tree.below.reduce((sum, inner) => sum.add(${name}(inner)), ${b.random.chance(0.6) ? "tree.value" : b.cut("tree.value")}); }`,
      );
      b.line(
        `const ${tree}: ${type} = { value: ${b.value()}, below: [{ value: ${b.value()}, below: [] }, { value: ${b.value()}, below: [] }] };`,
      );
      b.place(`${tree}.below[1].value`, (value) => `${tree}.below[1].value = ${value};`);
      b.declare("let", `${name}(${tree})`);
    },
  },
  {
    name: "delete",
    write: (b) => {
      const name = b.name("loose");
      b.line(`const ${name}: { a?: Tensor; c?: Tensor } = { a: ${b.value()}, c: ${b.value()} };`);
      b.line(`delete ${name}.${b.random.pick(["a", "c"])};`);
      b.place(`(${name}.a ?? ${b.atom()})`, (value) => `${name}.a = ${value};`);
      b.place(`(${name}.c ?? ${b.atom()})`, (value) => `${name}.c = ${value};`);
    },
  },
  {
    name: "type guard",
    coins: 1,
    write: (b) => {
      const name = b.name("given");
      const { write } = b.target();
      b.line(
        `const ${name}: Tensor | number | undefined = ${b.coin()} ? ${b.value()} : ${b.random.pick(["3", "undefined"])};`,
      );
      const tests = [
        `typeof ${name} === "object"`,
        `${name} instanceof Tensor`,
        `${name} !== undefined && typeof ${name} !== "number"`,
      ] as const;
      b.block(`if (${b.random.pick(tests)})`, () => b.line(write(name)));
      b.block("else", () => b.line(write(b.value())));
    },
  },
  {
    name: "in operator",
    coins: 1,
    write: (b) => {
      const name = b.name("shape");
      const { write } = b.target();
      b.line(
        `const ${name}: { kind: "one"; x: Tensor } | { kind: "two"; y: Tensor } = ${b.coin()} ? { kind: "one", x: ${b.value()} } : { kind: "two", y: ${b.value()} };`,
      );
      const test = b.random.pick([`${name}.kind === "one"`, `"x" in ${name}`]);
      b.block(`if (${test})`, () => b.line(write(`${name}.x`)));
      b.block("else", () => b.line(write(b.random.chance(0.6) ? `${name}.y` : b.value())));
    },
  },
  {
    name: "constants by name",
    write: (b) => {
      const name = b.name("Mode");
      const { write } = b.target();
      b.line(`enum ${name} { Train, Eval }`);
      b.line(`const now${name} = ${name}.${b.random.pick(["Train", "Eval"])} as ${name};`);
      b.block(`if (now${name} === ${name}.Train)`, () => b.line(write(b.value())));
      b.block("else", () => b.line(write(b.value())));
    },
  },
  {
    name: "destructuring assignment",
    write: (b) => {
      const record = b.name("record");
      const [one, two] = [b.declare("let"), b.declare("let")];
      b.line(`const ${record} = { a: ${b.value()}, c: [${b.value()}] };`);
      const forms = [
        `({ a: ${one.read}, c: [${two.read}] } = ${record});`,
        // The compiler fails on a pattern that also writes a property where the other name is exported.
        b.supplies.module === "library"
          ? `[${one.read}] = [${b.value()}];`
          : `[${one.read}, ${record}.a] = [${b.value()}, ${b.value()}];`,
        `({ a: ${one.read} = ${b.value()} } = ${record});`,
        `[${one.read}, ${two.read}] = [${two.read}, ${b.value()}];`,
      ] as const;
      b.line(b.random.pick(forms));
      b.place(`${record}.a`, (value) => `${record}.a = ${value};`);
    },
  },
  {
    name: "rest of an object",
    write: (b) => {
      const [taken, rest] = [b.name("taken"), b.name("rest")];
      b.line(`const { a: ${taken}, ...${rest} } = { a: ${b.value()}, c: ${b.value()}, e: ${b.value()} };`);
      b.place(taken);
      b.place(`${rest}.c`, (value) => `${rest}.c = ${value};`);
      b.place(`${rest}.e`);
    },
  },
  {
    name: "arguments",
    beyond: "yes",
    write: (b) => {
      const name = b.name("variadic");
      b.line(
        `function ${name}(..._all: Tensor[]): Tensor { return (arguments[${b.random.below(2)}] as Tensor).mul(2); }`,
      );
      b.declare("let", `${name}(${b.value()}, ${b.value()})`);
    },
  },
  {
    name: "computed members",
    write: (b) => {
      const [key, name] = [b.name("key"), b.name("computed")];
      b.line(`const ${key} = ${b.random.pick(['"inner"', "Symbol()"])};`);
      b.line(`const ${name} = { [${key}]: ${b.value()}, other: ${b.value()} };`);
      b.place(`${name}[${key}]`, (value) => `${name}[${key}] = ${value};`);
      b.place(`${name}.other`);
    },
  },
  {
    name: "copies of data",
    write: (b) => {
      const name = b.name("copy");
      const atom = b.atom();
      const forms = [
        `tensor(JSON.parse(JSON.stringify(${atom})))`,
        `tensor(structuredClone(${atom}.tolist()))`,
        `tensor(Array.from(${atom}.data).map((number) => number * 2))`,
        `tensor([Number(${atom}.sum().item()), 1])`,
      ] as const;
      b.line(`const ${name} = ${b.random.pick(forms)};`);
      b.place(name);
    },
  },
  {
    name: "static block and class expression",
    write: (b) => {
      const name = b.name("Holder");
      const { write } = b.target();
      b.block(
        `const ${name} = class`,
        () => {
          b.line(`static first: Tensor = ${b.value()};`);
          b.block("static", () => {
            b.line(`this.first = ${b.random.chance(0.5) ? b.op("this.first") : b.value()};`);
            if (b.random.chance(0.3)) b.line(write(b.value()));
          });
        },
        ";",
      );
      b.place(`${name}.first`, (value) => `${name}.first = ${value};`);
    },
  },
  {
    name: "fluent methods",
    write: (b) => {
      const [name, item] = [b.name("Chain"), b.name("chain")];
      b.block(`class ${name}`, () => {
        b.line("constructor(public held: Tensor) {}");
        b.line(`apply(f: (x: Tensor) => Tensor): this { this.held = f(this.held); return this; }`);
      });
      b.line(`const ${item} = new ${name}(${b.value()});`);
      b.line(
        `${item}.apply((x) => ${b.op("x")}).apply((x) => ${b.random.chance(0.5) ? `x.add(${b.value()})` : b.cut("x")});`,
      );
      b.place(`${item}.held`, (value) => `${item}.held = ${value};`);
    },
  },
];
