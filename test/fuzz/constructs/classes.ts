/** Constructs around classes, and the engine's modules. */
import type { Construct } from "../construct.js";

export const classes: readonly Construct[] = [
  {
    name: "class with field and method",
    write: (b) => {
      const [name, item] = [b.name("Layer"), b.name("layer")];
      b.block(`class ${name}`, () => {
        b.line(`weight: Tensor = ${b.value()};`);
        b.line(`unused: Tensor = ${b.value()};`);
        b.block("forward(x: Tensor): Tensor", () => {
          b.line(
            `return ${b.random.pick(["x.mul(this.weight)", "x.add(this.weight)", "x.mul(this.weight.detach())", "this.weight.add(x.detach())"])};`,
          );
        });
      });
      b.line(`const ${item} = new ${name}();`);
      b.place(`${item}.weight`, (value) => `${item}.weight = ${value};`);
      b.callable(`${item}.forward`);
      if (b.random.chance(0.7)) b.declare("let", `${item}.forward(${b.value()})`);
    },
  },
  {
    name: "constructor",
    write: (b) => {
      const [name, one, two] = [b.name("Pair"), b.name("pair"), b.name("pair")];
      b.block(`class ${name}`, () => {
        b.line("second: Tensor;");
        b.block("constructor(public first: Tensor, second: Tensor)", () =>
          b.line(`this.second = ${b.random.chance(0.6) ? "second" : b.cut("second")};`),
        );
      });
      b.line(`const ${one} = new ${name}(${b.value()}, ${b.value()});`);
      b.line(`const ${two} = new ${name}(${b.value()}, ${b.value()});`);
      for (const path of [`${one}.first`, `${one}.second`, `${two}.second`])
        b.place(path, (value) => `${path} = ${value};`);
    },
  },
  {
    name: "accessor",
    write: (b) => {
      const [name, item] = [b.name("Cell"), b.name("cell")];
      b.block(`class ${name}`, () => {
        b.line(`private held: Tensor = ${b.value()};`);
        b.line(`get value(): Tensor { return ${b.random.chance(0.7) ? "this.held" : b.cut("this.held")}; }`);
        b.line(`set value(next: Tensor) { this.held = ${b.random.chance(0.7) ? "next" : b.cut("next")}; }`);
      });
      b.line(`const ${item} = new ${name}();`);
      b.place(`${item}.value`, (value) => `${item}.value = ${value};`);
      if (b.random.chance(0.5)) b.line(`${item}.value = ${b.value()};`);
    },
  },
  {
    name: "static",
    write: (b) => {
      const name = b.name("Registry");
      b.block(`class ${name}`, () => {
        b.line(`static shared: Tensor = ${b.value()};`);
        b.line(`static store(x: Tensor): void { this.shared = ${b.random.chance(0.6) ? "x" : b.cut("x")}; }`);
      });
      b.place(`${name}.shared`, (value) =>
        b.random.chance(0.5) ? `${name}.store(${value});` : `${name}.shared = ${value};`,
      );
      if (b.random.chance(0.5)) b.line(`${name}.store(${b.value()});`);
    },
  },
  {
    name: "private name",
    write: (b) => {
      const [name, item] = [b.name("Vault"), b.name("vault")];
      b.block(`class ${name}`, () => {
        b.line(`#held: Tensor = ${b.value()};`);
        b.line("open(): Tensor { return this.#held; }");
        b.line(`close(x: Tensor): void { this.#held = ${b.random.chance(0.6) ? "x" : "this.#held.add(x)"}; }`);
      });
      b.line(`const ${item} = new ${name}();`);
      b.place(`${item}.open()`, (value) => `${item}.close(${value});`);
      if (b.random.chance(0.5)) b.line(`${item}.close(${b.value()});`);
    },
  },
  {
    name: "inheritance and super",
    write: (b) => {
      const [base, name, item] = [b.name("Base"), b.name("Derived"), b.name("derived")];
      b.block(`class ${base}`, () => {
        b.line(`scale: Tensor = ${b.value()};`);
        b.line(
          `forward(x: Tensor): Tensor { return ${b.random.pick(["x.mul(this.scale)", "x.add(this.scale.detach())", "this.shift(x)"])}; }`,
        );
        b.line(`shift(x: Tensor): Tensor { return ${b.op("x")}; }`);
      });
      b.block(`class ${name} extends ${base}`, () => {
        b.line(`bias: Tensor = ${b.value()};`);
        b.line(
          `override forward(x: Tensor): Tensor { return ${b.random.pick(["super.forward(x).add(this.bias)", "super.forward(x)", "x.add(this.bias)"])}; }`,
        );
        if (b.random.chance(0.5))
          b.line(
            `override shift(x: Tensor): Tensor { return ${b.random.chance(0.5) ? b.cut("x") : "x.mul(this.bias)"}; }`,
          );
      });
      b.line(`const ${item} = new ${name}();`);
      b.place(`${item}.scale`, (value) => `${item}.scale = ${value};`);
      b.callable(`${item}.forward`);
      b.declare("let", `${item}.forward(${b.value()})`);
    },
  },
  {
    name: "super in a constructor",
    write: (b) => {
      const [base, name, item] = [b.name("Root"), b.name("Child"), b.name("child")];
      b.block(`class ${base}`, () => {
        b.line("held: Tensor;");
        b.line("constructor(x: Tensor) { this.held = x; }");
      });
      b.block(`class ${name} extends ${base}`, () => {
        b.block("constructor(x: Tensor)", () => {
          b.line(`super(${b.random.chance(0.6) ? b.op("x") : b.value()});`);
          if (b.random.chance(0.4)) b.line(`this.held = ${b.value()};`);
        });
      });
      b.line(`const ${item} = new ${name}(${b.value()});`);
      b.place(`${item}.held`, (value) => `${item}.held = ${value};`);
    },
  },
  {
    name: "mixin",
    write: (b) => {
      const [mixin, base, name, item] = [b.name("withGain"), b.name("Plain"), b.name("Mixed"), b.name("mixed")];
      b.block(`function ${mixin}<Base extends new (...args: any[]) => { held: Tensor }>(base: Base)`, () => {
        b.block(
          "return class extends base",
          () => {
            b.line(`gain: Tensor = ${b.value()};`);
            b.line(
              `boosted(): Tensor { return this.held.${b.random.pick(["mul", "add"])}(${b.random.chance(0.6) ? "this.gain" : "this.gain.detach()"}); }`,
            );
          },
          ";",
        );
      });
      b.block(`class ${base}`, () => b.line(`held: Tensor = ${b.value()};`));
      b.block(`class ${name} extends ${mixin}(${base})`, () => undefined);
      b.line(`const ${item} = new ${name}();`);
      b.place(`${item}.boosted()`, (value) => `${item}.held = ${value};`);
    },
  },
  {
    name: "module with layers",
    write: (b) => {
      const [name, item] = [b.name("Net"), b.name("net")];
      b.supplies.leaves += 2;
      b.block(`class ${name} extends nn.Module`, () => {
        b.line("first = new nn.Linear(2, 2);");
        b.line("second = new nn.Linear(2, 2);");
        b.line(
          `override forward(x: Tensor): Tensor { return ${b.random.pick(["this.second.forward(this.first.forward(x))", "this.first.forward(x)", "this.second.forward(this.first.forward(x).detach())"])}; }`,
        );
      });
      b.line(`const ${item} = new ${name}();`);
      b.declare("let", `${item}.forward(${b.value()})`);
    },
  },
];
