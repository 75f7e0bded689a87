/**
 * The process that runs one program, with the rights of whoever called `gradlens run`, and tells its parent what
 * happens. The parent keeps the deadline; a watcher thread here keeps the memory limit, and ends a run whose parent
 * has gone.
 */
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize } from "node:v8";
import { Worker } from "node:worker_threads";
import { loadKernels, runProgram, type UserProgram } from "@gradlens/engine/live";
import type { RunEvent, RunRequest, Site } from "@gradlens/engine/graph";
import { eventDescriptor, started, watcherDescriptor, writeFrame } from "./frames.js";

/** What the parent writes to standard input. */
export interface RunOrder {
  /** The module that exports `program`; it and its folder are removed once loaded. */
  readonly moduleUrl: string;
  readonly sites: readonly Site[];
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly request: RunRequest;
  readonly memoryMegabytes: number;
}

async function run(): Promise<void> {
  const host = process;
  const order: RunOrder = deserialize(await readAll());
  watchMemory(order.memoryMegabytes);
  hideHost();
  await loadKernels();
  const program = await load(order.moduleUrl);
  rmSync(dirname(fileURLToPath(order.moduleUrl)), { recursive: true, force: true });
  writeFrame(eventDescriptor, started);
  const { sites, files } = order;
  const setting = {
    sites,
    files,
    snapshotEveryMs: 50,
    listenToRejections: (failed: (reason: unknown) => void) => {
      host.on("unhandledRejection", failed);
      host.on("uncaughtException", failed);
      return {
        restore: () => {
          host.off("unhandledRejection", failed);
          host.off("uncaughtException", failed);
        },
      };
    },
  };
  await runProgram(program, setting, order.request, (event: RunEvent) => writeFrame(eventDescriptor, event));
  host.exit(0);
}

async function readAll(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function load(url: string): Promise<UserProgram> {
  const module: { readonly program: UserProgram } = await import(url);
  return module.program;
}

/** A program finds what a worker of the panel has; of Node it must not see what it could not have there. */
function hideHost(): void {
  for (const name of ["process", "global", "Buffer"]) Reflect.deleteProperty(globalThis, name);
}

function watchMemory(megabytes: number): void {
  const watcher = new Worker(watcherText, {
    eval: true,
    workerData: { megabytes, parent: process.ppid, descriptor: watcherDescriptor },
  });
  watcher.unref();
}

const watcherText = `
const { workerData } = require("node:worker_threads");
const { writeSync } = require("node:fs");
setInterval(() => {
  const isTooLarge = process.memoryUsage.rss() > workerData.megabytes * 1024 * 1024;
  const isOrphan = process.ppid !== workerData.parent;
  if (!isTooLarge && !isOrphan) return;
  if (isTooLarge) writeSync(workerData.descriptor, "memory");
  process.kill(process.pid, "SIGKILL");
}, 50);
`;

await run();
