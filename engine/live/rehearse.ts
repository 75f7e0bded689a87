/**
 * A run of the engine's own, for a worker that waits for its program: most of the time of a first run goes into
 * compiling the engine, and after this one that is done.
 */
import { tensor } from "../library.js";
import { runProgram } from "./runner.js";

export function rehearse(): Promise<void> {
  return runProgram(
    async () => {
      const x = tensor([1, 2], { requiresGrad: true });
      x.mul(3).sub(x.detach()).add(1).pow(2).sum().backward();
    },
    { sites: [], files: {} },
    { seed: 0, overrides: [], ignoredCuts: [], recording: { kind: "every pass" }, steps: "told" },
    () => undefined,
  );
}
