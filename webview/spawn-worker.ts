/**
 * Makes the worker for a program. Starting one and reading the engine takes longer than most programs run, so a spare
 * one that has done both waits for the next program. It has seen no program yet; a worker that has is never used for
 * another. Page and worker may load nothing but texts that the page has made itself.
 */
import type { BundledProgram } from "@gradlens/engine/graph";
import source from "inline-worker:./worker/run.ts";
import type { WorkerPort } from "./runner.js";
import type { ToWorker } from "./worker/worker-messages.js";

const engine = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
/** Long enough that the program which takes the spare one has shown its first picture. */
const nextSpareAfterMs = 300;

declare global {
  interface Navigator {
    /** In GB and rounded down; only Chromium tells it, and only on a page that it trusts. */
    readonly deviceMemory?: number;
  }
}

/** In bytes. Well below where Chromium ends a process, which is at a quarter of the machine's memory and at most 4 GB. */
const mayKeep = Math.min(8, navigator.deviceMemory ?? 8) * 192 * 2 ** 20;

let spare: Worker | null = null;

/** Has a worker ready for the first program. */
export function keepSpareWorker(): void {
  spare ??= new Worker(engine, { name: "GradLens: the program" });
}

export function spawnWorker({ code }: BundledProgram): WorkerPort {
  keepSpareWorker();
  const worker = spare ?? new Worker(engine, { name: "GradLens: the program" });
  spare = null;
  setTimeout(keepSpareWorker, nextSpareAfterMs);
  const text = ['"use strict";', code, "\n;globalThis.$gradlensProgram(program);\n"];
  const address = URL.createObjectURL(new Blob(text, { type: "text/javascript" }));
  const load: ToWorker = { kind: "load", address, mayKeep };
  worker.postMessage(load);
  return {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => {
      URL.revokeObjectURL(address);
      worker.terminate();
    },
    listen: (hear, crashed) => {
      worker.onmessage = ({ data }) => hear(data);
      worker.onerror = ({ message }) => crashed(message || "The worker of the run ended without a reason.");
    },
  };
}
