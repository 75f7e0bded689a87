/**
 * Loading the fast kernels. Until they are loaded, and where there is no WebAssembly with SIMD, the reference runs:
 * slower, with the same answers, and without an error.
 */
import { useKernels } from "./active.js";
import { mintTokens } from "./epochs.js";
import { compileModule, compileModuleSync, type KernelModule } from "./module.js";
import { reference } from "./reference.js";
import { settle } from "./residence.js";
import { wasmKernels } from "./wasm.js";

let loading: Promise<void> | null = null;
let loaded = false;

/** Compiles the embedded module and switches over; calling it again changes nothing. */
export function loadKernels(): Promise<void> {
  if (loading !== null) return loading;
  // Tokens are of use only in a later job than this one, and waiting for the compiler begins one.
  mintTokens();
  loading = compileModule().then(switchOver, stayWithReference);
  return loading;
}

/** The same at once, for a build that cannot wait. */
export function loadKernelsSync(): void {
  if (loaded) return;
  let module: KernelModule;
  try {
    module = compileModuleSync();
  } catch {
    stayWithReference();
    return;
  }
  mintTokens();
  switchOver(module);
}

function switchOver(module: KernelModule): void {
  if (loaded) return;
  loaded = true;
  settle(module.memory, module.heapBase());
  useKernels(wasmKernels(module));
}

/** There is no WebAssembly here, or none with SIMD. */
function stayWithReference(): void {
  useKernels(reference);
}
