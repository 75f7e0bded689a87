/** Constructs that call: functions, closures, callbacks, parameters of every kind. */
import type { Construct } from "../construct.js";
import { useTwice } from "./exceptions.js";

export const functions: readonly Construct[] = [
  {
    name: "function declaration",
    write: (b) => {
      const name = b.name("step");
      const isHoisted = b.random.chance(0.2) && b.depth === 0;
      if (isHoisted) b.declare("let", `${name}(${b.value()})`);
      b.functionBlock(`function ${name}(x: Tensor): Tensor`, { returns: "allowed" }, () => {
        if (!isHoisted) b.variable("x");
        if (!isHoisted) b.body();
        b.line(`return ${b.random.chance(0.7) || isHoisted ? b.op("x") : b.value()};`);
      });
      useTwice(b, name);
    },
  },
  {
    name: "arrow",
    write: (b) => {
      const name = b.name("arrow");
      const body = b.random.chance(0.5) ? b.op("x") : b.random.chance(0.5) ? b.cut("x") : `x.add(${b.value()})`;
      b.line(`const ${name} = (x: Tensor): Tensor => ${body};`);
      useTwice(b, name);
    },
  },
  {
    name: "called with different arguments",
    write: (b) => {
      const name = b.name("pass");
      b.line(`const ${name} = (x: Tensor, y: Tensor): Tensor => x.add(y.detach());`);
      b.declare("let", `${name}(${b.value()}, ${b.value()})`);
      b.declare("let", `${name}(${b.value()}, ${b.value()})`);
    },
  },
  {
    name: "closure that captures and changes",
    write: (b) => {
      const { write } = b.target();
      const name = b.name("change");
      b.functionBlock(
        `const ${name} = (): void =>`,
        {},
        () => {
          b.line(write(b.value()));
          if (b.random.chance(0.3)) b.body();
        },
        ";",
      );
      if (b.random.chance(0.4)) b.assign();
      if (b.random.chance(0.85)) b.line(`${name}();`);
    },
  },
  {
    name: "state behind functions",
    write: (b) => {
      const [make, state] = [b.name("makeState"), b.name("state")];
      b.functionBlock(`function ${make}(start: Tensor)`, {}, () => {
        b.line("let current = start;");
        b.line("const get = (): Tensor => current;");
        b.block("const set = (next: Tensor): void =>", () => b.line("current = next;"), ";");
        b.line("return { get, set };");
      });
      b.line(`const ${state} = ${make}(${b.value()});`);
      b.place(`${state}.get()`, (value) => `${state}.set(${value});`);
      if (b.random.chance(0.5)) b.line(`${state}.set(${b.value()});`);
      if (b.random.chance(0.3)) b.line(`const ${b.name("other")} = ${make}(${b.value()});`);
    },
  },
  {
    name: "default parameter",
    write: (b) => {
      const name = b.name("withDefault");
      b.line(`const ${name} = (x: Tensor, y: Tensor = ${b.value()}): Tensor => x.add(y);`);
      b.callable(name);
      const given = b.random.pick(["", `, ${b.value()}`, `, ${b.coin()} ? ${b.value()} : undefined`]);
      b.declare("let", `${name}(${b.value()}${given})`);
    },
  },
  {
    name: "rest and spread",
    write: (b) => {
      const [name, list] = [b.name("total"), b.name("parts")];
      b.line(
        `const ${name} = (first: Tensor, ...others: Tensor[]): Tensor => others.reduce((a, c) => a.add(c), first);`,
      );
      b.line(`const ${list} = [${b.value()}, ${b.value()}] as const;`);
      b.declare("let", b.random.chance(0.5) ? `${name}(...${list})` : `${name}(${b.value()}, ...${list})`);
    },
  },
  {
    name: "recursion",
    write: (b) => {
      const name = b.name("again");
      const last = b.random.chance(0.6) ? "x" : b.value();
      const next = b.random.pick([b.op("x"), b.cut("x"), "y", "x"]);
      const other = b.random.pick(["x", "y", b.value()]);
      b.functionBlock(`function ${name}(n: number, x: Tensor, y: Tensor): Tensor`, {}, () => {
        b.line(`if (n === 0) return ${last};`);
        b.line(`return ${name}(n - 1, ${next}, ${other});`);
      });
      b.declare("let", `${name}(${1 + b.random.below(5)}, ${b.value()}, ${b.value()})`);
    },
  },
  {
    name: "higher-order function",
    write: (b) => {
      const name = b.name("apply");
      b.line(`const ${name} = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => f(x);`);
      const { read, write } = b.target();
      const known = b.random.recent(b.callables.filter((callable) => !callable.includes(".")));
      const callback =
        known !== null && b.random.chance(0.5) ? known : `(x) => ${b.random.chance(0.5) ? b.op("x") : b.cut("x")}`;
      b.line(write(`${name}(${callback}, ${b.random.chance(0.5) ? read : b.value()})`));
    },
  },
  {
    name: "callback with an effect",
    write: (b) => {
      const name = b.name("perform");
      b.line(`const ${name} = (task: () => void): void => ${b.random.chance(0.9) ? "task()" : "undefined"};`);
      const { write } = b.target();
      b.functionBlock(`${name}(() =>`, {}, () => b.line(write(b.value())), ");");
    },
  },
  {
    name: "curried",
    write: (b) => {
      const [name, part] = [b.name("curried"), b.name("part")];
      b.line(
        `const ${name} = (x: Tensor) => (y: Tensor): Tensor => ${b.random.pick(["x.add(y)", "x.mul(y)", "y.sub(x.detach())"])};`,
      );
      b.line(`const ${part} = ${name}(${b.value()});`);
      useTwice(b, part);
    },
  },
  {
    name: "immediately invoked",
    write: (b) => {
      const name = b.name("made");
      b.functionBlock(
        `const ${name} = ((): Tensor =>`,
        { returns: "allowed" },
        () => {
          b.body();
          b.line(`return ${b.value()};`);
        },
        ")();",
      );
      b.place(name);
    },
  },
  {
    name: "function variable",
    coins: 1,
    write: (b) => {
      const name = b.name("chosen");
      b.line(`let ${name} = (x: Tensor): Tensor => ${b.op("x")};`);
      b.line(`if (${b.coin()}) ${name} = (x) => ${b.random.chance(0.5) ? b.cut("x") : b.value()};`);
      useTwice(b, name);
    },
  },
  {
    name: "function in an object",
    write: (b) => {
      const name = b.name("ops");
      b.line(
        `const ${name} = { keep: (x: Tensor): Tensor => ${b.op("x")}, stop: (x: Tensor): Tensor => ${b.cut("x")} };`,
      );
      b.declare("let", `${name}.${b.random.pick(["keep", "stop"])}(${b.value()})`);
      b.callable(`${name}.${b.random.pick(["keep", "stop"])}`);
    },
  },
  {
    name: "call, apply, bind",
    write: (b) => {
      const [name, bound] = [b.name("sum"), b.name("bound")];
      b.line(
        `function ${name}(x: Tensor, y: Tensor): Tensor { return ${b.random.pick(["x.add(y)", "x.mul(y.detach())"])}; }`,
      );
      b.line(`const ${bound} = ${name}.bind(null, ${b.value()});`);
      const forms = [
        `${bound}(${b.value()})`,
        `${name}.call(null, ${b.value()}, ${b.value()})`,
        `${name}.apply(null, [${b.value()}, ${b.value()}])`,
      ] as const;
      b.declare("let", b.random.pick(forms));
    },
  },
  {
    name: "never called",
    write: (b) => {
      const name = b.name("idle");
      const { write } = b.target();
      b.functionBlock(`function ${name}(): void`, {}, () => {
        b.line(write(b.value()));
        b.body();
      });
    },
  },
  {
    name: "parameter changed",
    write: (b) => {
      const name = b.name("fill");
      b.block(`function ${name}(box: { inner: Tensor }): void`, () =>
        b.line(`box.inner = ${b.random.chance(0.5) ? b.op("box.inner") : b.value()};`),
      );
      const box = b.name("box");
      b.line(`const ${box} = { inner: ${b.value()} };`);
      b.line(`${name}(${box});`);
      b.place(`${box}.inner`, (value) => `${box}.inner = ${value};`);
    },
  },
];
