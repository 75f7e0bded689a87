/** Constructs of the library: cuts, ops without a gradient, changes in place, flags and losses. */
import type { Construct } from "../construct.js";

export const tensors: readonly Construct[] = [
  {
    name: "detach",
    write: (b) => {
      const { read } = b.declare("const");
      b.declare("let", `${read}.detach()`);
    },
  },
  {
    name: "detach of an alias",
    write: (b) => {
      const { read } = b.declare("const");
      const [alias, still] = [b.name("alias"), b.name("still")];
      b.line(`const ${alias} = ${read};`);
      b.line(`const ${still} = ${alias}.detach();`);
      b.place(alias);
      b.place(still);
    },
  },
  {
    name: "noGrad block",
    write: (b) => {
      const { write } = b.target();
      b.functionBlock(
        "noGrad(() =>",
        {},
        () => {
          b.line(write(b.value()));
          if (b.random.chance(0.5)) b.body();
        },
        ");",
      );
    },
  },
  {
    name: "noGrad by name",
    write: (b) => {
      const name = b.name("quiet");
      const { write } = b.target();
      b.functionBlock(`const ${name} = (): void =>`, {}, () => b.line(write(b.value())), ";");
      b.line(`noGrad(${name});`);
      if (b.random.chance(0.3)) b.line(`${name}();`);
    },
  },
  {
    name: "noGrad, returned",
    write: (b) => b.declare("let", `noGrad(() => ${b.random.chance(0.4) ? b.atom() : b.op(b.atom())})`),
  },
  {
    name: "closure made in noGrad",
    write: (b) => {
      const name = b.name("outside");
      b.line(`const ${name} = noGrad(() => (x: Tensor): Tensor => ${b.op("x")});`);
      b.callable(name);
      b.declare("let", `${name}(${b.value()})`);
    },
  },
  {
    name: "rebuilt from its values",
    write: (b) => {
      const forms = [
        `tensor(${b.atom()}.tolist())`,
        `tensor([...${b.atom()}.data])`,
        `${b.value()}.mul(${b.atom()}.sum().item())`,
      ] as const;
      b.declare("let", b.random.pick(forms));
    },
  },
  {
    name: "argmax",
    write: (b) => b.declare("let", `${b.value()}.mul(${b.atom()}.argmax())`),
  },
  {
    name: "comparison and where",
    write: (b) =>
      b.declare("let", `where(${b.atom()}.gt(${b.random.chance(0.5) ? "0" : b.atom()}), ${b.value()}, ${b.value()})`),
  },
  {
    name: "straight through",
    write: (b) => {
      const atom = b.atom();
      b.declare("let", `${atom}.add(${atom}.mul(2).sub(${b.random.chance(0.5) ? atom : b.atom()}).detach())`);
    },
  },
  {
    name: "in place",
    write: (b) => {
      const [name, view] = [b.name("sum"), b.name("view")];
      b.line(`const ${name} = zeros([2]);`);
      const isView = b.random.chance(0.3);
      if (isView) b.line(`const ${view} = ${name}.reshape([2]);`);
      b.line(`${isView ? view : name}.add_(${b.value()});`);
      b.place(`${name}.add(0)`, (value) => `${name}.add_(${value});`);
    },
  },
  {
    name: "requiresGrad switched",
    write: (b) => {
      const name = b.name("late");
      b.line(`const ${name} = tensor([1, 2]);`);
      b.line(`${name}.requiresGrad = ${b.random.chance(0.7) ? "true" : "false"};`);
      b.place(name);
    },
  },
  {
    name: "stack",
    write: (b) => b.declare("let", `stack([${b.value()}, ${b.value()}]).sum(0)`),
  },
  {
    name: "unused leaf",
    write: (b) => {
      const leaf = b.leaf();
      if (b.random.chance(0.5)) b.line(`console.log(String(${leaf}));`);
    },
  },
  {
    name: "leaf in a function",
    write: (b) => {
      const name = b.name("make");
      b.supplies.leaves++;
      b.block(`function ${name}(): Tensor`, () => {
        const leaf = b.name("w");
        b.line(`const ${leaf} = ${b.leafText};`);
        b.line(`return ${b.random.chance(0.6) ? leaf : b.cut(leaf)};`);
      });
      b.declare("let", `${name}()`);
      if (b.random.chance(0.4)) b.declare("let", `${name}()`);
    },
  },
  {
    name: "parameters in an object",
    write: (b) => {
      const name = b.name("params");
      b.supplies.leaves += 2;
      b.block(
        `const ${name} =`,
        () => {
          b.line(`weight: ${b.leafText},`);
          b.line(`bias: ${b.leafText},`);
        },
        ";",
      );
      b.place(`${name}.weight`);
      if (b.random.chance(0.6)) b.place(`${name}.bias`);
    },
  },
  {
    name: "another loss",
    write: (b) => {
      const name = b.name("loss");
      b.line(`const ${name} = ${b.value()}.add(anchor).sum();`);
      b.line(`${name}.backward({ retainGraph: true });`);
    },
  },
  {
    name: "detached after its backward",
    write: (b) => {
      const state = b.declare("let");
      const i = b.name("i");
      b.loopBlock(`for (let ${i} = 0; ${i} < 2; ${i}++)`, () => {
        b.line(state.write(`${state.read}.add(${b.value()})`));
        b.line(`${state.read}.add(anchor).sum().backward({ retainGraph: true });`);
        b.line(state.write(`${state.read}.detach()`));
      });
    },
  },
  {
    name: "gradient as a value",
    write: (b) => {
      const leaf = b.leaf();
      const [name, gradient] = [b.name("inner"), b.name("gradient")];
      b.line(`const ${name} = ${b.random.chance(0.5) ? leaf : b.value()}.mul(${b.atom()}).add(anchor).sum();`);
      b.line(`const [${gradient}] = grad(${name}, [${leaf}], { allowUnused: true, retainGraph: true });`);
      b.place(`(${gradient} ?? ${b.atom()})`);
    },
  },
  {
    name: "training loop",
    write: (b) => {
      const [optimizer, epoch, loss] = [b.name("optimizer"), b.name("epoch"), b.name("loss")];
      const weight = b.leaf();
      b.line(`const ${optimizer} = new optim.SGD([${weight}, anchor], { lr: 0.1 });`);
      b.loopBlock(`for (let ${epoch} = 0; ${epoch} < 2; ${epoch}++)`, () => {
        b.line(
          `const ${loss} = ${b.random.chance(0.7) ? weight : b.cut(weight)}.mul(anchor).add(${b.value()}).mean();`,
        );
        b.line(`${optimizer}.zeroGrad();`);
        b.line(`${loss}.backward({ retainGraph: true });`);
        b.line(`${optimizer}.step();`);
      });
      b.place(weight);
    },
  },
  {
    name: "update by hand",
    write: (b) => {
      const leaf = b.leaf();
      const quiet = b.random.chance(0.8);
      b.block("try", () => {
        if (quiet) b.line("noGrad(() => {");
        b.line(`  ${leaf}.sub_(0.1);`);
        if (quiet) b.line("});");
        if (b.random.chance(0.4)) b.assign();
      });
      b.block("catch", () => b.assign());
      b.place(leaf);
    },
  },
  {
    name: "second pass",
    write: (b) => {
      const loss = b.name("loss");
      b.line(`const ${loss} = ${b.value()}.mul(anchor).sum();`);
      b.block("try", () => {
        b.line(`${loss}.backward(${b.random.chance(0.3) ? "{ retainGraph: true }" : ""});`);
        b.line(`${loss}.backward();`);
        b.assign();
      });
      b.block("catch", () => b.assign());
    },
  },
  {
    name: "saved value overwritten",
    write: (b) => {
      const [squashed, loss] = [b.name("squashed"), b.name("loss")];
      b.block("try", () => {
        b.line(`const ${squashed} = ${b.value()}.add(anchor).${b.random.pick(["tanh()", "sigmoid()", "neg()"])};`);
        b.line(`${squashed}.add_(1);`);
        b.line(`const ${loss} = ${squashed}.sum();`);
        b.line(`${loss}.backward({ retainGraph: true });`);
        b.assign();
      });
      b.block("catch", () => b.assign());
    },
  },
];
