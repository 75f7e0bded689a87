/** Constructs around generators and iterators. */
import type { Construct } from "../construct.js";

export const generators: readonly Construct[] = [
  {
    name: "generator",
    write: (b) => {
      const [name, x] = [b.name("produce"), b.name("x")];
      b.functionBlock(`function* ${name}(): Generator<Tensor>`, { yields: "allowed" }, () => {
        b.line(`yield ${b.value()};`);
        b.nest();
        b.line(`yield ${b.value()};`);
      });
      const { read, write } = b.target();
      b.loopBlock(`for (const ${x} of ${name}())`, () => {
        b.line(write(b.random.chance(0.6) ? `${read}.add(${x})` : x));
        if (b.random.chance(0.2)) b.line("break;");
      });
    },
  },
  {
    name: "yield*",
    write: (b) => {
      const [inner, outer, list] = [b.name("inner"), b.name("outer"), b.name("all")];
      b.functionBlock(`function* ${inner}(): Generator<Tensor>`, { yields: "allowed" }, () => {
        if (b.random.chance(0.5)) b.nest();
        b.line(`yield ${b.value()};`);
      });
      b.functionBlock(`function* ${outer}(): Generator<Tensor>`, { yields: "allowed" }, () => {
        b.line(`yield* ${b.random.chance(0.7) ? `${inner}()` : `[${b.value()}]`};`);
        b.line(`yield ${b.value()};`);
      });
      b.line(`const ${list} = [...${outer}()];`);
      b.place(`${list}[0]`);
      b.place(`${list}[1]`);
    },
  },
  {
    name: "yield in place",
    eager: "yes",
    fits: ({ around }) => around.yields === "allowed",
    write: (b) => b.line(`yield ${b.value()};`),
  },
  {
    name: "next by hand",
    write: (b) => {
      const [name, walk] = [b.name("steps"), b.name("walk")];
      b.functionBlock(`function* ${name}(): Generator<Tensor, void, Tensor>`, {}, () => {
        b.line(`const sent = yield ${b.value()};`);
        b.place("sent");
        b.line(`yield ${b.random.chance(0.6) ? b.op("sent") : b.value()};`);
      });
      b.line(`const ${walk} = ${name}();`);
      b.declare("let", `${walk}.next(${b.atom()}).value as Tensor`);
      b.declare("let", `${walk}.next(${b.value()}).value as Tensor`);
    },
  },
  {
    name: "generator with an effect",
    write: (b) => {
      const { write } = b.target();
      const [name, x] = [b.name("ticks"), b.name("tick")];
      b.functionBlock(`function* ${name}(): Generator<number>`, {}, () => {
        b.line(write(b.value()));
        b.line("yield 1;");
        b.line(write(b.value()));
      });
      b.loopBlock(`for (const ${x} of ${name}())`, () => {
        b.line(`console.log(${x});`);
        b.assign();
      });
    },
  },
  {
    name: "own iterator",
    write: (b) => {
      const [name, x] = [b.name("Range"), b.name("x")];
      b.block(`class ${name}`, () => {
        b.line(`items = [${b.value()}, ${b.value()}];`);
        b.line("*[Symbol.iterator](): Generator<Tensor> { yield* this.items; }");
      });
      const { read, write } = b.target();
      b.loopBlock(`for (const ${x} of new ${name}())`, () =>
        b.line(write(b.random.chance(0.6) ? `${read}.add(${x})` : x)),
      );
    },
  },
  {
    name: "what a generator returns",
    write: (b) => {
      const [inner, outer, list] = [b.name("inner"), b.name("outer"), b.name("all")];
      b.functionBlock(`function* ${inner}(): Generator<Tensor, Tensor>`, {}, () => {
        b.line(`yield ${b.value()};`);
        b.line(`return ${b.value()};`);
      });
      b.functionBlock(`function* ${outer}(): Generator<Tensor>`, {}, () => {
        b.line(`const returned = yield* ${inner}();`);
        b.line(`yield ${b.random.chance(0.6) ? b.op("returned") : b.cut("returned")};`);
      });
      b.line(`const ${list} = [...${outer}()];`);
      b.place(`${list}[${b.random.below(2)}]`);
    },
  },
  {
    name: "iterator of an object",
    write: (b) => {
      const [name, x] = [b.name("walkable"), b.name("x")];
      b.block(
        `const ${name} =`,
        () => {
          b.block(
            "[Symbol.iterator](): Iterator<Tensor>",
            () => {
              b.line("let left = 2;");
              b.line(
                `return { next: () => (left-- > 0 ? { done: false, value: ${b.value()} } : { done: true, value: undefined }) };`,
              );
            },
            ",",
          );
        },
        ";",
      );
      const { read, write } = b.target();
      b.loopBlock(`for (const ${x} of ${name})`, () => b.line(write(b.random.chance(0.5) ? `${read}.add(${x})` : x)));
    },
  },
];
