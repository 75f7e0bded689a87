/**
 * Recorded scenarios: small programs of autograd and everything that PyTorch observed in them. Each is written here with
 * the engine, under the same name and with the same observations.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { numberOf, type TensorData } from "./case.js";
import { models } from "./scenarios/models.js";
import { passes } from "./scenarios/passes.js";
import { Recorder, type Observation, type Observed, type Scenario } from "./scenarios/recorder.js";
import { values } from "./scenarios/values.js";
import { differs, verdictOf, type RunOutcome } from "./trajectories.js";

type Expected =
  | (TensorData & { readonly is_leaf: boolean; readonly requires_grad: boolean })
  | { readonly $: "float"; readonly v: number | string }
  | number
  | boolean
  | string
  | null
  | readonly Expected[]
  | { readonly [name: string]: Expected };

interface RecordedScenario {
  readonly name: string;
  readonly category: string;
  readonly observed: readonly {
    readonly name: string;
    readonly value?: Expected;
    readonly raises?: { readonly type: string } | null;
  }[];
}

const written: Readonly<Record<string, Scenario | undefined>> = { ...passes, ...values, ...models };

export function scenariosOf(folder: string): readonly RunOutcome[] {
  const file = join(folder, "semantics.json");
  if (!existsSync(file)) return [];
  const { scenarios }: { scenarios: RecordedScenario[] } = JSON.parse(readFileSync(file, "utf8"));
  return scenarios.map((recorded) => {
    const scenario = written[recorded.name];
    const op = recorded.category;
    const id = `scenario ${recorded.name}`;
    if (scenario === undefined) return { id, op, verdict: { kind: "unsupported", why: "not written with the engine" } };
    return { id, op, verdict: verdictOf(() => differenceIn(scenario, recorded)) };
  });
}

function differenceIn(scenario: Scenario, { observed }: RecordedScenario): string | null {
  const recorder = new Recorder();
  scenario(recorder);
  const { observations } = recorder;
  for (const [at, expected] of observed.entries()) {
    const own = observations[at] ?? null;
    if (own === null || own.name !== expected.name) return `observation ${at} is ${own?.name ?? "missing"}, not ${expected.name}`;
    const why = differenceAt(own, expected);
    if (why !== null) return `${expected.name}: ${why}`;
  }
  return observations.length > observed.length ? "more was observed than in PyTorch" : null;
}

function differenceAt(own: Observation, expected: RecordedScenario["observed"][number]): string | null {
  if (expected.raises !== undefined && expected.value === undefined) {
    // PyTorch's GradcheckError is a RuntimeError.
    const type = expected.raises?.type === "GradcheckError" ? "RuntimeError" : (expected.raises?.type ?? null);
    if (own.raises !== undefined) return own.raises === type ? null : `threw ${own.raises ?? "nothing"}, not ${type ?? "nothing"}`;
    return "a value, where PyTorch was asked for an error";
  }
  if (own.value === undefined) return own.raises === null ? null : `threw ${own.raises ?? "nothing"}`;
  return valueDiffers(own.value, expected.value ?? null);
}

function valueDiffers(own: Observed, expected: Expected): string | null {
  if (expected === null || typeof expected !== "object") return Object.is(own, expected) ? null : `${String(own)}, not ${String(expected)}`;
  if (isList(expected)) {
    if (!isList(own) || own.length !== expected.length) return `not a list of ${expected.length}`;
    return own.map((each, at) => valueDiffers(each, expected[at])).find((why) => why !== null) ?? null;
  }
  if (isFloat(expected)) return differs("it", [Number(own)], [numberOf(expected.v)], 1e-6);
  if (!isTensorData(expected)) return fieldsDiffer(own, expected);
  return tensorDiffers(own, expected);
}

function fieldsDiffer(own: Observed, expected: Readonly<Record<string, Expected>>): string | null {
  const isFields = typeof own === "object" && own !== null && !isList(own) && !("storage" in own);
  if (!isFields) return `${String(own)}, not an object`;
  const fields = own as Readonly<Record<string, Observed>>;
  for (const [name, wanted] of Object.entries(expected)) {
    const why = name in fields ? valueDiffers(fields[name], wanted) : "missing";
    if (why !== null) return `${name}: ${why}`;
  }
  return null;
}

function tensorDiffers(own: Observed, expected: Extract<Expected, { readonly $: "tensor" }>): string | null {
  if (typeof own !== "object" || own === null || !("storage" in own)) return `${String(own)}, not a tensor`;
  const { shape, dtype, data, observed } = own as unknown as {
    readonly shape: readonly number[];
    readonly dtype: string;
    readonly data: ArrayLike<number>;
    readonly observed: { readonly requiresGrad: boolean; readonly isLeaf: boolean };
  };
  const wanted = expected.dtype === "int64" ? "int32" : expected.dtype;
  if (dtype !== wanted) return `dtype ${dtype}, not ${wanted}`;
  if (shape.join() !== expected.shape.join()) return `shape [${shape.join()}], not [${expected.shape.join()}]`;
  if (observed.requiresGrad !== expected.requires_grad) return `requiresGrad is ${observed.requiresGrad}`;
  if (observed.isLeaf !== expected.is_leaf) return `isLeaf is ${observed.isLeaf}`;
  return differs("it", data, expected.data.map(numberOf), 1e-5);
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function isFloat(value: object): value is { readonly $: "float"; readonly v: number | string } {
  return "$" in value && value.$ === "float";
}

function isTensorData(value: object): value is Extract<Expected, { readonly $: "tensor" }> {
  return "$" in value && value.$ === "tensor";
}
