/**
 * One recorded case against the engine: the values, the dtypes and shapes, the gradients, the second derivatives and the
 * errors. The tolerances are PyTorch's own; a float32 result may agree with either of its answers, float32 or float64.
 */
import { EngineError, grad, tensor, Tensor } from "@gradlens/engine";
import {
  engineDtype,
  isExcluded,
  isTensorData,
  numberOf,
  type Datum,
  type OpCase,
  type TensorData,
  type Tolerance,
  type Tolerances,
  type Written,
} from "./case.js";
import { mapping } from "./mapping/index.js";
import { argumentOf, bind, Unsupported, type Answer, type Argument } from "./parameters.js";

export type Verdict =
  | { readonly kind: "passed" | "excluded" }
  | { readonly kind: "failed" | "unsupported"; readonly why: string };

const passed: Verdict = { kind: "passed" };

/** Says why two things differ; thrown, so that a check reads as its list of claims. */
class Difference extends Error {}

interface Claim {
  readonly what: string;
  readonly tolerance: Tolerance;
  /** What the largest element lets the others be off by; gradients sum in another order than PyTorch's. */
  readonly relativeToLargest: number;
  readonly skipped: ReadonlySet<number>;
}

export function checkCase(recorded: OpCase, tolerances: Tolerances): Verdict {
  if (isExcluded([recorded.args, recorded.kwargs, recorded.out ?? []])) return { kind: "excluded" };
  const mapped = mapping[recorded.call];
  if (mapped === undefined) return { kind: "unsupported", why: `no mapping for ${recorded.call}` };
  try {
    if (recorded.error !== undefined) return checkError(recorded, recorded.error.type);
    checkResults(recorded, tolerances);
    return passed;
  } catch (error) {
    if (error instanceof Unsupported) return { kind: "unsupported", why: error.message };
    return { kind: "failed", why: error instanceof Error ? `${error.message}${error instanceof Difference || error instanceof EngineError ? "" : ` (${error.stack?.split("\n").slice(1, 4).join(" ") ?? ""})`}` : String(error) };
  }
}

function checkError(recorded: OpCase, type: string): Verdict {
  try {
    run(recorded, new Map());
  } catch (error) {
    if (error instanceof Unsupported) throw error;
    const found = error instanceof EngineError ? error.type : error instanceof TypeError ? "TypeError" : "none";
    if (found === type) return passed;
    return { kind: "failed", why: `threw ${found} where PyTorch throws ${type}: ${error instanceof Error ? error.message : ""}` };
  }
  return { kind: "failed", why: `gave a result where PyTorch throws ${type}: ${recorded.error?.message ?? ""}` };
}

function run(recorded: OpCase, leaves: Map<string, Tensor>): Answer {
  const args = recorded.args.map((each, at) => argumentOf(each, `args[${at}]`, leaves));
  const kwargs: Record<string, Argument> = {};
  for (const [name, value] of Object.entries(recorded.kwargs)) kwargs[name] = argumentOf(value, `kwargs.${name}`, leaves);
  const { signature, call } = mapping[recorded.call];
  const parameters = bind(signature, args, kwargs);
  const answer = call(parameters);
  if (parameters.ignored.length > 0) throw new Unsupported(`argument ${parameters.ignored.join(", ")}`);
  return answer;
}

function checkResults(recorded: OpCase, tolerances: Tolerances): void {
  const leaves = new Map<string, Tensor>();
  const outputs = flattened(run(recorded, leaves));
  const expected = (recorded.out ?? []).flat();
  if (outputs.length !== expected.length) throw new Difference(`${outputs.length} results where PyTorch gives ${expected.length}`);
  outputs.forEach((output, at) => {
    const path = `out[${at}]`;
    const claim = claimOf(recorded, tolerances, path, path, expected[at]);
    checkOutput(output, expected[at], recorded.ref64?.out[at], claim);
  });
  for (const [path, after] of Object.entries(recorded.mutates ?? {})) {
    const changed = leaves.get(path);
    if (changed === undefined) throw new Unsupported(`writes into ${path}`);
    checkOutput(changed, after, undefined, claimOf(recorded, tolerances, path, `${path} after the call`, after));
  }
  if (recorded.grads !== undefined && recorded.cot !== undefined) checkGradients(recorded, tolerances, leaves, outputs);
}

function checkGradients(
  recorded: OpCase,
  tolerances: Tolerances,
  leaves: ReadonlyMap<string, Tensor>,
  outputs: readonly (Tensor | number | boolean)[],
): void {
  const { cot = [], grads = {}, double } = recorded;
  const roots: Tensor[] = [];
  const cotangents: Tensor[] = [];
  outputs.forEach((output, at) => {
    const cotangent = cot[at];
    if (!(output instanceof Tensor) || cotangent === null || cotangent === undefined || !output.requiresGrad) return;
    roots.push(output);
    cotangents.push(like(output, cotangent));
  });
  const paths = Object.keys(grads);
  const inputs = paths.map((path) => leafAt(leaves, path));
  const createGraph = double !== undefined;
  const found = grad(roots, inputs, { gradients: cotangents, allowUnused: true, createGraph });
  paths.forEach((path, at) => {
    const claim = claimOf(recorded, tolerances, path, `the gradient of ${path}`, grads[path], 1e-4);
    checkNullable(found[at], grads[path], recorded.ref64?.grads?.[path], claim);
  });
  if (double === undefined) return;
  const along = paths.flatMap((path, at) => {
    const [gradient, direction] = [found[at], double.v[path]];
    return gradient === null || direction === null || direction === undefined || !gradient.requiresGrad ? [] : [{ gradient, v: like(gradient, direction) }];
  });
  const second = grad(
    along.map(({ gradient }) => gradient),
    inputs,
    { gradients: along.map(({ v }) => v), allowUnused: true },
  );
  paths.forEach((path, at) => {
    const flat = double.gg[path];
    const claim = claimOf(recorded, tolerances, path, `the second derivative at ${path}`, grads[path], 1e-4);
    if (flat === undefined || flat === "same") return;
    const value = flat === null ? null : { $: "tensor" as const, shape: inputs[at].shape, dtype: inputs[at].dtype, data: flat };
    // Zeros and no road at all are the same second derivative; PyTorch's own choice changes with its version.
    if (isZero(second[at]) && (value === null || value.data.every((each) => numberOf(each) === 0))) return;
    checkNullable(second[at], value, double.gg64?.[path], claim);
  });
}

function isZero(found: Tensor | null): boolean {
  return found === null || found.data.every((value) => value === 0);
}

function leafAt(leaves: ReadonlyMap<string, Tensor>, path: string): Tensor {
  const leaf = leaves.get(path);
  if (leaf === undefined) throw new Unsupported(`a gradient of ${path}`);
  return leaf;
}

function like(output: Tensor, data: readonly Datum[]): Tensor {
  return tensor(Float64Array.from(data, numberOf), { dtype: output.dtype }).reshape(output.shape);
}

function checkNullable(found: Tensor | null, expected: TensorData | null, reference: readonly Datum[] | "same" | null | undefined, claim: Claim): void {
  if (expected === null && found !== null) throw new Difference(`${claim.what} is a tensor where PyTorch has none`);
  if (expected !== null && found === null) throw new Difference(`${claim.what} is missing`);
  if (expected !== null && found !== null) checkOutput(found, expected, reference ?? undefined, claim);
}

function checkOutput(found: Tensor | number | boolean, expected: Written, reference: readonly Datum[] | "same" | undefined, claim: Claim): void {
  if (!isTensorData(expected)) {
    checkScalar(found, expected, claim);
    return;
  }
  if (!(found instanceof Tensor)) throw new Difference(`${claim.what} is ${String(found)} and no tensor`);
  const dtype = engineDtype(expected.dtype);
  if (found.dtype !== dtype) throw new Difference(`${claim.what} has dtype ${found.dtype}, not ${String(dtype)}`);
  const [shape, wanted] = [found.shape.join(", "), expected.shape.join(", ")];
  if (shape !== wanted) throw new Difference(`${claim.what} has shape [${shape}], not [${wanted}]`);
  const values = found.data;
  const largest = Math.max(0, ...expected.data.map((each) => Math.abs(numberOf(each))).filter(Number.isFinite));
  const single = dtype === "float32" ? Math.fround : (value: number): number => value;
  expected.data.forEach((each, at) => {
    const answers = [single(numberOf(each))];
    if (Array.isArray(reference)) answers.push(numberOf(reference[at]));
    const slack = claim.relativeToLargest * largest;
    if (claim.skipped.has(at) || answers.some((answer) => isNear(values[at], answer, claim.tolerance, slack))) return;
    throw new Difference(`${claim.what} has ${values[at]} at ${at}, not ${answers.join(" or ")}`);
  });
}

function checkScalar(found: Tensor | number | boolean, expected: Written, claim: Claim): void {
  const value = found instanceof Tensor ? found.item() : found;
  const wanted = typeof expected === "object" && expected !== null && "v" in expected ? expected.v : expected;
  const isSame = typeof wanted === "boolean" ? Boolean(value) === wanted : Number(value) === Number(wanted);
  if (!isSame) throw new Difference(`${claim.what} is ${String(value)}, not ${JSON.stringify(wanted)}`);
}

function isNear(found: number, expected: number, { atol, rtol }: Tolerance, slack: number): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(found);
  if (!Number.isFinite(expected)) return found === expected;
  return Math.abs(found - expected) <= Math.max(atol, slack) + rtol * Math.abs(expected);
}

function claimOf(recorded: OpCase, tolerances: Tolerances, path: string, what: string, expected: Written, relativeToLargest = 0): Claim {
  const dtype = isTensorData(expected) ? expected.dtype : "float32";
  const exact = { rtol: 0, atol: 0 };
  const tolerance = tolerances.overrides[recorded.op]?.[dtype] ?? tolerances.default[dtype] ?? exact;
  const loose = dtype === "float64" ? 1e-9 : relativeToLargest;
  return {
    what,
    tolerance,
    relativeToLargest: relativeToLargest === 0 ? 0 : loose,
    skipped: new Set(recorded.ambiguous?.[path] ?? []),
  };
}

function flattened(answer: Answer): (Tensor | number | boolean)[] {
  return isAnswers(answer) ? answer.flatMap(flattened) : [answer];
}

function isAnswers(answer: Answer): answer is readonly Answer[] {
  return Array.isArray(answer);
}
