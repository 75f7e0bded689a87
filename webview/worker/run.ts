/**
 * The worker that runs the user's program on the engine. Its text is followed by the program's, which hands itself
 * over through `$gradlensProgram`; each run calls it again. The page ends the worker when a run must stop.
 */
import { loadKernels, runProgram, type UserProgram } from "@gradlens/engine/live";
import { EventBatch } from "./event-batch.js";
import type { FromWorker, ToWorker } from "./worker-messages.js";

declare global {
  var $gradlensProgram: (program: UserProgram) => void;
}

// The program may replace globals, so what this file needs of them is taken before it begins.
const post: (message: FromWorker) => void = globalThis.postMessage.bind(globalThis);
const later = globalThis.setTimeout.bind(globalThis);
const now = performance.now.bind(performance);

/** A busy program tells at most this often; the first events of a run go at once, in case it never ends. */
const pauseMs = 50;
const sentAtOnce = 4;

type Setting = Extract<ToWorker, { kind: "start" }>;
let program: UserProgram | null = null;
let setting: Setting | null = null;
let earlier: Promise<void> = Promise.resolve();

globalThis.$gradlensProgram = (given) => {
  program = given;
};

globalThis.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "start") {
    setting = data;
    earlier = earlier.then(loadKernels);
    return;
  }
  if (data.kind === "run") earlier = earlier.then(() => run(data));
});

async function run({ run: number, request }: Extract<ToWorker, { kind: "run" }>): Promise<void> {
  if (program === null || setting === null) throw new Error("A run was asked for before the program was there.");
  const batch = new EventBatch();
  const began = now();
  let sent = began;
  let messages = 0;
  let isTimerSet = false;

  const send = (): void => {
    sent = now();
    messages++;
    post({ kind: "events", run: number, ...batch.take(), milliseconds: sent - began });
  };
  const sendLater = (): void => {
    if (isTimerSet) return;
    isTimerSet = true;
    later(() => {
      isTimerSet = false;
      if (!batch.isEmpty) send();
    }, pauseMs);
  };
  await runProgram(program, setting, request, (event) => {
    batch.add(event);
    const isDue = event.kind === "ended" || messages < sentAtOnce || now() - sent > pauseMs;
    if (isDue) send();
    else sendLater();
  });
}
