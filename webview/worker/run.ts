/**
 * The worker that runs the user's program on the engine. It begins without one, and loads the kernels; the text of the
 * program hands itself over through `$gradlensProgram`, and each run calls it again. The page ends the worker when a
 * run must stop.
 */
import type { RunEvent } from "@gradlens/engine/graph";
import { loadKernels, rehearse, runProgram, type Pausing, type UserProgram } from "@gradlens/engine/live";
import { EventBatch } from "./event-batch.js";
import type { FromWorker, ToWorker } from "./worker-messages.js";

declare global {
  /** Of every worker that is no module; the page's types do not have it. */
  function importScripts(address: string): void;
  var $gradlensProgram: (program: UserProgram) => void;
}

// The program may replace globals, so what this file needs of them is taken before it begins.
const post: (message: FromWorker) => void = globalThis.postMessage.bind(globalThis);
const later = globalThis.setTimeout.bind(globalThis);
const now = performance.now.bind(performance);

/**
 * A busy program tells at most this often; the first events of a run go at once, in case it never ends. A long run may
 * tell less often, so that the page has time for its reader however many steps come.
 */
const pauseMs = 50;
const longestPauseMs = 400;
const pauseAfter = (milliseconds: number): number => Math.min(longestPauseMs, Math.max(pauseMs, milliseconds / 10));
const sentAtOnce = 4;
/** A program that was so quick the last time tells all in one message. */
const quickMs = 30;

type Setting = Extract<ToWorker, { kind: "start" }>;
let program: UserProgram | null = null;
let setting: Setting | null = null;
let mayKeep = Infinity;
let lastedMs = Infinity;
let earlier: Promise<void> = loadKernels().then(rehearse);

globalThis.$gradlensProgram = (given) => {
  program = given;
};

globalThis.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "load") {
    mayKeep = data.mayKeep;
    importScripts(data.address);
    return;
  }
  if (data.kind === "start") {
    setting = data;
    return;
  }
  if (data.kind === "run") earlier = earlier.then(() => run(data));
  if (data.kind === "pause") isPaused = true;
  if (data.kind === "resume") {
    isPaused = false;
    goOn();
  }
});

/** A wish to pause belongs to one run. */
let isPaused = false;
let goOn: () => void = () => undefined;

async function run({ run: number, request }: Extract<ToWorker, { kind: "run" }>): Promise<void> {
  if (program === null || setting === null) throw new Error("A run was asked for before the program was there.");
  const batch = new EventBatch();
  const began = now();
  let sent = began;
  let messages = 0;
  let isTimerSet = false;
  const mostAtOnce = lastedMs < quickMs ? 0 : sentAtOnce;

  const send = (): void => {
    sent = now();
    messages++;
    post({ kind: "events", run: number, ...batch.take(), milliseconds: sent - began });
  };
  const sendLater = (): void => {
    if (isTimerSet) return;
    isTimerSet = true;
    later(
      () => {
        isTimerSet = false;
        if (!batch.isEmpty) send();
      },
      pauseAfter(now() - began),
    );
  };
  isPaused = false;
  const tell = (event: RunEvent): void => {
    batch.add(event);
    const isDue = event.kind === "ended" || messages < mostAtOnce || now() - sent > pauseAfter(now() - began);
    if (isDue) send();
    else sendLater();
  };
  const pausing: Pausing = {
    offered: () => tell({ kind: "pause", state: "offered" }),
    wait: async () => {
      // A timer lets the messages of the page in.
      await new Promise<void>((resolve) => later(resolve, 0));
      if (!isPaused) return;
      tell({ kind: "pause", state: "paused" });
      send();
      await new Promise<void>((resolve) => (goOn = resolve));
      tell({ kind: "pause", state: "resumed" });
    },
  };
  // What is only compared or made for one step must not wait for a hand.
  const own = request.steps === "told" ? { ...setting, mayKeep, pausing } : { ...setting, mayKeep };
  await runProgram(program, own, request, tell);
  lastedMs = now() - began;
}
