/**
 * The library for CommonJS, which cannot wait: the kernels are compiled while the module loads.
 * Everything that it exports is the ESM door's.
 */
import { loadKernelsSync } from "./kernels/load.js";

loadKernelsSync();

export * from "./library.js";
