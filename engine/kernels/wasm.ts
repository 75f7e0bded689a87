/**
 * The kernels over the WebAssembly module. Each decides whether the module is worth it: enough values, and a dtype that it
 * knows. Everything else goes to the reference, which finds the values wherever they lie.
 */
import type { Kernels } from "./kernels.js";
import type { KernelModule } from "./module.js";
import { reference } from "./reference.js";
import { wasmElementwise } from "./wasm-elementwise.js";
import { wasmMovement } from "./wasm-movement.js";
import { wasmProducts } from "./wasm-products.js";
import { wasmReductions } from "./wasm-reductions.js";

export function wasmKernels(module: KernelModule): Kernels {
  return {
    ...reference,
    ...wasmElementwise(module),
    ...wasmMovement(module),
    ...wasmReductions(module),
    ...wasmProducts(module),
  };
}
