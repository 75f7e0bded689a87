/**
 * Runs one program in a worker of the page, one run at a time: the newest wish wins, a what-if waits for the program
 * itself, and whatever does not end is ended with its worker. It owns the worker; what a run tells goes to `tell`.
 */
import type { BundledProgram, RunRequest } from "@gradlens/engine/graph";
import type { Batch, FromWorker, ToWorker } from "./worker/worker-messages.js";

/**
 * `program`: what the panel shows. `step`: the same once more, for the graph of one step. `whatIf`: the same with cuts
 * ignored, to be compared with it.
 */
export type Purpose = "program" | "step" | "whatIf";

export interface Wish {
  /** Comes back with all that the run tells: a slider asks faster than runs end. */
  readonly tag: number;
  readonly request: RunRequest;
  /** After so long the run is given up; null for a run that only the user may stop. */
  readonly deadlineMs: number | null;
}

export type Ending = { readonly kind: "stopped" | "tooLong" } | { readonly kind: "crashed"; readonly message: string };

/** As much of a Worker as is needed here. */
export interface WorkerPort {
  postMessage(message: ToWorker): void;
  terminate(): void;
  /** Called once, before anything is posted. */
  listen(hear: (data: unknown) => void, crashed: (message: string) => void): void;
}

export interface RunnerSetting {
  readonly program: BundledProgram;
  readonly spawn: () => WorkerPort;
  readonly tell: (purpose: Purpose, tag: number, batch: Batch) => void;
  /** A run ended without saying so itself. */
  readonly gaveUp: (purpose: Purpose, ending: Ending) => void;
}

/** How long a new wish waits for a run of its own kind or of a what-if before it takes the worker from it. */
const patienceMs: Readonly<Record<Purpose, number>> = { program: 3000, step: 300, whatIf: 300 };
const inTurn: readonly Purpose[] = ["program", "step", "whatIf"];
const nothingWaits: Readonly<Record<Purpose, Wish | null>> = { program: null, step: null, whatIf: null };

interface Current {
  readonly purpose: Purpose;
  readonly run: number;
  readonly tag: number;
  readonly began: number;
  readonly deadline: ReturnType<typeof setTimeout> | null;
}

export class Runner {
  readonly #setting: RunnerSetting;
  #port: WorkerPort | null = null;
  #current: Current | null = null;
  #waiting: Readonly<Record<Purpose, Wish | null>> = nothingWaits;
  #patience: ReturnType<typeof setTimeout> | null = null;
  #runs = 0;
  /** The present run waits for a hand, so a newer wish need not wait for its end. */
  #isPaused = false;

  constructor(setting: RunnerSetting) {
    this.#setting = setting;
  }

  ask(purpose: Purpose, wish: Wish): void {
    // What was asked about an older state of the program would only be thrown away.
    const others = purpose === "program" ? nothingWaits : this.#waiting;
    this.#waiting = { ...others, [purpose]: wish };
    this.#next();
  }

  /** Asks the program's run to wait where it may, or to go on. */
  pause(wish: "pause" | "resume"): void {
    if (this.#current?.purpose !== "program") return;
    this.#isPaused = wish === "pause";
    this.#port?.postMessage({ kind: wish });
  }

  /** Gives up the run of one purpose without a word, where it is the one that runs. */
  leave(purpose: Purpose): void {
    if (this.#current?.purpose === purpose) this.#giveUp(null);
  }

  /** Ends whatever runs, even an endless loop; the next wish gets a new worker. */
  stop(): void {
    this.#waiting = nothingWaits;
    this.#giveUp({ kind: "stopped" });
  }

  /** The same without a word: another program takes the place of this one. */
  dispose(): void {
    this.#waiting = nothingWaits;
    this.#giveUp(null);
  }

  #next(): void {
    if (this.#current !== null) {
      const mayWait = this.#current.purpose === "program" ? this.#waiting.program : this.#waiting.step;
      if ((this.#waiting.program ?? mayWait) !== null) this.#waitFor(this.#current);
      return;
    }
    this.#clearPatience();
    const purpose = inTurn.find((each) => this.#waiting[each] !== null);
    const wish = purpose === undefined ? null : this.#waiting[purpose];
    if (purpose === undefined || wish === null) return;
    this.#waiting = { ...this.#waiting, [purpose]: null };
    const port = this.#port ?? this.#start();
    const run = ++this.#runs;
    const { tag, deadlineMs } = wish;
    const deadline = deadlineMs === null ? null : setTimeout(() => this.#giveUp({ kind: "tooLong" }), deadlineMs);
    this.#current = { purpose, run, tag, began: Date.now(), deadline };
    port.postMessage({ kind: "run", run, request: wish.request });
  }

  #start(): WorkerPort {
    const port = this.#setting.spawn();
    this.#port = port;
    port.listen(
      (data) => {
        if (this.#port === port) this.#hear(data);
      },
      (message) => {
        if (this.#port === port) this.#giveUp({ kind: "crashed", message });
      },
    );
    const { sites, files } = this.#setting.program;
    port.postMessage({ kind: "start", sites, files });
    return port;
  }

  #hear(data: unknown): void {
    const current = this.#current;
    if (!isFromWorker(data) || current === null || data.run !== current.run) return;
    this.#setting.tell(current.purpose, current.tag, data);
    if (!data.events.some(({ kind }) => kind === "ended")) return;
    this.#forget(current);
    this.#next();
  }

  /** An older run is given a moment to end by itself, since a new worker costs more than most runs. */
  #waitFor({ purpose, began }: Current): void {
    if (this.#patience !== null) return;
    const patience = this.#isPaused ? 0 : patienceMs[purpose];
    const left = Math.max(0, began + patience - Date.now());
    this.#patience = setTimeout(() => {
      this.#patience = null;
      const isOvertaken = this.#waiting.program !== null || (purpose !== "program" && this.#waiting.step !== null);
      if (isOvertaken) this.#giveUp(null);
    }, left);
  }

  /** `null`: a newer wish takes its place, and nobody needs to be told. */
  #giveUp(ending: Ending | null): void {
    this.#port?.terminate();
    this.#port = null;
    const current = this.#current;
    if (current !== null) this.#forget(current);
    if (current !== null && ending !== null) this.#setting.gaveUp(current.purpose, ending);
    this.#next();
  }

  #forget({ deadline }: Current): void {
    this.#isPaused = false;
    if (deadline !== null) clearTimeout(deadline);
    this.#clearPatience();
    this.#current = null;
  }

  #clearPatience(): void {
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = null;
  }
}

/** The program can post to the page as well, so only what has the right shape is heard. */
function isFromWorker(data: unknown): data is FromWorker {
  return (
    typeof data === "object" &&
    data !== null &&
    "kind" in data &&
    data.kind === "events" &&
    "run" in data &&
    "events" in data &&
    Array.isArray(data.events) &&
    data.events.every((event: unknown) => typeof event === "object" && event !== null && "kind" in event)
  );
}
