/** What the table says of each op of jax-js, beside what jax-js does with it: one op, one gradient. */
import { beforeAll, describe, expect, it } from "vitest";
import { jaxMethodOps, jaxOps } from "../../server/libraries/jax-ops.js";
import { disagreements, saysOf, summary, unchecked, type Agreement, type Seen } from "./agreement.js";
import { call, library, member, numbersIn } from "./installed.js";

let jax: unknown = null;
beforeAll(async () => {
  jax = library('export * from "@jax-js/jax";');
  await call(jax, "init", "wasm");
  call(jax, "defaultDevice", "wasm");
}, 120_000);

const array = (values: unknown): unknown => call(jax, "numpy.array", values);
const shaped = (shape: readonly number[]): unknown => {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Array.from({ length: size }, (_, index) => 0.1 + ((index * 0.37) % 0.8));
  return call(array(values), "reshape", shape);
};
const vector = (): unknown => array([0.3, 0.7, 0.45, 0.8]);
const square = (): unknown =>
  array([
    [2, 0.3],
    [0.3, 1.5],
  ]);

/** `x` is what one differentiates by. A use consumes an array, so each is made anew. */
interface Sample {
  readonly x: () => unknown;
  readonly args: (x: unknown) => readonly unknown[];
}

/** Tried in this order; the first that an op accepts counts. */
const samples: readonly Sample[] = [
  { x: vector, args: (x) => [x] },
  { x: vector, args: (x) => [x, array([0.4, 0.6, 0.2, 0.9])] },
  { x: square, args: (x) => [x] },
  { x: square, args: (x) => [x, square()] },
  { x: vector, args: (x) => [[x, vector()]] },
  { x: vector, args: (x) => [x, 2] },
  { x: vector, args: (x) => [x, [2, 2]] },
  { x: vector, args: (x) => [x, 0, 0] },
  { x: square, args: (x) => [x, 0, 1] },
  { x: square, args: (x) => [x, array([1, 2])] },
  { x: () => array([1, 2]), args: (x) => [x, square()] },
  { x: () => array([1, 2, 3]), args: (x) => [x, array([3, 1, 2])] },
  { x: () => shaped([2, 2, 2]), args: (x) => [x, 2] },
  { x: () => shaped([1, 1, 4, 4]), args: (x) => [x, shaped([1, 1, 2, 2]), [1, 1], "VALID"] },
  { x: () => shaped([1, 2, 1, 4]), args: (x) => [x, shaped([1, 2, 1, 4]), shaped([1, 2, 1, 4])] },
];

/** Ops that take something else first, or of which another sample says more. */
const special: Readonly<Record<string, Sample>> = {
  "numpy.einsum": { x: vector, args: (x) => ["i,i->", x, vector()] },
  "numpy.corrcoef": { x: vector, args: (x) => [x, array([0.4, 0.6, 0.2, 0.9])] },
  "numpy.where": { x: vector, args: (x) => [call(vector(), "greater", 0.5), x, 0] },
  "numpy.take": { x: vector, args: (x) => [x, call(array([0, 2]), "astype", "int32")] },
  "numpy.broadcastTo": { x: vector, args: (x) => [x, [2, 4]] },
  "numpy.astype": { x: vector, args: (x) => [x, "float32"] },
  "numpy.linalg.matrixPower": { x: square, args: (x) => [x, 2] },
  "lax.reduceWindow": { x: vector, args: (x) => [x, (part: unknown) => call(part, "sum"), [2]] },
  astype: { x: vector, args: (x) => [x, "float32"] },
  slice: { x: vector, args: (x) => [x, [1, 3]] },
};

/**
 * Integers alone have these, and nothing differentiates by integers; of what is drawn, the key is one. Those that are
 * written with `einsum` need the iterators of Node 22.
 */
const withoutGradient =
  /^(random|numpy\.(bitwise\w+|invert|leftShift|rightShift|full|takeAlongAxis|einsum|matvec|vecmat)$|nn\.(oneHot|dotProductAttention)$)/;

function gradientThrough(name: string, apply: (args: readonly unknown[]) => unknown): Seen {
  const own = special[name];
  let message = "";
  for (const { x, args } of own === undefined ? samples : [own]) {
    try {
      const loss = (input: unknown): unknown => weighted(apply(args(input)));
      const gradient = call(call(call(jax, "grad", loss), "call", null, x()), "js");
      return { kind: numbersIn(gradient).every((each) => each === 0) ? "zeros" : "flows" };
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
      // It has taken the input, and has no derivative.
      if (message.includes("JVP rule not implemented")) return { kind: "throws", message };
    }
  }

  return { kind: "unchecked", message };
}

/** A weight for each number, so that no sum hides what flows; several results are added up. */
function weighted(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(weighted).reduce((a: unknown, b: unknown) => call(a, "add", b));
  const numbers = call(call(result, "astype", "float32"), "ravel");
  const size = Number(member(numbers, "size"));
  const weights = Array.from({ length: size }, (_, index) => 1 + 0.31 * ((index * 7) % 5));
  return call(call(numbers, "mul", array(weights)), "sum");
}

describe("jax-js 0.1.25", () => {
  it("has every op of the table", () => {
    expect([...jaxOps.keys()].filter((name) => typeof member(jax, name) !== "function")).toEqual([]);
  });

  it("does with a gradient what the table says", () => {
    const functions: readonly Agreement[] = [...jaxOps].map(([op, row]) => {
      const says = saysOf(row, op === "numpy.where" ? 1 : 0);
      return { op, says, seen: gradientThrough(op, (args) => call(jax, op, ...args)) };
    });
    const methods: readonly Agreement[] = [...jaxMethodOps].map(([op, row]) => {
      const seen = gradientThrough(op, ([x, ...rest]) => call(x, op, ...rest));
      return { op: `x.${op}()`, says: saysOf(row), seen };
    });
    const rows = [...functions, ...methods];
    console.log(summary("jax-js", rows));
    expect(disagreements(rows)).toEqual([]);
    expect(unchecked(rows).filter((op) => !withoutGradient.test(op))).toEqual([]);
  });

  it("answers with zeros, and without an error, where nothing flows", () => {
    const nothing = (x: unknown): unknown => call(call(jax, "lax.stopGradient", x), "sum");
    expect(numbersIn(call(call(call(jax, "grad", nothing), "call", null, vector()), "js"))).toEqual([0, 0, 0, 0]);
  });
});
