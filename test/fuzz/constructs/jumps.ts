/** Constructs that jump across each other: nested handlers, finalizers that decide, labels without loops. */
import type { Construct } from "../construct.js";

export const jumps: readonly Construct[] = [
  {
    name: "labelled block",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      const label = b.name("part");
      b.block(`${label}:`, () => {
        b.line(write(b.value()));
        b.line(`if (${b.coin()}) break ${label};`);
        b.body();
      });
    },
  },
  {
    name: "nested try",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      b.block("try", () => {
        b.block("try", () => {
          b.line(write(b.value()));
          b.line(`if (${b.coin()}) throw new Error("inner");`);
        });
        b.block(b.random.pick(["finally", "catch"]), () => {
          b.line(write(b.value()));
          if (b.random.chance(0.4)) b.line(`if (${b.coin()}) throw new Error("again");`);
        });
        b.body();
      });
      b.block("catch", () => b.body());
    },
  },
  {
    name: "finally that jumps",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      const i = b.name("i");
      b.loopBlock(`for (let ${i} = 0; ${i} < 2; ${i}++)`, () => {
        b.block("try", () => {
          b.line(write(b.value()));
          b.line(`if (${b.coin()}) throw new Error("stop");`);
          if (b.random.chance(0.5)) b.line(`if (${b.coin()}) continue;`);
          b.body();
        });
        b.block("finally", () => {
          b.line(write(b.value()));
          b.line(`${b.random.pick(["break", "continue"])};`);
        });
        b.assign();
      });
    },
  },
  {
    name: "switch in a loop",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      const i = b.name("i");
      b.loopBlock(`for (let ${i} = 0; ${i} < 3; ${i}++)`, () => {
        b.block(`switch (${i})`, () => {
          b.line("case 0:");
          b.scoped(() => {
            b.line(write(b.value()));
            b.line(`if (${b.coin()}) ${b.random.pick(["break", "continue"])};`);
          });
          b.line("case 1:");
          b.scoped(() => {
            b.assign();
            b.line("break;");
          });
          b.line("default:");
          b.scoped(() => b.line(write(b.value())));
        });
        if (b.random.chance(0.5)) b.body();
      });
    },
  },
  {
    name: "exception through a callback",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      b.block("try", () => {
        b.functionBlock(
          "[1, 2].forEach(() =>",
          {},
          () => {
            b.line(write(b.value()));
            b.line(`if (${b.coin()}) throw new Error("out");`);
            b.assign();
          },
          ");",
        );
        b.assign();
      });
      b.block("catch", () => b.assign());
    },
  },
  {
    name: "rethrow",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      const name = b.name("guarded");
      b.functionBlock(`function ${name}(): Tensor`, { returns: "allowed" }, () => {
        b.block("try", () => {
          b.line(`if (${b.coin()}) throw new Error("first");`);
          b.line(`return ${b.value()};`);
        });
        b.block("catch (problem)", () => {
          b.line(write(b.value()));
          b.line(b.random.chance(0.5) ? "throw problem;" : `return ${b.value()};`);
        });
      });
      b.block("try", () => b.line(write(`${name}()`)));
      b.block("catch", () => b.assign());
    },
  },
  {
    name: "loop that counts down",
    write: (b) => {
      const { read, write } = b.target();
      const left = b.name("left");
      b.line(`let ${left} = ${1 + b.random.below(3)};`);
      b.loopBlock(`while (${left}-- > 0)`, () => {
        b.line(write(b.random.chance(0.5) ? b.op(read) : b.value()));
        if (b.random.chance(0.3)) b.body();
      });
    },
  },
  {
    name: "flag changed in a loop",
    write: (b) => {
      const { write } = b.target();
      const [seen, i] = [b.name("seen"), b.name("i")];
      b.line(`let ${seen} = false;`);
      b.loopBlock(`for (let ${i} = 0; ${i} < 2; ${i}++)`, () => {
        b.block(`if (${seen})`, () => b.line(write(b.value())));
        b.line(`${seen} = ${b.random.chance(0.8) ? "true" : "false"};`);
      });
    },
  },
];
