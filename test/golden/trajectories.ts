/**
 * Recorded trainings: eight steps of each optimizer on one small problem, and the rates that schedulers set. Options have
 * PyTorch's names in another spelling, so no run needs words of its own.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { optim, tensor, type DType, type Tensor } from "@gradlens/engine";
import type { Verdict } from "./check.js";

export interface RunOutcome {
  readonly id: string;
  readonly op: string;
  readonly verdict: Verdict;
}

type Options = Readonly<Record<string, unknown>>;

interface OptimizerRun {
  readonly kind: "optimizer";
  readonly name: string;
  readonly options: Options;
  readonly a: readonly number[];
  readonly c: readonly number[];
  readonly runs: Readonly<Record<"float32" | "float64", { readonly steps: readonly Step[] }>>;
}

interface Step {
  readonly w_before: readonly number[];
  readonly b_before: readonly number[];
  readonly loss: number;
  readonly w: readonly number[];
  readonly b: readonly number[];
}

interface GroupsRun {
  readonly kind: "optimizer_groups";
  readonly name: string;
  readonly steps: readonly Readonly<Record<"w" | "b" | "u", readonly number[]>>[];
}

interface SchedulerRun {
  readonly kind: "scheduler";
  readonly name: string;
  readonly options: Options;
  readonly initial_lr: number;
  readonly lr?: readonly number[];
  readonly momentum?: readonly number[];
  readonly metrics?: readonly number[];
  readonly lr_after?: readonly number[];
}

/** What the files of a folder hold, by family. */
export const trajectoryFamilies = ["optimizers", "schedulers"] as const;

export function trajectoriesOf(folder: string, family: (typeof trajectoryFamilies)[number]): readonly RunOutcome[] {
  const file = join(folder, `${family}.json`);
  if (!existsSync(file)) return [];
  const { items }: { items: (OptimizerRun | GroupsRun | SchedulerRun)[] } = JSON.parse(readFileSync(file, "utf8"));
  return items.map((item, at) => ({ id: `${item.kind} ${item.name} ${at}`, op: item.name, verdict: verdictOf(() => check(item)) }));
}

export function verdictOf(claim: () => string | null): Verdict {
  try {
    const why = claim();
    return why === null ? { kind: "passed" } : { kind: "failed", why };
  } catch (error) {
    return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
  }
}

/** Says what differs, or null. */
function check(item: OptimizerRun | GroupsRun | SchedulerRun): string | null {
  switch (item.kind) {
    case "optimizer":
      return trained(item, "float32", 2e-5) ?? trained(item, "float64", 1e-9);
    case "optimizer_groups":
      return grouped(item);
    case "scheduler":
      return item.metrics === undefined ? scheduled(item) : measured(item, item.metrics);
  }
}

function trained({ name, options, a, c, runs }: OptimizerRun, dtype: "float32" | "float64", tolerance: number): string | null {
  const { steps } = runs[dtype];
  const w = tensor([...steps[0].w_before], { requiresGrad: true, dtype });
  const b = tensor([...steps[0].b_before], { dtype }).reshape([2, 2]).detach().clone();
  b.requiresGrad = true;
  const optimizer = optimizerOf(name, [w, b], options);
  for (const [at, step] of steps.entries()) {
    optimizer.zeroGrad();
    const loss = problem(w, b, a, c, dtype);
    loss.backward();
    optimizer.step();
    const why =
      differs(`the loss of step ${at + 1}`, [loss.item()], [step.loss], tolerance) ??
      differs(`w after step ${at + 1}`, w.data, step.w, tolerance) ??
      differs(`b after step ${at + 1}`, b.data, step.b, tolerance);
    if (why !== null) return `${why} in ${dtype}`;
  }
  return null;
}

/** Σ c·(w − a)² + 0.05·Σ w⁴ + (Σ b − 1)²·w₀ */
function problem(w: Tensor, b: Tensor, a: readonly number[], c: readonly number[], dtype: DType): Tensor {
  const pull = w.sub(tensor([...a], { dtype })).square().mul(tensor([...c], { dtype })).sum();
  return pull.add(w.pow(4).sum().mul(0.05)).add(b.sum().sub(1).square().mul(w.select(0, 0)));
}

function grouped({ steps }: GroupsRun): string | null {
  const [w, b, u] = [1, 2, 3].map((value) => tensor([value], { requiresGrad: true }));
  const optimizer = new optim.SGD([{ params: [w] }, { params: [b, u], lr: 0.5, weightDecay: 0.1 }], { lr: 0.1, momentum: 0.9 });
  for (const [at, step] of steps.entries()) {
    optimizer.zeroGrad();
    w.mul(w).add(b.mul(b).mul(w)).sum().backward();
    optimizer.step();
    const why = (["w", "b", "u"] as const)
      .map((name) => differs(`${name} after step ${at + 1}`, { w, b, u }[name].data, step[name], 1e-5))
      .find((each) => each !== null);
    if (why !== undefined) return why;
  }
  return null;
}

interface Scheduler {
  step(measure: number): void;
}

function scheduled({ name, options, initial_lr: lr, lr: rates = [], momentum = [] }: SchedulerRun): string | null {
  const { optimizer, scheduler } = schedulerOf(name, options, lr);
  const [group] = optimizer.paramGroups;
  const found = { rates: Array<number>(), momentum: Array<number>() };
  rates.forEach((_, at) => {
    if (at > 0) {
      optimizer.step();
      scheduler.step(0);
    }
    found.rates.push(group.lr);
    found.momentum.push(group.momentum);
  });
  return differs("the rates", found.rates, rates, 1e-9) ?? differs("the momentum", found.momentum, momentum, 1e-9);
}

function measured({ name, options, initial_lr: lr, lr_after: rates = [] }: SchedulerRun, measures: readonly number[]): string | null {
  const { optimizer, scheduler } = schedulerOf(name, options, lr);
  const found = measures.map((measure) => {
    scheduler.step(measure);
    return optimizer.paramGroups[0].lr;
  });
  return differs("the rates", found, rates, 1e-9);
}

function optimizerOf(name: string, params: Tensor[], options: Options): { step(): void; zeroGrad(): void } {
  return new (classAt(name))(params, inCamelCase(options));
}

function schedulerOf(name: string, options: Options, lr: number) {
  const optimizer = new optim.SGD([tensor([0], { requiresGrad: true })], { lr, momentum: 0.9 });
  const scheduler: Scheduler = new (classAt(name))(optimizer, inCamelCase(options));
  return { optimizer, scheduler };
}

/** A class of `optim` by PyTorch's name, which is ours. */
function classAt(name: string): new (first: unknown, options: unknown) => never {
  const found: unknown = Object.entries(optim).find(([key]) => key === name)?.[1];
  if (typeof found !== "function") throw new Error(`there is no ${name}`);
  return found as new (first: unknown, options: unknown) => never;
}

function inCamelCase(options: Options): Record<string, unknown> {
  const spelled = (name: string): string =>
    name.replace(/^T_/, "t_").replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [spelled(name), value]));
}

export function differs(what: string, found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): string | null {
  if (found.length !== expected.length) return `${what}: ${found.length} numbers, not ${expected.length}`;
  for (let at = 0; at < expected.length; at++) {
    const difference = Math.abs(found[at] - expected[at]);
    if (Object.is(found[at], expected[at]) || difference <= tolerance * Math.max(1, Math.abs(expected[at]))) continue;
    if (Number.isNaN(found[at]) && Number.isNaN(expected[at])) continue;
    return `${what}: ${found[at]} at ${at}, not ${expected[at]}`;
  }
  return null;
}
