/**
 * Ops that overwrite their first input and return it. The tape sees the old value as the input and the new one as the
 * output; a formula that would need the old value finds it overwritten and says so, as in PyTorch.
 */
import { isFloat, type DType } from "../dtype.js";
import { EngineError, shapeText } from "../errors.js";
import type { BinaryOp } from "../kernels/kernels.js";
import { broadcast, elementCount, sameShape, type Shape } from "../shape.js";
import { binaryLoop, contiguous, repeated } from "./loops.js";
import { flows, op, vanishes, type Derivative, type None, type Operand, type OpSpec } from "./op-spec.js";

export const inPlace = {
  add_: arithmetic(
    "add_",
    "add",
    "Adds in place.",
    flows((g) => g),
    flows((g) => g),
  ),
  sub_: arithmetic(
    "sub_",
    "sub",
    "Subtracts in place.",
    flows((g) => g),
    flows((g) => g.neg()),
  ),
  mul_: arithmetic(
    "mul_",
    "mul",
    "Multiplies in place.",
    flows((g, { b }) => g.mul(b), "b"),
    flows((g, { a }) => g.mul(a), "a"),
  ),
  div_: {
    ...arithmetic(
      "div_",
      "div",
      "Divides in place.",
      flows((g, { b }) => g.div(b), "b"),
      // ∂(a/b)/∂b = −a/b² = −out/b, which does not need the old a.
      flows((g, { b, out }) => g.mul(out.div(b)).neg(), "b", "out"),
    ),
    check: ([x]: readonly Operand[]) => checkFloat(x.storage.dtype),
  },

  relu_: op<"x">({
    summary: "Sets every negative element to zero.",
    inputs: { x: flows((g, { out }) => g.maskedFill(out.le(0), 0), "out") },
    output: "overwrites",
    dtype: "written",
    shape: ([x]) => x,
    forward: (_kernels, [x], out) => {
      for (let at = 0; at < out.storage.size; at++) if (x.storage.read(at) < 0) out.storage.write(at, 0);
    },
  }),

  zero_: op<"x">({
    summary: "Sets every element to zero.",
    inputs: { x: vanishes("the old values are overwritten with zeros") },
    output: "overwrites",
    dtype: "written",
    shape: ([x]) => x,
    forward: (kernels, _operands, out) => kernels.fill(out.storage, 0, 0, elementCount(out.shape)),
  }),

  fill_: op<"x", { readonly value: number }>({
    summary: "Sets every element to a number.",
    inputs: { x: vanishes("the old values are overwritten with a constant") },
    output: "overwrites",
    dtype: "written",
    shape: ([x]) => x,
    forward: (kernels, _operands, out, { value }) => kernels.fill(out.storage, value, 0, elementCount(out.shape)),
  }),

  copy_: op<"x" | "source">({
    summary: "Overwrites with another tensor's values.",
    inputs: { x: vanishes("the old values are overwritten"), source: flows((g) => g) },
    output: "overwrites",
    dtype: "written",
    shape: ([x, source]) => written("copy_", x, source),
    forward: (kernels, [, source], out) =>
      kernels.copyStrided(source.storage, repeated(source, out), out.storage, contiguous(out.shape), out.shape),
  }),
};

function arithmetic(
  name: string,
  kernel: BinaryOp,
  summary: string,
  a: Derivative<None>,
  b: Derivative<None>,
): OpSpec<"a" | "b", None> {
  return op<"a" | "b">({
    summary,
    inputs: { a, b },
    output: "overwrites",
    dtype: "written",
    shape: ([x, other]) => written(name, x, other),
    forward: binaryLoop(kernel),
  });
}

/** The shape of the target, which the other operand must broadcast to. */
function written(call: string, target: Shape, other: Shape): Shape {
  const shape = broadcast(call, target, other);
  if (sameShape(shape, target)) return target;
  throw new EngineError(
    `${call}: a result of shape ${shapeText(shape)} does not fit into the tensor of shape ${shapeText(target)}`,
    "a tensor keeps its shape when it is changed in place",
    "Use the op without the underscore, or reduce the argument first.",
  );
}

function checkFloat(dtype: DType): void {
  if (isFloat(dtype)) return;
  throw new EngineError(
    `div_: the tensor has dtype ${dtype}`,
    "a quotient need not be a whole number",
    'Use `div`, which gives floats, or convert with `to("float32")` first.',
  );
}
