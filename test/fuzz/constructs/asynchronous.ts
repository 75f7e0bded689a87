/** Constructs that wait, and those that do not. */
import type { Builder } from "../builder.js";
import type { Construct } from "../construct.js";

const mayAwait = ({ around }: Builder): boolean => around.awaits === "allowed";

export const asynchronous: readonly Construct[] = [
  {
    name: "async and await",
    fits: mayAwait,
    write: (b) => {
      const name = b.name("load");
      b.functionBlock(
        `async function ${name}(x: Tensor): Promise<Tensor>`,
        { awaits: "allowed", returns: "allowed" },
        () => {
          b.variable("x");
          if (b.random.chance(0.5)) b.line("await null;");
          b.body();
          b.line(`return ${b.random.chance(0.6) ? b.op("x") : b.value()};`);
        },
      );
      b.declare("let", `await ${name}(${b.value()})`);
      if (b.random.chance(0.3)) b.declare("let", `await ${name}(${b.value()})`);
    },
  },
  {
    name: "un-awaited async",
    write: (b) => {
      const { write } = b.target();
      const name = b.name("background");
      b.functionBlock(`async function ${name}(): Promise<void>`, { awaits: "allowed" }, () => {
        b.line(write(b.value()));
        b.line("await null;");
        b.line(write(b.value()));
      });
      b.line(`void ${name}();`);
      b.assign();
      if (mayAwait(b) && b.random.chance(0.5)) b.line("await Promise.resolve();");
    },
  },
  {
    name: "awaited later",
    fits: mayAwait,
    write: (b) => {
      const [name, promise] = [b.name("fetchIt"), b.name("promise")];
      b.functionBlock(`async function ${name}(): Promise<Tensor>`, { awaits: "allowed", returns: "allowed" }, () => {
        b.body();
        b.line("await null;");
        b.line(`return ${b.value()};`);
      });
      b.line(`const ${promise} = ${name}();`);
      b.assign();
      b.declare("let", `await ${promise}`);
    },
  },
  {
    name: "Promise.all",
    fits: mayAwait,
    write: (b) => {
      const [name, one, two] = [b.name("job"), b.name("one"), b.name("two")];
      b.functionBlock(
        `async function ${name}(x: Tensor): Promise<Tensor>`,
        { awaits: "allowed", returns: "allowed" },
        () => {
          b.line("await null;");
          b.line(`return ${b.random.chance(0.6) ? b.op("x") : b.cut("x")};`);
        },
      );
      b.line(`const [${one}, ${two}] = await Promise.all([${name}(${b.value()}), ${name}(${b.value()})]);`);
      b.place(one);
      b.place(two);
    },
  },
  {
    name: "then",
    fits: mayAwait,
    write: (b) => {
      const { write } = b.target();
      const name = b.name("chain");
      b.line(
        `const ${name} = Promise.resolve(${b.value()}).then((x) => ${b.random.chance(0.5) ? b.op("x") : b.cut("x")});`,
      );
      if (b.random.chance(0.5))
        b.functionBlock(
          `void ${name}.then((x) =>`,
          {},
          () => b.line(write(b.random.chance(0.5) ? "x" : b.value())),
          ");",
        );
      b.declare("let", `await ${name}`);
    },
  },
  {
    name: "setTimeout",
    write: (b) => {
      const { write } = b.target();
      b.functionBlock(
        "setTimeout(() =>",
        {},
        () => {
          b.line(write(b.value()));
          if (b.random.chance(0.3)) b.body();
        },
        ", 0);",
      );
      if (mayAwait(b) && b.random.chance(0.6)) b.line("await new Promise<void>((resolve) => setTimeout(resolve, 1));");
    },
  },
  {
    name: "new Promise",
    fits: mayAwait,
    write: (b) => {
      const name = b.name("settled");
      b.functionBlock(
        `const ${name} = await new Promise<Tensor>((resolve) =>`,
        {},
        () => {
          b.line(b.random.chance(0.5) ? `resolve(${b.value()});` : `setTimeout(() => resolve(${b.value()}), 0);`);
        },
        ");",
      );
      b.place(name);
    },
  },
  {
    name: "for await",
    fits: mayAwait,
    write: (b) => {
      const [name, x] = [b.name("stream"), b.name("x")];
      b.functionBlock(
        `async function* ${name}(): AsyncGenerator<Tensor>`,
        { awaits: "allowed", yields: "allowed" },
        () => {
          b.line(`yield ${b.value()};`);
          b.line("await null;");
          b.line(`yield ${b.value()};`);
        },
      );
      const { read, write } = b.target();
      b.loopBlock(`for await (const ${x} of ${name}())`, () =>
        b.line(write(b.random.chance(0.6) ? `${read}.add(${x})` : x)),
      );
    },
  },
  {
    name: "async method",
    fits: mayAwait,
    write: (b) => {
      const [name, item] = [b.name("Service"), b.name("service")];
      b.block(`class ${name}`, () => {
        b.line(`state: Tensor = ${b.value()};`);
        b.functionBlock("async update(x: Tensor): Promise<void>", { awaits: "allowed" }, () => {
          b.line("await null;");
          b.line(`this.state = ${b.random.pick(["x", "this.state.add(x)", "x.detach()"])};`);
        });
      });
      b.line(`const ${item} = new ${name}();`);
      b.line(`${b.random.chance(0.7) ? "await" : "void"} ${item}.update(${b.value()});`);
      b.place(`${item}.state`, (value) => `${item}.state = ${value};`);
    },
  },
  {
    name: "await in try",
    coins: 1,
    fits: mayAwait,
    write: (b) => {
      const name = b.name("risky");
      b.functionBlock(`async function ${name}(): Promise<Tensor>`, { awaits: "allowed" }, () => {
        b.line("await null;");
        b.line(`if (${b.coin()}) throw new Error("lost");`);
        b.line(`return ${b.value()};`);
      });
      const { write } = b.target();
      b.block("try", () => b.line(write(`await ${name}()`)));
      b.block("catch", () => b.line(write(b.value())));
    },
  },
  {
    name: "race, catch and finally",
    fits: mayAwait,
    write: (b) => {
      const { write } = b.target();
      const name = b.name("first");
      b.line(`const ${name} = Promise.race([Promise.resolve(${b.value()}), Promise.resolve(${b.value()})]);`);
      const forms = [
        `await ${name}`,
        `await ${name}.catch(() => ${b.value()})`,
        `await Promise.reject(new Error("no")).catch(() => ${b.value()})`,
      ] as const;
      b.declare("let", b.random.pick(forms));
      if (b.random.chance(0.4))
        b.functionBlock(`await ${name}.finally(() =>`, {}, () => b.line(write(b.value())), ");");
    },
  },
  {
    name: "async callbacks",
    fits: mayAwait,
    write: (b) => {
      const { write } = b.target();
      const name = b.name("results");
      b.functionBlock(
        `const ${name} = await Promise.all([${b.value()}, ${b.value()}].map(async (x) =>`,
        { awaits: "allowed", returns: "allowed" },
        () => {
          b.line("await null;");
          if (b.random.chance(0.5)) b.line(write(b.random.chance(0.5) ? "x" : b.value()));
          b.line(`return ${b.random.chance(0.6) ? b.op("x") : b.cut("x")};`);
        },
        "));",
      );
      b.place(`${name}[${b.random.below(2)}]`);
    },
  },
  {
    name: "await in a loop",
    fits: mayAwait,
    write: (b) => {
      const { read, write } = b.target();
      const [name, i] = [b.name("produce"), b.name("i")];
      b.line(`const ${name} = async (x: Tensor): Promise<Tensor> => ${b.random.chance(0.6) ? b.op("x") : b.cut("x")};`);
      b.loopBlock(`for (let ${i} = 0; ${i} < 2; ${i}++)`, () => {
        b.line(write(`await ${name}(${b.random.chance(0.5) ? read : b.value()})`));
        b.body();
      });
    },
  },
  {
    name: "microtask",
    write: (b) => {
      const { write } = b.target();
      b.functionBlock("queueMicrotask(() =>", {}, () => b.line(write(b.value())), ");");
      b.assign();
      if (mayAwait(b)) b.line("await null;");
    },
  },
];
