/** Constructs that repeat, and those that leave a loop early. */
import type { Construct } from "../construct.js";

export const loops: readonly Construct[] = [
  {
    name: "for",
    write: (b) => {
      const { read, write } = b.target();
      const i = b.name("i");
      b.loopBlock(`for (let ${i} = 0; ${i} < ${1 + b.random.below(3)}; ${i}++)`, () => {
        b.body();
        b.line(write(b.random.chance(0.4) ? b.value() : `${read}.add(${b.value()})`));
      });
    },
  },
  {
    name: "while",
    coins: 1,
    write: (b) => {
      b.target();
      b.loopBlock(`while (${b.coin()})`, () => b.body());
    },
  },
  {
    name: "do-while",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      b.loopBlock(
        "do",
        () => {
          b.line(write(b.value()));
          b.body();
        },
        ` while (${b.coin()});`,
      );
    },
  },
  {
    name: "for-of",
    write: (b) => {
      const item = b.name("item");
      const { read, write } = b.target();
      b.loopBlock(`for (const ${item} of [${b.value()}, ${b.value()}])`, () => {
        b.place(item);
        b.line(write(b.random.chance(0.5) ? `${read}.add(${item})` : item));
        if (b.random.chance(0.3)) b.body();
      });
    },
  },
  {
    name: "for-in",
    write: (b) => {
      const table = b.name("table");
      const key = b.name("key");
      b.line(`const ${table}: Record<string, Tensor> = { a: ${b.value()}, b: ${b.value()} };`);
      const { write } = b.target();
      b.loopBlock(`for (const ${key} in ${table})`, () => {
        b.place(`${table}[${key}]`, (value) => `${table}[${key}] = ${value};`);
        b.line(write(`${table}[${key}].mul(2)`));
        if (b.random.chance(0.3)) b.body();
      });
      b.place(`${table}.a`, (value) => `${table}.a = ${value};`);
    },
  },
  {
    name: "break",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      const i = b.name("i");
      b.loopBlock(`for (let ${i} = 0; ${i} < 2; ${i}++)`, () => {
        b.line(write(b.value()));
        b.line(`if (${b.coin()}) break;`);
        b.body();
      });
    },
  },
  {
    name: "continue",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      const i = b.name("i");
      b.loopBlock(`for (let ${i} = 0; ${i} < 2; ${i}++)`, () => {
        b.line(write(b.value()));
        b.line(`if (${b.coin()}) continue;`);
        b.body();
      });
    },
  },
  {
    name: "labels",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      const [label, i, j] = [b.name("outer"), b.name("i"), b.name("j")];
      b.loopBlock(`${label}: for (let ${i} = 0; ${i} < 2; ${i}++)`, () => {
        b.loopBlock(`for (let ${j} = 0; ${j} < 2; ${j}++)`, () => {
          b.line(write(b.value()));
          b.line(`if (${b.coin()}) ${b.random.pick(["break", "continue"])} ${label};`);
          b.body();
        });
        b.body();
      });
    },
  },
  {
    name: "value over the back edge",
    write: (b) => {
      const first = b.declare("let");
      const second = b.declare("let");
      const i = b.name("i");
      b.loopBlock(`for (let ${i} = 0; ${i} < ${2 + b.random.below(2)}; ${i}++)`, () => {
        b.line(second.write(b.random.chance(0.5) ? first.read : b.op(first.read)));
        b.line(first.write(b.value()));
      });
    },
  },
  {
    name: "closures made in a loop",
    write: (b) => {
      const [list, i, run] = [b.name("tasks"), b.name("i"), b.name("task")];
      const { read, write } = b.target();
      b.line(`const ${list}: (() => Tensor)[] = [];`);
      b.loopBlock(`for (let ${i} = 0; ${i} < 2; ${i}++)`, () => {
        const own = b.declare("let");
        b.line(`${list}.push(() => ${b.op(own.read)});`);
        if (b.random.chance(0.6)) b.line(own.write(b.value()));
      });
      b.block(`for (const ${run} of ${list})`, () => b.line(write(`${read}.add(${run}())`)));
    },
  },
  {
    name: "objects made in a loop",
    write: (b) => {
      const [rows, i] = [b.name("rows"), b.name("i")];
      b.line(`const ${rows}: { x: Tensor }[] = [];`);
      b.loopBlock(`for (let ${i} = 0; ${i} < 2; ${i}++)`, () => b.line(`${rows}.push({ x: ${b.value()} });`));
      if (b.random.chance(0.8)) b.line(`${rows}[0].x = ${b.value()};`);
      b.place(`${rows}[1].x`, (value) => `${rows}[1].x = ${value};`);
      b.place(`${rows}[0].x`);
    },
  },
  {
    name: "variables made in a loop",
    write: (b) => {
      const [cells, i] = [b.name("cells"), b.name("i")];
      b.line(`const ${cells}: { get: () => Tensor; set: (x: Tensor) => void }[] = [];`);
      b.loopBlock(`for (let ${i} = 0; ${i} < 2; ${i}++)`, () => {
        const own = b.declare("let");
        b.line(`${cells}.push({ get: () => ${own.read}, set: (x) => { ${own.write("x")} } });`);
      });
      if (b.random.chance(0.8)) b.line(`${cells}[0].set(${b.value()});`);
      b.place(`${cells}[1].get()`, (value) => `${cells}[1].set(${value});`);
      b.place(`${cells}[0].get()`);
    },
  },
  {
    name: "swap",
    write: (b) => {
      const first = b.declare("let");
      const second = b.declare("let");
      if (b.random.chance(0.5)) b.assign();
      b.line(`[${first.read}, ${second.read}] = [${second.read}, ${first.read}];`);
    },
  },
];
