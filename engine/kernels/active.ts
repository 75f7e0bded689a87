/**
 * The kernels in use. Everything starts on the reference; loading the WASM module switches over, once, for all tensors.
 * Callers read the binding at each call and keep no copy of it.
 */
import type { Kernels } from "./kernels.js";
import { reference } from "./reference.js";

export let kernels: Kernels = reference;

export function useKernels(next: Kernels): void {
  kernels = next;
}
