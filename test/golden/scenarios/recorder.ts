/** What a scenario observes: values by name, and what calls throw. */
import { EngineError, Tensor, tensor, type NestedInput } from "@gradlens/engine";

export type Observed =
  | Tensor
  | number
  | boolean
  | string
  | null
  | readonly Observed[]
  | { readonly [name: string]: Observed };

export interface Observation {
  readonly name: string;
  readonly value?: Observed;
  /** The type of the error, or null where nothing was thrown. */
  readonly raises?: string | null;
}

export class Recorder {
  readonly observations: Observation[] = [];

  value(name: string, value: Observed): void {
    this.observations.push({ name, value: kept(value) });
  }

  raises(name: string, call: () => unknown): void {
    try {
      const result = call();
      const value = result instanceof Tensor ? { value: kept(result) } : {};
      this.observations.push({ name, raises: null, ...value });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.observations.push({ name, raises: error.type });
    }
  }
}

/** As it is now: the program may change it in place later. */
function kept(value: Observed): Observed {
  if (Array.isArray(value)) return value.map(kept);
  if (typeof value !== "object" || value === null || !("storage" in value)) return value;
  const now = value as Tensor;
  const copy = now.detach().clone();
  return Object.assign(copy, { observed: { requiresGrad: now.requiresGrad, isLeaf: now.isLeaf } });
}

export type Scenario = (r: Recorder) => void;

/** A leaf that learns. */
export const leaf = (data: NestedInput): Tensor => tensor(data, { requiresGrad: true });
export const t = (data: NestedInput): Tensor => tensor(data);
export const whole = (data: NestedInput): Tensor => tensor(data, { dtype: "int32" });
