/** Constructs around plain objects, maps and sets. */
import type { Builder } from "../builder.js";
import type { Construct } from "../construct.js";

export const objects: readonly Construct[] = [
  {
    name: "object literal",
    write: (b) => {
      record(b);
      if (b.random.chance(0.4)) b.assign();
    },
  },
  {
    name: "nested data",
    write: (b) => {
      const name = b.name("model");
      b.line(
        `const ${name} = { layers: [{ weight: ${b.value()} }, { weight: ${b.value()} }], head: { bias: ${b.value()} } };`,
      );
      for (const path of [`${name}.layers[0].weight`, `${name}.layers[1].weight`, `${name}.head.bias`])
        b.place(path, (value) => `${path} = ${value};`);
    },
  },
  {
    name: "object destructuring",
    write: (b) => {
      const [one, two] = [b.name("one"), b.name("two")];
      const given: string = b.random.chance(0.5) ? `{ a: ${b.value()}, c: ${b.value()} }` : `{ a: ${b.value()} }`;
      b.line(`const { a: ${one}, c: ${two} = ${b.value()} }: { a: Tensor; c?: Tensor } = ${given};`);
      b.place(one);
      b.place(two);
    },
  },
  {
    name: "object spread override",
    write: (b) => {
      const base = record(b);
      const name = b.name("copy");
      const own = `a: ${b.value()}`;
      b.line(
        `const ${name} = { ${b.random.chance(0.6) ? `...${base}, ${own}` : `...{ c: ${b.value()} }, ...${base}`} };`,
      );
      b.place(`${name}.a`, (value) => `${name}.a = ${value};`);
      b.place(`${name}.c`);
    },
  },
  {
    name: "dynamic key",
    coins: 1,
    write: (b) => {
      const [name, key] = [b.name("table"), b.name("key")];
      b.line(`const ${name}: Record<string, Tensor> = { a: ${b.value()}, c: ${b.value()} };`);
      b.line(`const ${key} = ${b.coin()} ? "a" : "c";`);
      if (b.random.chance(0.5)) b.line(`${name}[${key}] = ${b.value()};`);
      b.place(`${name}[${key}]`, (value) => `${name}[${key}] = ${value};`);
      b.place(`${name}.a`, (value) => `${name}.a = ${value};`);
    },
  },
  {
    name: "alias",
    write: (b) => {
      const base = record(b);
      const name = b.name("alias");
      b.line(`const ${name} = ${base};`);
      b.line(`${name}.a = ${b.value()};`);
      b.place(`${name}.c`, (value) => `${name}.c = ${value};`);
    },
  },
  {
    name: "object chosen by a coin",
    coins: 1,
    write: (b) => {
      const [one, two, name] = [record(b), record(b), b.name("either")];
      b.line(`const ${name} = ${b.coin()} ? ${one} : ${two};`);
      b.line(`${name}.a = ${b.value()};`);
      b.place(`${name}.a`, (value) => `${name}.a = ${value};`);
    },
  },
  {
    name: "getter and setter",
    write: (b) => {
      const name = b.name("lazy");
      b.block(
        `const ${name} =`,
        () => {
          b.line(`held: ${b.value()},`);
          b.line(`get now(): Tensor { return ${b.random.chance(0.6) ? "this.held" : b.op("this.held")}; },`);
          b.line(`set now(next: Tensor) { this.held = ${b.random.chance(0.6) ? "next" : b.cut("next")}; },`);
        },
        ";",
      );
      b.place(`${name}.now`, (value) => `${name}.now = ${value};`);
      if (b.random.chance(0.5)) b.line(`${name}.now = ${b.value()};`);
    },
  },
  {
    name: "method with this",
    write: (b) => {
      const name = b.name("counter");
      b.block(
        `const ${name} =`,
        () => {
          b.line(`total: ${b.value()},`);
          b.line(
            `add(x: Tensor): Tensor { this.total = this.total.add(${b.random.chance(0.6) ? "x" : b.cut("x")}); return this.total; },`,
          );
        },
        ";",
      );
      b.line(`${name}.add(${b.value()});`);
      b.place(`${name}.total`, (value) => `${name}.total = ${value};`);
      b.callable(`${name}.add`);
    },
  },
  {
    name: "Object.values and entries",
    write: (b) => {
      const base = record(b);
      const { read, write } = b.target();
      const [key, x] = [b.name("key"), b.name("x")];
      const header = b.random.chance(0.5)
        ? `for (const ${x} of Object.values(${base}))`
        : `for (const [${key}, ${x}] of Object.entries(${base}))`;
      b.loopBlock(header, () => b.line(write(b.random.chance(0.5) ? `${read}.add(${x})` : b.cut(x))));
    },
  },
  {
    name: "Object.assign and fromEntries",
    write: (b) => {
      const base = record(b);
      const name = b.name("merged");
      const forms = [
        `Object.assign({}, ${base}, { a: ${b.value()} })`,
        `Object.fromEntries(Object.entries(${base}).map(([key, x]) => [key, ${b.random.chance(0.5) ? "x" : b.cut("x")}]))`,
      ] as const;
      b.line(`const ${name} = ${b.random.pick(forms)};`);
      b.place(`${name}.a`, (value) => `${name}.a = ${value};`);
      b.place(`${name}.c`);
    },
  },
  {
    name: "Map",
    write: (b) => {
      const name = b.name("store");
      b.line(`const ${name} = new Map<string, Tensor>(${b.random.chance(0.3) ? `[["a", ${b.value()}]]` : ""});`);
      b.line(`${name}.set("a", ${b.value()});`);
      b.place(`${name}.get("a")!`, (value) => `${name}.set("a", ${value});`);
      if (b.random.chance(0.4)) {
        b.line(`${name}.set("c", ${b.value()});`);
        b.place(`${name}.get("c")!`, (value) => `${name}.set("c", ${value});`);
      }
    },
  },
  {
    name: "Map, walked",
    write: (b) => {
      const [name, key, x] = [b.name("store"), b.name("key"), b.name("x")];
      b.line(`const ${name} = new Map([["a", ${b.value()}], ["c", ${b.value()}]]);`);
      const { read, write } = b.target();
      const header = b.random.chance(0.5)
        ? `for (const [${key}, ${x}] of ${name})`
        : `for (const ${x} of ${name}.values())`;
      b.loopBlock(header, () => b.line(write(b.random.chance(0.6) ? `${read}.add(${x})` : b.cut(x))));
      b.place(`${name}.get("a")!`, (value) => `${name}.set("a", ${value});`);
    },
  },
  {
    name: "Set",
    write: (b) => {
      const [name, x] = [b.name("seen"), b.name("x")];
      b.line(`const ${name} = new Set([${b.value()}]);`);
      if (b.random.chance(0.6)) b.line(`${name}.add(${b.value()});`);
      const { read, write } = b.target();
      b.loopBlock(`for (const ${x} of ${name})`, () => b.line(write(b.random.chance(0.6) ? `${read}.add(${x})` : x)));
      b.place(`[...${name}][0]`);
    },
  },
  {
    name: "WeakMap",
    write: (b) => {
      const [name, key] = [b.name("cache"), b.name("owner")];
      b.line(`const ${key} = {};`);
      b.line(`const ${name} = new WeakMap<object, Tensor>();`);
      b.line(`${name}.set(${key}, ${b.value()});`);
      b.place(`${name}.get(${key})!`, (value) => `${name}.set(${key}, ${value});`);
    },
  },
  {
    name: "Map changed",
    write: (b) => {
      const name = b.name("store");
      const { read, write } = b.target();
      b.line(`const ${name} = new Map<string, Tensor>([["a", ${b.value()}], ["c", ${b.value()}]]);`);
      const forms = [
        `${name}.delete("a");`,
        `${name}.forEach((x) => { ${write(`${read}.add(x)`)} });`,
        `for (const key of ${name}.keys()) ${name}.set(key, ${b.value()});`,
        `for (const [key, x] of [...${name}]) ${name}.set(key, ${b.random.chance(0.5) ? b.op("x") : b.cut("x")});`,
      ] as const;
      b.line(b.random.pick(forms));
      b.place(`(${name}.get("a") ?? ${b.atom()})`, (value) => `${name}.set("a", ${value});`);
      b.place(`${name}.get("c")!`, (value) => `${name}.set("c", ${value});`);
    },
  },
  {
    name: "accessor by descriptor",
    beyond: "yes",
    write: (b) => {
      const name = b.name("described");
      b.line(`const ${name}: { held: Tensor; shown?: Tensor } = { held: ${b.value()} };`);
      b.line(
        `Object.defineProperty(${name}, "shown", { get: () => ${b.random.chance(0.5) ? `${name}.held` : b.value()} });`,
      );
      b.place(`${name}.shown!`);
      b.place(`${name}.held`, (value) => `${name}.held = ${value};`);
    },
  },
];

function record(b: Builder): string {
  const name = b.name("record");
  b.line(`const ${name} = { a: ${b.value()}, c: ${b.value()} };`);
  b.place(`${name}.a`, (value) => `${name}.a = ${value};`);
  b.place(`${name}.c`, (value) => `${name}.c = ${value};`);
  return name;
}
