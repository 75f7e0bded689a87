/** One entry of the mapping: the parameters of PyTorch's call by name, and how the engine is asked for the same. */
import type { Answer, Parameters } from "../parameters.js";

export interface Entry {
  /** Names in order; the last may start with `*` and takes all that follow. */
  readonly signature: string;
  readonly call: (parameters: Parameters) => Answer;
}

export type Mapping = Readonly<Record<string, Entry>>;

export function on(signature: string, call: (parameters: Parameters) => Answer): Entry {
  return { signature, call };
}

/** Prefixes every name, as with `torch.nn.functional.`. */
export function under(prefix: string, entries: Mapping): Mapping {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [prefix + name, entry]));
}
