/**
 * Runs a file in a child process and reports what it did: bundles it, keeps the deadline and the memory limit, and
 * tells what is known when either ends the run. The child has the user's rights, like `node file.ts`.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { serialize } from "node:v8";
import type { BundledProgram, LeafReport, RunError, RunEvent, RunRequest, SourceSpan } from "@gradlens/engine/graph";
import * as esbuild from "esbuild";
import { bundleProgram } from "../source/bundle.js";
import type { RunOrder } from "./child.js";
import { eventDescriptor, FrameReader, started, watcherDescriptor } from "./frames.js";
import type { PlacedGraph, RunReport } from "./run-report.js";

export interface RunOptions {
  /** An absolute path. */
  readonly path: string;
  /** The built `run-child.js`. */
  readonly childFile: URL;
  /** `Infinity` for none. */
  readonly timeoutSeconds: number;
  readonly seed: number;
  readonly memoryMegabytes?: number;
  /** Told at once, for whoever wants to show a long run's console as it goes. */
  readonly tell?: (event: RunEvent) => void;
}

export type RunResult =
  | { readonly kind: "ran"; readonly report: RunReport }
  | { readonly kind: "not started"; readonly message: string; readonly span: SourceSpan | null };

/** At most this, and no more than three quarters of the machine. */
const largestMemoryMegabytes = 4096;
/** How Node ends when nothing is left to do but a top-level await. */
const unsettledCode = 13;
/** What the child may need before the program begins. */
const startSeconds = 30;

export async function runFile(options: RunOptions): Promise<RunResult> {
  const bundle = await bundleProgram({ entryPath: options.path, readOpenDocument: () => null, esbuild });
  if (bundle.kind === "failed") return { kind: "not started", message: bundle.message, span: bundle.span };
  const { program } = bundle;
  const folder = mkdtempSync(join(tmpdir(), "gradlens-run-"));
  try {
    const modulePath = join(folder, "program.mjs");
    writeFileSync(modulePath, `${program.code}\nexport { program };\n`);
    return { kind: "ran", report: await runModule(pathToFileURL(modulePath).href, program, options) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runModule(moduleUrl: string, program: BundledProgram, options: RunOptions): Promise<RunReport> {
  const memoryMegabytes =
    options.memoryMegabytes ?? Math.min(largestMemoryMegabytes, Math.floor((totalmem() * 0.75) / 2 ** 20));
  const request: RunRequest = {
    seed: options.seed,
    overrides: [],
    ignoredCuts: [],
    recording: { kind: "every pass" },
    steps: "untold",
  };
  const { sites, files } = program;
  const order: RunOrder = { moduleUrl, sites, files, request, memoryMegabytes };
  const words = [`--max-old-space-size=${memoryMegabytes}`, "--no-warnings", fileURLToPath(options.childFile)];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "ignore", "pipe", "pipe", "pipe"] });
  const story = new Story(program, options.tell ?? (() => undefined));
  const reader = new FrameReader();
  const ending = new Promise<Ending>((resolve) => {
    const stop = (): void => {
      child.kill("SIGKILL");
      resolveWhenClosed({ kind: "timeout" });
    };
    // Its own start is not the program's time; a machine that is busy may take long over it.
    let timer = afterSeconds(options.timeoutSeconds + startSeconds, stop);
    let known: Ending | null = null;
    const resolveWhenClosed = (ending: Ending): void => {
      known ??= ending;
    };
    let complaints = "";
    pipeOf(child, 2)?.on("data", (chunk: Buffer) => {
      complaints = (complaints + chunk.toString("utf8")).slice(-20_000);
      if (complaints.includes("heap out of memory")) resolveWhenClosed({ kind: "memory" });
    });
    pipeOf(child, eventDescriptor)?.on("data", (chunk: Buffer) => {
      for (const message of reader.add(chunk)) {
        story.add(message);
        if (message !== started) continue;
        clearTimeout(timer);
        timer = afterSeconds(options.timeoutSeconds, stop);
      }
    });
    pipeOf(child, watcherDescriptor)?.on("data", () => resolveWhenClosed({ kind: "memory" }));
    child.on("error", (error) => resolveWhenClosed({ kind: "lost", because: error.message }));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === unsettledCode) resolveWhenClosed({ kind: "unsettled" });
      const how = signal === null ? `exit code ${String(code)}` : `the signal ${signal}`;
      const lastWords = complaints.split("\n").find((line) => /^\w*Error\b/.test(line)) ?? "";
      resolve(known ?? { kind: "lost", because: lastWords === "" ? how : `${how}: ${lastWords}` });
    });
  });
  // A child that has died already cannot be told; `close` says why.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(serialize(order));
  return story.report(await ending, options.timeoutSeconds, memoryMegabytes);
}

type Ending =
  | { readonly kind: "timeout" }
  | { readonly kind: "memory" }
  | { readonly kind: "unsettled" }
  | { readonly kind: "lost"; readonly because: string };

/** What the child has told so far. */
class Story {
  private readonly graphs = new Map<number | null, PlacedGraph>();
  private readonly lines: string[] = [];
  private leaves: readonly LeafReport[] = [];
  private hasEnded = false;
  private error: RunError | null = null;

  constructor(
    private readonly program: BundledProgram,
    private readonly tell: (event: RunEvent) => void,
  ) {}

  add(message: unknown): void {
    if (!isRunEvent(message)) return;
    this.tell(message);
    switch (message.kind) {
      case "graph": {
        const span = message.site === null ? null : (this.program.sites[message.site]?.span ?? null);
        this.graphs.set(message.site, { span, step: message.step, graph: message.graph });
        break;
      }
      case "leaves":
        this.leaves = message.leaves;
        break;
      case "console":
        this.lines.push(message.text);
        break;
      case "ended":
        this.hasEnded = true;
        if (message.outcome.kind === "threw") this.error = message.outcome.error;
        break;
      case "progress":
      case "pause":
      case "steps":
        break;
    }
  }

  report(ending: Ending, timeoutSeconds: number, memoryMegabytes: number): RunReport {
    const graphs = [...this.graphs.values()].sort(bySpan);
    const leaves = this.leaves.map(({ name, span, shape, value, received, allZero, grad }) => {
      return { name, span, shape, value, received, allZero, grad };
    });
    const error = this.hasEnded ? this.error : errorOf(ending, timeoutSeconds, memoryMegabytes);
    const groups = this.leaves.map(({ site }) => (site === null ? [] : (this.program.sites[site]?.group ?? [])));
    return { version: 1, leaves, graphs, console: this.lines, error, groups };
  }
}

function errorOf(ending: Ending, timeoutSeconds: number, memoryMegabytes: number): RunError {
  switch (ending.kind) {
    case "timeout":
      return {
        name: "TimeoutError",
        message: `The program did not end within ${timeoutSeconds} s and was stopped. Raise the limit with --timeout, or look for a loop that does not end.`,
        span: null,
      };
    case "memory":
      return {
        name: "OutOfMemoryError",
        message: `The program used more than ${memoryMegabytes} MB of memory and was stopped. Look for values that are kept from every step, such as losses that are collected without item().`,
        span: null,
      };
    case "unsettled":
      return {
        name: "UnsettledError",
        message:
          "The program waits for a promise that nothing can settle any more. Look for an await whose resolve is never called.",
        span: null,
      };
    case "lost":
      return { name: "Error", message: `The program's process ended early, with ${ending.because}.`, span: null };
  }
}

function afterSeconds(seconds: number, act: () => void): NodeJS.Timeout | undefined {
  // A timer holds no more than 2^31 ms; nobody waits that long.
  return seconds * 1000 < 2 ** 31 ? setTimeout(act, seconds * 1000) : undefined;
}

function pipeOf(child: ChildProcess, descriptor: number): Readable | null {
  const pipe = child.stdio[descriptor];
  return pipe instanceof Readable ? pipe : null;
}

const eventKinds = ["graph", "leaves", "progress", "console", "ended"];

/** The child is our own program, and its frames are serialized values: the kind alone is checked. */
function isRunEvent(message: unknown): message is RunEvent {
  return (
    typeof message === "object" && message !== null && "kind" in message && eventKinds.includes(String(message.kind))
  );
}

function bySpan(a: PlacedGraph, b: PlacedGraph): number {
  if (a.span === null || b.span === null) return Number(a.span === null) - Number(b.span === null);
  if (a.span.uri !== b.span.uri) return a.span.uri < b.span.uri ? -1 : 1;
  return a.span.start.line - b.span.start.line || a.span.start.character - b.span.start.character;
}
