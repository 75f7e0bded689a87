/**
 * How rows of the table call kernels: elementwise with broadcasting, and along one dimension.
 * The kernels come as an argument; nothing here knows which implementation runs.
 */
import type { BinaryOp, CompareOp, Kernels, UnaryOp, Walk } from "../kernels/kernels.js";
import { broadcastStrides, elementCount, sameShape, stridesOf, type Shape } from "../shape.js";
import type { Operand } from "./op-spec.js";

export type Forward = (kernels: Kernels, operands: readonly Operand[], out: Operand) => void;

export function unaryLoop(name: UnaryOp): Forward {
  return (kernels, [x], out) => kernels.unary(name, x.storage, out.storage, elementCount(out.shape));
}

export function binaryLoop(name: BinaryOp): Forward {
  return (kernels, [a, b], out) => {
    if (walksAlike(a, b, out)) kernels.binary(name, a.storage, b.storage, out.storage, elementCount(out.shape));
    else kernels.binaryStrided(name, a.storage, repeated(a, out), b.storage, repeated(b, out), out.storage, out.shape);
  };
}

export function compareLoop(name: CompareOp): Forward {
  return (kernels, [a, b], out) => {
    if (walksAlike(a, b, out)) kernels.compare(name, a.storage, b.storage, out.storage, elementCount(out.shape));
    else kernels.compareStrided(name, a.storage, repeated(a, out), b.storage, repeated(b, out), out.storage, out.shape);
  };
}

/** Row-major from the start. */
export function contiguous(shape: Shape, offset = 0): Walk {
  return { offset, strides: stridesOf(shape) };
}

/** An operand read as if it had the shape of `out`. */
export function repeated(operand: Operand, out: Operand): Walk {
  return { offset: 0, strides: broadcastStrides(operand.shape, out.shape) };
}

/** Each operand has the output's elements one for one, or a single element. */
function walksAlike(a: Operand, b: Operand, out: Operand): boolean {
  return isRepeatable(a, out) && isRepeatable(b, out);
}

function isRepeatable(operand: Operand, out: Operand): boolean {
  return operand.storage.size === 1 || sameShape(operand.shape, out.shape);
}
