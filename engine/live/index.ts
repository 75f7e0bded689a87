/** The door `@gradlens/engine/live`: runs a bundled program on this engine and reports its gradient graphs. */
export { loadKernels } from "../kernels/load.js";
export type { Pausing } from "./pausing.js";
export { runProgram, type RunSetting, type UserProgram } from "./runner.js";
export { rehearse } from "./rehearse.js";
