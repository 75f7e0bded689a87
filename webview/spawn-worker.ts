/**
 * Makes the worker for a program: one module text in a blob, since the page may load nothing else. The program stands
 * after the engine's runner in the same text and hands itself over with its last line.
 */
import type { BundledProgram } from "@gradlens/engine/graph";
import source from "inline-worker:./worker/run.ts";
import type { WorkerPort } from "./runner.js";

/** The engine's part of the text, which the browser copies for each program without our help. */
const runner = new Blob([source]);

export function spawnWorker({ code }: BundledProgram): WorkerPort {
  const text = new Blob([runner, `\n${code}\n;globalThis.$gradlensProgram(program);\n`], { type: "text/javascript" });
  const address = URL.createObjectURL(text);
  const worker = new Worker(address, { type: "module", name: "GradLens: the program" });
  // The worker has fetched its text by the time it says anything; until then the address must stay.
  worker.addEventListener("message", () => URL.revokeObjectURL(address), { once: true });
  return {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
    listen: (hear, crashed) => {
      worker.onmessage = ({ data }) => hear(data);
      worker.onerror = ({ message }) => crashed(message || "The worker of the run ended without a reason.");
    },
  };
}
