/** Constructs around arrays. */
import type { Builder } from "../builder.js";
import type { Construct } from "../construct.js";

export const arrays: readonly Construct[] = [
  {
    name: "array literal and index",
    write: (b) => {
      const name = list(b);
      b.place(`${name}[0]`, (value) => `${name}[0] = ${value};`);
      b.place(`${name}[1]`, (value) => `${name}[1] = ${value};`);
      if (b.random.chance(0.4)) b.line(`${name}[${b.random.below(2)}] = ${b.value()};`);
    },
  },
  {
    name: "push and pop",
    write: (b) => {
      const name = list(b);
      b.line(`${name}.push(${b.value()});`);
      const popped = b.name("popped");
      b.line(`const ${popped} = ${name}.${b.random.pick(["pop", "pop", "shift"])}()!;`);
      b.place(popped);
      b.place(`${name}[0]`, (value) => `${name}.push(${value});`);
    },
  },
  {
    name: "map",
    write: (b) => {
      const name = b.name("mapped");
      const body = b.random.chance(0.5) ? b.op("x") : b.random.chance(0.6) ? b.cut("x") : `x.add(${b.value()})`;
      b.line(`const ${name} = ${list(b)}.map((x) => ${body});`);
      b.place(`${name}[0]`);
      b.place(`${name}[1]`);
    },
  },
  {
    name: "filter",
    write: (b) => {
      const name = b.name("kept");
      b.line(`const ${name} = ${list(b)}.filter((x) => x.shape.length > 0);`);
      b.place(`${name}[0]`);
    },
  },
  {
    name: "forEach",
    write: (b) => {
      const { read, write } = b.target();
      b.functionBlock(
        `${list(b)}.forEach((x) =>`,
        {},
        () => {
          b.place("x");
          b.line(write(b.random.chance(0.6) ? `${read}.add(${b.random.chance(0.5) ? "x" : b.cut("x")})` : b.value()));
        },
        ");",
      );
    },
  },
  {
    name: "reduce",
    write: (b) => {
      const body = b.random.pick(["a.add(x)", "a.mul(x)", "a.add(x.detach())", "x"]);
      const start = b.random.chance(0.5) ? `, ${b.value()}` : "";
      b.declare("let", `${list(b)}.reduce((a, x) => ${body}${start})`);
    },
  },
  {
    name: "find",
    write: (b) => {
      const name = list(b);
      b.declare("let", `${name}.${b.random.pick(["find", "findLast"])}((x) => x.requiresGrad) ?? ${b.value()}`);
    },
  },
  {
    name: "sort and reverse",
    write: (b) => {
      const name = list(b);
      b.line(`${name}.${b.random.pick(["sort((a, c) => a.sum().item() - c.sum().item())", "reverse()"])};`);
      b.place(`${name}[${b.random.below(2)}]`);
    },
  },
  {
    name: "slice, concat and flat",
    write: (b) => {
      const name = b.name("joined");
      const one = list(b);
      const forms = [
        `${one}.slice(0, 1)`,
        `${one}.slice(1)`,
        `${one}.concat([${b.value()}])`,
        `[${one}, [${b.value()}]].flat()`,
        `${one}.slice()`,
      ] as const;
      b.line(`const ${name} = ${b.random.pick(forms)};`);
      b.place(`${name}[0]`, (value) => `${name}[0] = ${value};`);
    },
  },
  {
    name: "array spread",
    write: (b) => {
      const name = b.name("spread");
      b.line(`const ${name} = [${b.value()}, ...${list(b)}];`);
      b.place(`${name}[${b.random.below(3)}]`);
    },
  },
  {
    name: "array destructuring",
    write: (b) => {
      const [one, two, rest] = [b.name("one"), b.name("two"), b.name("rest")];
      const pattern = b.random.pick([`${one}, ${two}`, `${one}, ${two} = ${b.value()}`, `, ${one}, ...${rest}`]);
      b.line(`const [${pattern}] = [${b.value()}, ${b.value()}];`);
      b.place(one);
      if (pattern.includes(two)) b.place(two);
    },
  },
  {
    name: "unknown index",
    coins: 1,
    write: (b) => {
      const name = list(b);
      const index = b.name("index");
      b.line(`const ${index} = ${b.coin()} ? 0 : 1;`);
      if (b.random.chance(0.5)) b.line(`${name}[${index}] = ${b.value()};`);
      b.place(`${name}[${index}]`, (value) => `${name}[${index}] = ${value};`);
    },
  },
  {
    name: "array entries",
    write: (b) => {
      const { write } = b.target();
      const [index, x] = [b.name("index"), b.name("x")];
      b.loopBlock(`for (const [${index}, ${x}] of ${list(b)}.entries())`, () =>
        b.line(write(`${x}.mul(${index} + 1)`)),
      );
    },
  },
  {
    name: "Array.from",
    write: (b) => {
      const name = b.name("built");
      const body = b.random.chance(0.6) ? b.value() : b.op(b.atom());
      b.line(`const ${name} = Array.from({ length: 2 }, () => ${body});`);
      b.place(`${name}[0]`, (value) => `${name}[0] = ${value};`);
      b.place(`${name}[1]`);
    },
  },
  {
    name: "splice and at",
    write: (b) => {
      const name = list(b);
      b.line(`${name}.splice(${b.random.below(2)}, 1, ${b.value()});`);
      b.place(`${name}.at(${b.random.pick(["0", "1", "-1"])})!`);
    },
  },
  {
    name: "array of arrays",
    write: (b) => {
      const name = b.name("grid");
      b.line(`const ${name} = [[${b.value()}], [${b.value()}, ${b.value()}]];`);
      b.place(`${name}[0][0]`, (value) => `${name}[0][0] = ${value};`);
      b.place(`${name}[1][1]`, (value) => `${name}[1][1] = ${value};`);
    },
  },
  {
    name: "some, every and flatMap",
    write: (b) => {
      const { write } = b.target();
      const name = b.name("spread");
      const call = b.random.pick(["some", "every"]);
      b.functionBlock(
        `${list(b)}.${call}((x) =>`,
        {},
        () => {
          b.place("x");
          b.line(write(b.random.chance(0.5) ? "x" : b.value()));
          b.line(`return ${b.random.pick(["true", "false"])};`);
        },
        ");",
      );
      b.line(`const ${name} = ${list(b)}.flatMap((x) => [x, ${b.random.chance(0.5) ? b.cut("x") : b.value()}]);`);
      b.place(`${name}[${b.random.below(4)}]`);
    },
  },
  {
    name: "fill, with and unshift",
    write: (b) => {
      const name = list(b);
      const forms = [
        `${name}.fill(${b.value()}, 1);`,
        `${name}.unshift(${b.value()});`,
        `${name}.length = 1;`,
        `${name}.copyWithin(0, 1);`,
      ] as const;
      b.line(b.random.pick(forms));
      b.place(`${name}[0]`, (value) => `${name}[0] = ${value};`);
      b.place(`${name}.with(0, ${b.value()})[0]`);
    },
  },
];

function list(b: Builder): string {
  const name = b.name("list");
  b.line(`const ${name} = [${b.value()}, ${b.value()}];`);
  return name;
}
