/** The door: what a user of the library may import. The kernels are compiled before the first line of the program runs. */
import { loadKernels } from "./kernels/load.js";

await loadKernels();

export * from "./library.js";
