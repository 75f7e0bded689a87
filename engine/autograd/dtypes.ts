/** The dtype rule of a row applied to its operands: what the op computes in, and what comes out. */
import { canHold, dtypeOfNumber, floatFor, isFloat, promoted, type Typed } from "../dtype.js";
import { EngineError } from "../errors.js";
import type { DType } from "../kernels/storage.js";
import type { OpSpec } from "../ops/op-spec.js";
import type { Tensor } from "../tensor.js";

export interface Dtypes {
  /** Of numbers that the program wrote. */
  readonly compute: DType;
  /** What operands are converted to; null leaves each as it is. */
  readonly convertsTo: DType | null;
  readonly out: DType;
}

type Given = Tensor | number;

export function dtypesOf(name: string, spec: OpSpec, given: readonly Given[], attributes: unknown): Dtypes {
  const rule = spec.dtype;
  const kept = typeof given[0] === "object" ? given[0].dtype : "float32";
  if (typeof rule === "function") return { compute: kept, convertsTo: null, out: rule(attributes) };
  switch (rule) {
    case "kept":
      return { compute: kept, convertsTo: null, out: kept };
    case "counted":
      return { compute: kept, convertsTo: null, out: kept === "bool" ? "int32" : kept };
    case "index":
      return { compute: kept, convertsTo: null, out: "int32" };
    case "written":
      for (const each of given) checkWritten(name, kept, each);
      return { compute: kept, convertsTo: kept, out: kept };
    case "promoted":
    case "float":
    case "floating":
    case "compared":
      return meeting(name, rule, meetingDtype(spec, given));
  }
}

function meeting(name: string, rule: "promoted" | "float" | "floating" | "compared", dtype: DType): Dtypes {
  switch (rule) {
    case "promoted":
      return { compute: dtype, convertsTo: dtype, out: dtype };
    case "float":
      return { compute: floatFor(dtype), convertsTo: floatFor(dtype), out: floatFor(dtype) };
    case "compared":
      return { compute: dtype, convertsTo: dtype, out: "bool" };
    case "floating":
      if (!isFloat(dtype)) throw needsFloat(name, dtype);
      return { compute: dtype, convertsTo: dtype, out: dtype };
  }
}

function meetingDtype(spec: OpSpec, given: readonly Given[]): DType {
  return agreed(spec, given) ?? promoted(typed(spec, given));
}

/** The common case: all tensors have one float dtype, which numbers adapt to. */
function agreed(spec: OpSpec, given: readonly Given[]): DType | null {
  if (spec.fixed !== undefined) return null;
  let dtype: DType | null = null;
  for (const each of given) {
    if (typeof each === "number") continue;
    if (dtype !== null && each.dtype !== dtype) return null;
    dtype = each.dtype;
  }
  return dtype !== null && isFloat(dtype) ? dtype : null;
}

function typed(spec: OpSpec, given: readonly Given[]): Typed[] {
  const result: Typed[] = [];
  given.forEach((each, position) => {
    if (spec.fixed?.[spec.names[position]] !== undefined) return;
    if (typeof each === "number") result.push({ dtype: dtypeOfNumber(each), weight: "weak" });
    else result.push({ dtype: each.dtype, weight: each.shape.length === 0 ? "scalar" : "tensor" });
  });
  return result;
}

/** Whether an operand may be written into a tensor of a dtype; throws where it may not. */
export function checkWritten(name: string, target: DType, given: Given): void {
  const source = typeof given === "number" ? dtypeOfNumber(given) : given.dtype;
  if (canHold(target, source)) return;
  throw new EngineError(
    `${name}: a ${source} cannot be written into a tensor of dtype ${target}`,
    "a tensor keeps its dtype when it is changed in place",
    `Use the op without the underscore, or convert with \`to("${target}")\` first.`,
  );
}

function needsFloat(name: string, dtype: DType): EngineError {
  return new EngineError(
    `${name}: the tensor has dtype ${dtype}`,
    "the result need not be a whole number",
    'Convert it with `to("float32")` first.',
  );
}
