/** The runner: the newest wish wins, a what-if waits its turn, and a program that does not end loses its worker. */
import type { RunEvent } from "@gradlens/engine/graph";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Runner, type Purpose, type Wish, type WorkerPort } from "../../webview/runner.js";
import { EventBatch } from "../../webview/worker/event-batch.js";
import type { ToWorker } from "../../webview/worker/worker-messages.js";

interface FakeWorker extends WorkerPort {
  readonly received: ToWorker[];
  readonly hear: (data: unknown) => void;
  readonly end: (run: number) => void;
  readonly crash: (message: string) => void;
  isTerminated: boolean;
}

let workers: FakeWorker[] = [];
let told: string[] = [];
let runner: Runner;

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
  told = [];
  runner = new Runner({
    program: { code: "", sites: [], files: {} },
    spawn: () => {
      const worker = fakeWorker();
      workers.push(worker);
      return worker;
    },
    tell: (purpose, _tag, { events }) => told.push(`${purpose}: ${events.map(({ kind }) => kind).join()}`),
    gaveUp: (purpose, { kind }) => told.push(`${purpose} ${kind}`),
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const ask = (purpose: Purpose, seed: number, deadlineMs: number | null = null): void => {
  const request: Wish["request"] = {
    seed,
    overrides: [],
    ignoredCuts: [],
    recording: { kind: "every pass" },
    steps: "told",
  };
  runner.ask(purpose, { tag: seed, request, deadlineMs });
};

describe("Runner", () => {
  it("starts one worker and runs again in it", () => {
    ask("program", 0);
    workers[0]?.end(1);
    ask("program", 1);
    workers[0]?.end(2);
    expect(workers).toHaveLength(1);
    expect(workers[0]?.received.map(({ kind }) => kind)).toEqual(["start", "run", "run"]);
    expect(told).toEqual(["program: ended", "program: ended"]);
  });

  it("keeps only the newest wish while a run goes on", () => {
    for (const seed of [0, 1, 2, 3]) ask("program", seed);
    workers[0]?.end(1);
    workers[0]?.end(2);
    expect(seeds()).toEqual([0, 3]);
  });

  it("lets a what-if wait for the program and drops one that is out of date", () => {
    ask("program", 0);
    ask("whatIf", 1);
    ask("program", 2);
    workers[0]?.end(1);
    workers[0]?.end(2);
    expect(seeds()).toEqual([0, 2]);
  });

  it("stops an endless loop with its worker, and runs the next wish in a new one", () => {
    ask("program", 0);
    runner.stop();
    expect(workers[0]?.isTerminated).toBe(true);
    ask("program", 1);
    workers[1]?.end(2);
    expect(told).toEqual(["program stopped", "program: ended"]);
  });

  it("does not wait for a run that waits itself: a slider moved during a pause runs the program anew", () => {
    ask("program", 0);
    runner.pause("pause");
    ask("program", 1);
    vi.advanceTimersByTime(1);
    expect(workers).toHaveLength(2);
    expect(seeds()).toEqual([0, 1]);
    ask("program", 2);
    vi.advanceTimersByTime(1000);
    expect(workers).toHaveLength(2);
  });

  it("takes the worker from a run that is too slow for the newest wish", () => {
    ask("program", 0);
    vi.advanceTimersByTime(1000);
    ask("program", 1);
    vi.advanceTimersByTime(1000);
    expect(workers).toHaveLength(1);
    ask("program", 2);
    vi.advanceTimersByTime(1500);
    expect(workers).toHaveLength(2);
    expect(workers[1]?.received.at(-1)).toMatchObject({ kind: "run", request: { seed: 2 } });
    expect(told).toEqual([]);
  });

  it("gives a what-if up after its deadline", () => {
    ask("whatIf", 0, 500);
    vi.advanceTimersByTime(600);
    expect(told).toEqual(["whatIf tooLong"]);
    expect(workers[0]?.isTerminated).toBe(true);
  });

  it("tells of a crash, and hears nothing from a worker that it left", () => {
    ask("program", 0);
    workers[0]?.crash("out of memory");
    workers[0]?.end(1);
    expect(told).toEqual(["program crashed"]);
  });

  it("says nothing when another program takes its place", () => {
    ask("program", 0);
    runner.dispose();
    expect(told).toEqual([]);
    expect(workers[0]?.isTerminated).toBe(true);
  });

  it("does not take what the program posts for an event", () => {
    ask("program", 0);
    for (const data of [null, 7, "ended", { kind: "events" }, { kind: "events", run: 1, events: [null] }])
      workers[0]?.hear(data);
    expect(told).toEqual([]);
  });
});

describe("EventBatch", () => {
  const line = (text: string): RunEvent => ({ kind: "console", level: "log", text });

  it("keeps the first lines of a flood and counts the rest", () => {
    const batch = new EventBatch();
    for (let index = 0; index < 10_000; index++) batch.add(line(String(index)));
    const { events, droppedLines } = batch.take();
    expect(events).toHaveLength(500);
    expect(droppedLines).toBe(9500);
    batch.add(line("one more"));
    expect(batch.take()).toEqual({ events: [], droppedLines: 9501 });
  });

  it("keeps of each loss the newest step, in the order of what happened", () => {
    const batch = new EventBatch();
    for (const step of [1, 2, 3]) batch.add({ kind: "progress", site: 4, step, loss: step });
    batch.add(line("a"));
    batch.add({ kind: "progress", site: 5, step: 1, loss: 0 });
    expect(batch.take().events).toMatchObject([{ site: 4, step: 3 }, { text: "a" }, { site: 5 }]);
  });

  it("shortens a line that nobody can read", () => {
    const batch = new EventBatch();
    batch.add(line("x".repeat(10_000)));
    expect(batch.take().events).toMatchObject([{ text: expect.stringMatching(/^x{4000}… 6000 more characters$/) }]);
  });
});

function seeds(): readonly number[] {
  return workers.flatMap(({ received }) =>
    received.flatMap((message) => (message.kind === "run" ? [message.request.seed] : [])),
  );
}

function fakeWorker(): FakeWorker {
  const received: ToWorker[] = [];
  let hear: (data: unknown) => void = () => undefined;
  let crashed: (message: string) => void = () => undefined;
  return {
    received,
    isTerminated: false,
    postMessage: (message) => received.push(message),
    terminate() {
      this.isTerminated = true;
    },
    listen: (heard, crash) => {
      hear = heard;
      crashed = crash;
    },
    hear: (data) => hear(data),
    end: (run) => {
      const ended: RunEvent = { kind: "ended", outcome: { kind: "finished" } };
      hear({ kind: "events", run, events: [ended], droppedLines: 0, milliseconds: 1 });
    },
    crash: (message) => crashed(message),
  };
}
