/**
 * Dtypes: which is a float, and in which dtype operands meet. As in PyTorch the kinds are ordered bool, integer, float;
 * a number of the program or a scalar tensor changes the kind of a result, but not its precision.
 */
import type { DType } from "./kernels/storage.js";

export type { DType };

/** An operand as promotion sees it: `weak` are the program's numbers, `scalar` are tensors without dimensions. */
export interface Typed {
  readonly dtype: DType;
  readonly weight: "weak" | "scalar" | "tensor";
}

export const defaultFloat: DType = "float32";

export function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

export function isDType(value: unknown): value is DType {
  return value === "float32" || value === "float64" || value === "int32" || value === "bool";
}

/** The dtype of a number that the program wrote: whole numbers adapt to integers, others make a float. */
export function dtypeOfNumber(value: number): DType {
  return Number.isInteger(value) ? "int32" : defaultFloat;
}

/** Where the operands meet: the heaviest weight that has the highest kind decides the precision. */
export function promoted(operands: readonly Typed[]): DType {
  const tensors = widest(operands, "tensor");
  const scalars = widest(operands, "scalar");
  const numbers = widest(operands, "weak");
  return join(join(tensors, scalars), numbers) ?? defaultFloat;
}

export function floatFor(dtype: DType): DType {
  return isFloat(dtype) ? dtype : defaultFloat;
}

/** Whether a value of one dtype may be written into the other in place: the kind may rise and not fall. */
export function canHold(target: DType, source: DType): boolean {
  return kind(target) >= kind(source);
}

/** The dtype in which tensors of two dtypes meet. */
export function promoteTypes(one: DType, other: DType): DType {
  return rank(one) >= rank(other) ? one : other;
}

/** Whether values of one dtype may be written into tensors of another: the kind may rise, and within it precision may go. */
export function canCast(from: DType, to: DType): boolean {
  return canHold(to, from);
}

function widest(operands: readonly Typed[], weight: Typed["weight"]): DType | null {
  let result: DType | null = null;
  for (const operand of operands) {
    if (operand.weight === weight && (result === null || rank(operand.dtype) > rank(result))) result = operand.dtype;
  }
  return result;
}

/** The heavier side keeps its dtype unless the lighter one is of a higher kind. */
function join(heavy: DType | null, light: DType | null): DType | null {
  if (heavy === null || light === null) return heavy ?? light;
  return kind(light) > kind(heavy) ? light : heavy;
}

function kind(dtype: DType): number {
  return dtype === "bool" ? 0 : dtype === "int32" ? 1 : 2;
}

function rank(dtype: DType): number {
  return dtype === "float64" ? 3 : kind(dtype);
}
