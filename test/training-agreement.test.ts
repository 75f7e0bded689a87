/**
 * What is said of a training holds when it runs: random programs are read, and those of which something is said are run
 * several times with coins of their own.
 */
import { nn, optim, randn, type Tensor } from "@gradlens/engine";
import { analyze, type Finding } from "@gradlens/server/analysis";
import { describe, expect, it } from "vitest";
import { Random } from "./fuzz/random.js";
import { randomTraining } from "./support/random-training.js";
import { memorySources } from "./support/sources.js";

const codes = ["missing-zero-grad", "zero-grad-before-step", "all-parameters-frozen", "freeze-undone"];

type Event =
  | { readonly kind: "pass"; readonly line: number; readonly failed: boolean; readonly addsTo: readonly string[] }
  | { readonly kind: "step"; readonly line: number; readonly hasGradients: boolean }
  | { readonly kind: "freeze"; readonly line: number; readonly undoes: boolean };

interface Optimizers {
  readonly optA: optim.SGD;
  readonly optB: optim.SGD;
}

/** Ends a run whose pass failed. */
class Stopped extends Error {}

describe("what is said of a training holds when it runs", () => {
  it.each([1, 2, 3, 4])("in random programs, part %i", { timeout: 60_000 }, (part) => {
    const said = new Map(codes.map((code) => [code, 0]));
    const wrong: string[] = [];
    for (let seed = part * 1000; seed < part * 1000 + 40; seed++) {
      const lines = randomTraining(seed);
      const findings = findingsIn(lines);
      if (findings.length === 0) continue;
      const runs = Array.from({ length: 8 }, (_, coins) => run(lines, new Random(coins)));
      for (const finding of findings) {
        said.set(finding.code, (said.get(finding.code) ?? 0) + 1);
        if (runs.some((events) => isContradicted(finding, events))) wrong.push(`${seed}: ${finding.message}`);
      }
    }
    expect(wrong).toEqual([]);
    expect([...said.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(5);
  });
});

function findingsIn(lines: readonly string[]): readonly Finding[] {
  const [file] = analyze(memorySources({ "main.ts": lines.join("\n") })).files;
  expect(file?.syntaxErrors).toEqual([]);
  return (file?.findings ?? []).filter(({ code }) => codes.includes(code));
}

function isContradicted({ code, message, span }: Finding, events: readonly Event[]): boolean {
  const line = span.start.line + 1;
  const other = Number(/\(\)` on line (\d+)/.exec(message)?.[1] ?? 0);
  switch (code) {
    case "missing-zero-grad": {
      const name = /gradients of `(\w+)`/.exec(message)?.[1] ?? "";
      const later = events.filter((event) => event.kind === "pass" && event.line === line).slice(1);
      return later.length > 0 && !later.some((event) => event.kind === "pass" && event.addsTo.includes(name));
    }
    case "zero-grad-before-step":
      return events.some((event) => event.kind === "step" && event.line === other && event.hasGradients);
    case "all-parameters-frozen":
      return events.some((event) => event.kind === "pass" && event.line === other && !event.failed);
    default:
      return events.some((event) => event.kind === "freeze" && event.line === line && !event.undoes);
  }
}

/** The program with its calls told to a watcher; what it does up to a pass that fails. */
function run(lines: readonly string[], coins: Random): readonly Event[] {
  const events: Event[] = [];
  const text = lines.map((line, index) => (index === 0 ? "" : watched(line, index + 1))).join("\n");
  const program = new Function("nn", "optim", "randn", "watch", "Math", text);
  try {
    program(nn, optim, randn, watcher(events), { floor: Math.floor, random: () => coins.next() });
  } catch (problem) {
    if (!(problem instanceof Stopped)) throw problem;
  }
  return events;
}

function watched(line: string, number: number): string {
  const pass = /^(.*)\.backward\(\);$/.exec(line);
  if (pass !== null) return `watch.pass(${number}, { optA, optB }, () => ${pass[1] ?? ""});`;
  const step = /^(opt[AB])\.step\(\);$/.exec(line);
  if (step !== null) return `watch.step(${number}, ${step[1] ?? ""});`;
  return line.includes("requiresGrad") ? `watch.before(${number}, ab); ${line} watch.after(ab);` : line;
}

function watcher(events: Event[]): object {
  let passes = 0;
  const frozenAt = new Map<Tensor, number>();
  return {
    pass(line: number, optimizers: Optimizers, lossOf: () => Tensor) {
      passes++;
      const loss = lossOf();
      const addsTo = Object.entries(optimizers).flatMap(([name, each]) => (hasGradients(each) ? [name] : []));
      const failed = !loss.requiresGrad;
      events.push({ kind: "pass", line, failed, addsTo });
      if (failed) throw new Stopped();
      loss.backward();
    },
    step(line: number, optimizer: optim.SGD) {
      events.push({ kind: "step", line, hasGradients: hasGradients(optimizer) });
      optimizer.step();
    },
    before(line: number, module: nn.Module) {
      const undoes = module.parameters().some((p) => !p.requiresGrad && frozenAt.get(p) === passes);
      events.push({ kind: "freeze", line, undoes });
    },
    after(module: nn.Module) {
      for (const p of module.parameters()) {
        if (p.requiresGrad) frozenAt.delete(p);
        else if (!frozenAt.has(p)) frozenAt.set(p, passes);
      }
    },
  };
}

function hasGradients({ paramGroups }: optim.SGD): boolean {
  return paramGroups.some(({ params }) => params.some((p) => p.grad !== null));
}
