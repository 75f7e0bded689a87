/** Constructs of the library: modes, views, flags, gradients that are read, and modules. */
import type { Construct } from "../construct.js";

export const modes: readonly Construct[] = [
  {
    name: "enableGrad in noGrad",
    write: (b) => {
      const { write } = b.target();
      b.functionBlock(
        "noGrad(() =>",
        {},
        () => {
          b.line(write(b.op(b.atom())));
          b.functionBlock("enableGrad(() =>", {}, () => b.line(write(b.value())), ");");
          if (b.random.chance(0.3)) b.assign();
        },
        ");",
      );
    },
  },
  {
    name: "loss in noGrad",
    write: (b) => {
      const loss = b.name("loss");
      b.line(`const ${loss} = ${b.value()}.add(anchor).sum();`);
      b.functionBlock("noGrad(() =>", {}, () => b.line(`${loss}.backward({ retainGraph: true });`), ");");
    },
  },
  {
    name: "function used in both modes",
    write: (b) => {
      const name = b.name("scale");
      b.line(`const ${name} = (x: Tensor): Tensor => x.mul(${b.value()});`);
      b.declare("let", `noGrad(() => ${name}(${b.value()}))`);
      if (b.random.chance(0.7)) b.declare("let", `${name}(${b.value()})`);
    },
  },
  {
    name: "view changed in place",
    write: (b) => {
      const [base, view] = [b.name("base"), b.name("view")];
      b.line(`const ${base} = zeros([2]);`);
      const forms = [
        "reshape([2])",
        "view([2])",
        "narrow(0, 0, 2)",
        "detach()",
        "unsqueeze(0)",
        "expand([2])",
      ] as const;
      b.line(`const ${view} = ${base}.${b.random.pick(forms)};`);
      b.line(`${view}.${b.random.pick(["add_", "copy_"])}(${b.value()});`);
      b.place(`${base}.add(0)`);
      if (b.random.chance(0.4)) b.place(`${view}.reshape([2]).add(0)`);
    },
  },
  {
    name: "clone",
    write: (b) => b.declare("let", `${b.value()}.clone()${b.random.chance(0.3) ? ".detach()" : ""}`),
  },
  {
    name: "options in a variable",
    write: (b) => {
      const [options, leaf] = [b.name("options"), b.name("w")];
      b.line(`const ${options} = { requiresGrad: ${b.random.chance(0.8) ? "true" : "false"} };`);
      b.supplies.leaves++;
      b.line(`const ${leaf} = tensor([1, 2], ${options});`);
      b.place(leaf);
    },
  },
  {
    name: "gradient read",
    write: (b) => {
      const leaf = b.leaf();
      const name = b.name("step");
      b.line(`${leaf}.mul(anchor).sum().backward();`);
      b.line(`const ${name} = ${leaf}.grad;`);
      b.place(`(${name} ?? ${b.atom()})`);
    },
  },
  {
    name: "parameter objects",
    write: (b) => {
      const [name, item] = [b.name("Affine"), b.name("affine")];
      b.supplies.leaves += 2;
      b.block(`class ${name} extends nn.Module`, () => {
        b.line("weight = new nn.Parameter(tensor([1, 2]));");
        b.line("bias = new nn.Parameter(tensor([3, 4]));");
        const bodies = [
          "x.mul(this.weight).add(this.bias)",
          "x.mul(this.weight)",
          "x.mul(this.weight.detach()).add(this.bias)",
        ];
        b.line(`override forward(x: Tensor): Tensor { return ${bodies[b.random.below(3)] ?? "x"}; }`);
      });
      b.line(`const ${item} = new ${name}();`);
      b.callable(`${item}.forward`);
      b.declare("let", `${item}.${b.random.pick(["forward", "call"])}(${b.value()})`);
      b.place(`${item}.weight`);
    },
  },
  {
    name: "sequential",
    write: (b) => {
      const [name, first, second] = [b.name("stacked"), b.name("first"), b.name("second")];
      b.supplies.leaves += 2;
      b.line(`const ${first} = new nn.Linear(2, 2);`);
      b.line(`const ${second} = new nn.Linear(2, 2);`);
      b.line(`const ${name} = new nn.Sequential(${first}, ${b.random.chance(0.6) ? second : "new nn.Tanh()"});`);
      b.declare("let", `${name}.forward(${b.value()})`);
    },
  },
  {
    name: "frozen layer",
    write: (b) => {
      const [layer, p] = [b.name("frozen"), b.name("p")];
      b.supplies.leaves++;
      b.line(`const ${layer} = new nn.Linear(2, 2);`);
      if (b.random.chance(0.5)) b.line(`for (const ${p} of ${layer}.parameters()) ${p}.requiresGrad = false;`);
      b.declare("let", `${layer}.forward(${b.value()})`);
    },
  },
];
