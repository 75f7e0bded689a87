/**
 * Runs a program on the engine, once for every way in which its coins can fall, and tells which leaves received a
 * gradient. Everything happens in this process: modules become functions, timers wait in a queue of their own.
 */
import { transform } from "esbuild";
import * as engine from "../../engine/library.js";
import { hooks } from "../../engine/autograd/hooks.js";
import type { Listener } from "../../engine/autograd/listener.js";
import { leafPattern } from "./generate.js";

/** What one forcing of the coins showed. */
export interface RunResult {
  /** Leaves by "file:line" that existed. */
  readonly made: ReadonlySet<string>;
  readonly received: ReadonlySet<string>;
  /** Those of which some gradient was not zero. */
  readonly moved: ReadonlySet<string>;
  /** Lines whose backward pass came to its end, and how often; and those where it failed. */
  readonly passed: ReadonlyMap<string, number>;
  readonly failed: ReadonlySet<string>;
  /** Lines with a change in place that were begun, and that came to their end. */
  readonly begun: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
  /** What the program threw, or null. */
  readonly problem: string | null;
  readonly coins: readonly boolean[];
}

export interface Execution {
  readonly runs: readonly RunResult[];
  /** Whether every way was tried. */
  readonly extent: "complete" | "truncated";
}

type Files = Readonly<Record<string, string>>;
export type Compiled = ReadonlyMap<string, ModuleBody>;
type ModuleBody = (environment: Environment) => unknown;

const most = { runs: 64, coins: 7, ops: 3000, rounds: 1000 } as const;

/** The names that a module finds: some of the language's own, and what the text was given to tell the run. */
const environmentNames = [
  "require",
  "module",
  "Math",
  "console",
  "setTimeout",
  "queueMicrotask",
  "$at",
  "$loss",
  "$drop",
  "$begin",
  "$end",
  "$round",
] as const;
type Environment = Readonly<Record<(typeof environmentNames)[number], unknown>>;

export async function executeAll(bodies: Compiled): Promise<Execution> {
  const runs: RunResult[] = [];
  let coins: readonly boolean[] | null = [];
  while (coins !== null && runs.length < most.runs) {
    const run = await new Execute(bodies, coins).run();
    runs.push(run);
    coins = nextCoins(run.coins);
  }
  return { runs, extent: coins === null ? "complete" : "truncated" };
}

/** The last coin that fell on false falls on true the next time. */
function nextCoins(coins: readonly boolean[]): readonly boolean[] | null {
  const last = coins.lastIndexOf(false);
  return last === -1 ? null : [...coins.slice(0, last), true];
}

/** Another process does it, so many programs are best compiled together. */
export async function compile(files: Files): Promise<Compiled> {
  const bodies = await Promise.all(
    Object.entries(files).map(async ([name, text]) => [name, await bodyOf(name, text)] as const),
  );
  return new Map(bodies);
}

async function bodyOf(name: string, text: string): Promise<ModuleBody> {
  const module = name === "main.ts" ? asFunction(watched(name, text)) : watched(name, text);
  const { code } = await transform(module, { loader: "ts", format: "cjs", target: "node20", logLevel: "silent" });
  const body: unknown = new Function(
    `"use strict";\nreturn function (${environmentNames.join(", ")}) {\n${code}\n};`,
  )();
  if (typeof body !== "function") throw new Error("The module is no function.");
  const names = environmentNames;
  return (environment) =>
    Reflect.apply(
      body,
      undefined,
      names.map((each) => environment[each]),
    );
}

/** The program may wait at its top level, which a module that is evaluated as a function may not. */
function asFunction(text: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => !line.startsWith("import "));
  return [...lines.slice(0, start), "export default async function () {", ...lines.slice(start), "}"].join("\n");
}

/** The text with its leaves, losses and dropped promises told to the run. */
function watched(name: string, text: string): string {
  return text
    .split("\n")
    .map((line, index) => {
      const site = JSON.stringify(`${name}:${index}`);
      return line
        .replace(leafPattern, (leaf) => `$at(${site}, () => ${leaf})`)
        .replace(/^(\s*)(.*\.backward\(.*\);)$/, `$1$loss(${site}); $2`)
        .replace(/^(\s*)([\w.]+_\(.*\);)$/, `$1$begin(${site}); $2 $end(${site});`)
        .replace(/^(\s*(?:\w+: )?(?:for|while|do)\b.*\{)$/, "$1 $round();")
        .replace(/^(\s*)void (.*);$/, "$1$drop($2);");
    })
    .join("\n");
}

interface EvaluatedModule {
  exports: { readonly default?: unknown };
}

interface Timer {
  readonly task: () => void;
  readonly due: number;
}

/** One run: its coins, its timers, and what is seen of it. */
class Execute implements Listener<engine.Tensor> {
  private readonly made = new Set<string>();
  private readonly received = new Set<string>();
  private readonly moved = new Set<string>();
  private readonly passed = new Map<string, number>();
  private readonly failed = new Set<string>();
  private readonly begun = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly siteOf = new Map<engine.Tensor, string>();
  private readonly timers: Timer[] = [];
  private readonly drawn: boolean[] = [];
  private readonly modules = new Map<string, EvaluatedModule>();
  private readonly environment = this.environmentOfRun();
  private lossSite: string | null = null;
  private ops = 0;
  private rounds = 0;
  private problem: string | null = null;

  constructor(
    private readonly bodies: Compiled,
    private readonly forced: readonly boolean[],
  ) {}

  async run(): Promise<RunResult> {
    hooks.listener = this;
    const main = async (): Promise<void> => {
      const program = this.evaluate("main.ts");
      if (typeof program === "function") await Reflect.apply(program, undefined, []);
    };
    // A program that waits forever is over when nothing else is left to do.
    void main().catch((problem: unknown) => this.note(problem));
    await settled();
    while (this.timers.length > 0) {
      this.runTimer();
      await settled();
    }
    hooks.listener = null;
    for (const [tensor, site] of this.siteOf) if (tensor.requiresGrad) this.made.add(site);
    const { made, received, moved, passed, failed, begun, ended, problem, drawn } = this;
    return { made, received, moved, passed, failed, begun, ended, problem, coins: drawn };
  }

  applied(): void {
    if (++this.ops > most.ops) throw new Error("too many ops");
  }

  control(): void {
    // Cuts are judged by what arrives.
  }

  cotangent(): void {
    // Only what is deposited counts.
  }

  backwardStarted(): void {
    // Its end tells more.
  }

  deposited(leaf: engine.Tensor, gradient: engine.Tensor): void {
    const site = this.siteOf.get(leaf);
    if (site === undefined) return;
    this.received.add(site);
    if (gradient.storage.toArray().some((value) => value !== 0 && !Number.isNaN(value))) this.moved.add(site);
  }

  backwardEnded(): void {
    const site = this.takeLossSite();
    if (site !== null) this.passed.set(site, (this.passed.get(site) ?? 0) + 1);
  }

  backwardFailed(): void {
    const site = this.takeLossSite();
    if (site !== null) this.failed.add(site);
  }

  /** A pass of `grad()` has no line of its own, so it must not count for the `backward()` before it. */
  private takeLossSite(): string | null {
    const site = this.lossSite;
    this.lossSite = null;
    return site;
  }

  private evaluate(name: string): unknown {
    const module: EvaluatedModule = { exports: {} };
    this.modules.set(name, module);
    this.bodies.get(name)?.({ ...this.environment, module });
    return module.exports.default;
  }

  private environmentOfRun(): Environment {
    const drop = (value: unknown): void => void Promise.resolve(value).catch((problem: unknown) => this.note(problem));
    return {
      module: null,
      require: (specifier: string) => this.load(specifier),
      Math: { random: () => (this.coin() ? 0.25 : 0.75) },
      console: { log: () => undefined },
      setTimeout: (task: () => void, delay = 0) => void this.timers.push({ task, due: delay }),
      queueMicrotask: (task: () => void) => drop(Promise.resolve().then(task)),
      $at: (site: string, make: () => unknown) => this.watch(site, make()),
      $loss: (site: string) => void (this.lossSite = site),
      $drop: drop,
      $begin: (site: string) => void this.begun.add(site),
      $end: (site: string) => void this.ended.add(site),
      $round: () => this.goAround(),
    };
  }

  /** A program that shrinks may lose what ends its loops. */
  private goAround(): void {
    if (++this.rounds > most.rounds) throw new Error("too many rounds");
  }

  private load(specifier: string): unknown {
    if (specifier === "@gradlens/engine") return engine;
    const name = specifier.replace("./", "").replace(/\.js$/, ".ts");
    if (!this.modules.has(name)) this.evaluate(name);
    return this.modules.get(name)?.exports;
  }

  private watch(site: string, made: unknown): unknown {
    if (made instanceof engine.Tensor) this.siteOf.set(made, site);
    if (made instanceof engine.nn.Linear) for (const parameter of made.parameters()) this.siteOf.set(parameter, site);
    return made;
  }

  /** What is not forced falls on false, which ends loops. */
  private coin(): boolean {
    const position = this.drawn.length;
    if (position >= most.coins) return false;
    const side = this.forced[position] ?? false;
    this.drawn.push(side);
    return side;
  }

  private runTimer(): void {
    const first = this.timers.reduce((best, timer) => (timer.due < best.due ? timer : best));
    this.timers.splice(this.timers.indexOf(first), 1);
    try {
      first.task();
    } catch (problem) {
      this.note(problem);
    }
  }

  private note(problem: unknown): void {
    this.problem ??= problem instanceof Error ? problem.message : "a value was thrown";
  }
}

/** After everything that waits for a promise. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
