/**
 * What the compiled module exports, typed, and the two ways of making it from its embedded text.
 * Addresses and steps are numbers here; what they mean stands in `assembly/`.
 */
import { moduleText } from "./module.generated.js";

/** a, aRow, aStep, b, bRow, bStep, out, rows, columns; rows and steps in bytes. */
export type GridKernel = (
  a: number,
  aRow: number,
  aStep: number,
  b: number,
  bRow: number,
  bStep: number,
  out: number,
  rows: number,
  columns: number,
) => void;
type UnaryKernel = (x: number, out: number, count: number) => void;
/** x, out, outer or rows, length, … */
type Numbers = (...numbers: number[]) => void;

const gridNames = ["add", "sub", "mul", "div", "maximum", "minimum"] as const;
type CompareName = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
const unaryNames = [
  "neg",
  "abs",
  "sign",
  "square",
  "relu",
  "floor",
  "ceil",
  "trunc",
  "round",
  "sqrt",
  "rsqrt",
  "reciprocal",
  "exp",
  "log",
  "log1p",
  "sin",
  "cos",
  "tanh",
  "sigmoid",
  "silu",
  "softplus",
  "erf",
  "gelu",
] as const;
type OtherName =
  | "where"
  | "copyGrid"
  | "addGrid"
  | "fill32"
  | "fill8"
  | "cast"
  | "sumRows"
  | "sumColumns"
  | "maxRows"
  | "minRows"
  | "maxLines"
  | "minLines"
  | "softmaxRows"
  | "logSoftmaxRows"
  | "matmul"
  | "indexSelect"
  | "indexAdd"
  | "gather"
  | "scatterAdd"
  | "scatter"
  | "sgdStep"
  | "adamStep";

export type KernelModule = {
  readonly memory: WebAssembly.Memory;
  readonly heapBase: () => number;
} & Readonly<Record<(typeof gridNames)[number] | CompareName, GridKernel>> &
  Readonly<Record<(typeof unaryNames)[number], UnaryKernel>> &
  Readonly<Record<OtherName, Numbers>>;

export function hasBinary(op: string): op is (typeof gridNames)[number] {
  return gridNames.some((name) => name === op);
}

export function hasUnary(op: string): op is (typeof unaryNames)[number] {
  return unaryNames.some((name) => name === op);
}

export async function compileModule(): Promise<KernelModule> {
  const compiled = await WebAssembly.compile(moduleBytes());
  return exportsOf(await WebAssembly.instantiate(compiled, imports));
}

export function compileModuleSync(): KernelModule {
  return exportsOf(new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), imports));
}

/** AssemblyScript asks for `abort` where its library can fail; none of our kernels gets there. */
const imports: WebAssembly.Imports = {
  env: {
    abort: () => {
      throw new Error("invariant: a kernel aborted, although kernels check nothing");
    },
  },
};

/** The one place where the exports are typed. */
function exportsOf(instance: WebAssembly.Instance): KernelModule {
  return instance.exports as unknown as KernelModule;
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const text = atob(moduleText);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
