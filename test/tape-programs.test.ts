/**
 * What is said about the tape is held against runs of random programs: a pass that is said to throw never comes to its
 * end, a gradient that is said to be null is. `TAPE_PROGRAMS=5000` looks further.
 */
import * as engine from "@gradlens/engine";
import { analyze } from "@gradlens/server/analysis";
import { expect, test } from "vitest";
import { memorySources } from "./support/sources.js";
import { randomFrom, tapeProgram } from "./support/tape-program.js";

/** That a line was passed, and how far the loops around it were. */
interface Passed {
  readonly line: number;
  readonly iterations: ReadonlyMap<number, number>;
}

interface Seen {
  readonly done: Passed[];
  readonly gradients: { readonly line: number; readonly value: unknown }[];
}

const count = Number(process.env["TAPE_PROGRAMS"] ?? 200);

test(`${count} random programs do not contradict what is said about them`, { timeout: 600_000 }, () => {
  let claims = 0;
  const contradicted: string[] = [];
  for (let seed = 0; seed < count; seed++) {
    const program = tapeProgram(seed);
    const { files, programs } = analyze(memorySources({ "main.ts": program.text }));
    expect(files[0]?.syntaxErrors).toEqual([]);
    const { doomedPasses = [], leafChanges = [] } = programs[0]?.flow.tape ?? {};
    const nulls = files[0]?.findings.filter(({ code }) => /^(non-leaf-grad|grad-read-after-clear)$/.test(code)) ?? [];
    claims += doomedPasses.length + leafChanges.length + nulls.length;
    if (doomedPasses.length + leafChanges.length + nulls.length === 0) continue;
    const { done, gradients } = runs(program.body, seed);
    const passedAt = (line: number): readonly Passed[] => done.filter((each) => each.line === line);
    for (const { site, when } of doomedPasses) {
      const { line } = site.wordSpan.start;
      if (when === "always" ? passedAt(line).length > 0 : !onlyFirst(passedAt(line)))
        contradicted.push(`${seed}:${line + 1} ${when}`);
    }
    for (const { site } of leafChanges)
      if (passedAt(site.wordSpan.start.line).length > 0)
        contradicted.push(`${seed}:${site.wordSpan.start.line + 1} leaf`);
    for (const { span } of nulls)
      if (gradients.some(({ line, value }) => line === span.start.line && value !== null))
        contradicted.push(`${seed}:${span.start.line + 1} gradient`);
  }
  expect(contradicted).toEqual([]);
  expect(claims).toBeGreaterThan(count / 10);
});

/** There is a loop of which only the first iteration came past. */
function onlyFirst(passed: readonly Passed[]): boolean {
  const loops = [...new Set(passed.flatMap(({ iterations }) => [...iterations.keys()]))];
  return (
    loops.length === 0 || loops.some((loop) => passed.every(({ iterations }) => (iterations.get(loop) ?? 0) === 0))
  );
}

/** Several runs with other coins; a program ends where it throws, or where it has gone on for too long. */
function runs(body: string, seed: number): Seen {
  const seen: Seen = { done: [], gradients: [] };
  const evaluated: unknown = new Function("noGrad", "tensor", "coin", "done", "look", "enter", "leave", body);
  if (typeof evaluated !== "function") return seen;
  for (let run = 0; run < 12; run++) {
    const random = randomFrom(seed * 31 + run);
    const iterations = new Map<number, number>();
    let steps = 0;
    const step = (): void => {
      if (steps++ > 400) throw new Error("the program goes on for too long");
    };
    const tools = [
      engine.noGrad,
      engine.tensor,
      () => (step(), random() < 0.25 + (run % 3) * 0.25),
      (line: number) => seen.done.push({ line, iterations: new Map(iterations) }),
      (line: number, value: unknown) => seen.gradients.push({ line, value }),
      (loop: number) => (step(), iterations.set(loop, (iterations.get(loop) ?? -1) + 1)),
      (loop: number) => iterations.delete(loop),
    ];
    try {
      Reflect.apply(evaluated, undefined, tools);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  }
  return seen;
}
