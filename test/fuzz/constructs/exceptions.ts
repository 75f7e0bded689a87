/** Constructs that leave in the middle: exceptions, their handlers, and early returns. */
import type { Builder } from "../builder.js";
import type { Construct } from "../construct.js";

export const exceptions: readonly Construct[] = [
  {
    name: "try/catch",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      b.block("try", () => {
        b.line(write(b.value()));
        b.line(`if (${b.coin()}) throw new Error("stop");`);
        b.body();
      });
      b.block("catch", () => b.body());
    },
  },
  {
    name: "finally",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      b.block("try", () => {
        b.line(write(b.value()));
        if (b.random.chance(0.5)) b.line(`if (${b.coin()}) throw new Error("stop");`);
      });
      if (b.random.chance(0.9)) b.block("catch", () => b.body());
      b.block("finally", () => b.body());
    },
  },
  {
    name: "finally on early return",
    coins: 1,
    write: (b) => {
      const { read, write } = b.target();
      const name = b.name("leave");
      b.functionBlock(`function ${name}(): Tensor`, { returns: "allowed" }, () => {
        b.block("try", () => {
          if (b.random.chance(0.4)) b.line(`if (${b.coin()}) return ${b.value()};`);
          b.body();
          b.line(`return ${b.value()};`);
        });
        b.block("finally", () => {
          b.line(write(b.value()));
          if (b.random.chance(0.15)) b.line(`return ${read};`);
        });
      });
      b.declare("let", `${name}()`);
    },
  },
  {
    name: "throw",
    coins: 1,
    write: (b) => {
      const name = b.name("check");
      b.functionBlock(`function ${name}(given: Tensor): Tensor`, { returns: "allowed" }, () => {
        b.place("given");
        if (b.random.chance(0.4)) b.body();
        b.line(`if (${b.coin()}) throw new Error("refused");`);
        b.line(`return ${b.random.chance(0.7) ? b.op("given") : b.value()};`);
      });
      const { write } = b.target();
      b.block("try", () => b.line(write(`${name}(${b.value()})`)));
      b.block("catch", () => b.line(write(b.value())));
    },
  },
  {
    name: "thrown value",
    coins: 1,
    write: (b) => {
      const { write } = b.target();
      b.block("try", () => {
        b.line(`if (${b.coin()}) throw { carried: ${b.value()} };`);
        b.body();
      });
      b.block("catch (problem)", () => b.line(write("(problem as { carried: Tensor }).carried")));
    },
  },
  {
    name: "early return",
    coins: 1,
    write: (b) => {
      const name = b.name("choose");
      b.functionBlock(`function ${name}(given: Tensor): Tensor`, { returns: "allowed" }, () => {
        b.variable("given");
        b.line(`if (${b.coin()}) return ${b.value()};`);
        b.body();
        b.line(`return ${b.value()};`);
      });
      useTwice(b, name);
    },
  },
  {
    name: "return in the middle",
    eager: "yes",
    coins: 1,
    fits: ({ around }) => around.returns === "allowed",
    write: (b) => b.line(`if (${b.coin()}) return ${b.value()};`),
  },
  {
    name: "early exit of a loop",
    eager: "yes",
    coins: 1,
    fits: ({ around }) => around.loop === "inside",
    write: (b) => b.line(`if (${b.coin()}) ${b.random.pick(["break", "continue"])};`),
  },
];

/** Calls a function of one tensor, with different arguments where it is called again. */
export function useTwice(b: Builder, name: string): void {
  b.callable(name);
  b.declare("let", `${name}(${b.value()})`);
  if (b.random.chance(0.4)) b.declare("let", `${name}(${b.value()})`);
}
