/** Constructs that choose between values. */
import type { Construct } from "../construct.js";

export const branches: readonly Construct[] = [
  {
    name: "if/else",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      b.block(`if (${b.coin()})`, () => b.line(write(b.value())));
      b.block("else", () => {
        b.body();
        b.line(write(b.value()));
      });
    },
  },
  {
    name: "if without else",
    coins: 1,
    write: (b) => {
      b.target();
      b.block(`if (${b.coin()})`, () => b.body());
    },
  },
  {
    name: "ternary",
    coins: 1,
    write: (b) => b.declare("let", `${b.coin()} ? ${b.value()} : ${b.value()}`),
  },
  {
    name: "nullish",
    coins: 1,
    write: (b) => {
      const name = b.name("maybe");
      b.line(`const ${name}: Tensor | null = ${b.coin()} ? ${b.value()} : null;`);
      b.declare("let", `${name} ?? ${b.value()}`);
    },
  },
  {
    name: "or",
    coins: 1,
    write: (b) => {
      const name = b.name("maybe");
      b.line(`const ${name}: Tensor | undefined = ${b.coin()} ? ${b.value()} : undefined;`);
      b.declare("let", `${name} || ${b.value()}`);
    },
  },
  {
    name: "and",
    coins: 1,
    write: (b) => {
      const { read, write } = b.target();
      b.line(`${b.coin()} && (${write(b.value()).replace(/;$/, "")});`);
      const name = b.name("both");
      b.line(`const ${name} = ${read} && ${b.value()};`);
      b.place(name);
    },
  },
  {
    name: "switch with fall-through",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      const subject = b.name("kind");
      b.line(`const ${subject}: string = ${b.coin()} ? "a" : ${b.coin()} ? "b" : "c";`);
      b.block(`switch (${subject})`, () => {
        b.line('case "a":');
        b.scoped(() => b.line(write(b.value())));
        if (b.random.chance(0.5)) b.scoped(() => b.line("break;"));
        b.line('case "b":');
        b.scoped(() => {
          const other = b.target();
          b.line(other.write(b.value()));
          b.line("break;");
        });
        b.line("default:");
        b.scoped(() => b.line(write(b.value())));
      });
    },
  },
  {
    name: "logical assignment",
    coins: 1,
    write: (b) => {
      const name = b.name("late");
      b.line(`let ${name}: Tensor | null = ${b.coin()} ? null : ${b.value()};`);
      b.line(`${name} ??= ${b.value()};`);
      b.declare("let", name);
    },
  },
  {
    name: "comma",
    write: (b) => {
      const { write } = b.target();
      b.declare("let", `(${write(b.value()).replace(/;$/, "")}, ${b.value()})`);
    },
  },
  {
    name: "optional chaining",
    coins: 1,
    write: (b) => {
      const name = b.name("box");
      b.line(`const ${name}: { inner: Tensor } | undefined = ${b.coin()} ? { inner: ${b.value()} } : undefined;`);
      b.place(`(${name}?.inner ?? ${b.atom()})`);
    },
  },
  {
    name: "as any",
    write: (b) => {
      const name = b.name("loose");
      b.line(`const ${name} = ${b.value()} as any;`);
      b.declare("let", b.random.chance(0.5) ? `${name}.detach() as Tensor` : `${name} as Tensor`);
    },
  },
  {
    name: "non-null",
    coins: 1,
    write: (b) => {
      const name = b.name("maybe");
      b.line(`let ${name}: Tensor | null = null;`);
      b.line(`${name} = ${b.value()};`);
      b.declare("let", `${name}!`);
    },
  },
  {
    name: "constant flag",
    write: (b) => {
      const flag = b.name("flag");
      const { write } = b.target();
      b.line(`const ${flag} = ${b.random.chance(0.5) ? "true" : "false"};`);
      b.block(`if (${flag})`, () => b.line(write(b.value())));
      if (b.random.chance(0.5)) b.block("else", () => b.body());
    },
  },
  {
    name: "template text",
    write: (b) => {
      const name = b.name("text");
      b.line(`const ${name} = \`value \${String(${b.value()})}\`;`);
      b.line(`console.log(${name}.length);`);
    },
  },
];
