/** Judges one generated program after another. Runs in the process of a test, or in each worker of the command. */
import { compile } from "./execute.js";
import { generateProgram } from "./generate.js";
import { judge, neverCodes } from "./judge.js";
import { count, newTally, type Tally, type Wrong } from "./tally.js";

export interface Hunt {
  readonly first: number;
  readonly programs: number;
  /** Every how manieth seed is this worker's. */
  readonly stride: number;
  readonly until: "the end" | "the first false never";
}

const together = 20;

export async function hunt({ first, programs, stride, until }: Hunt): Promise<Tally> {
  const tally = newTally();
  for (let done = 0; done < programs; done += together) {
    const seeds = Array.from(
      { length: Math.min(together, programs - done) },
      (_, index) => first + (done + index) * stride,
    );
    const compiled = seeds.map(generateProgram).map((program) => ({ program, bodies: compile(program.files) }));
    await Promise.allSettled(compiled.map(({ bodies }) => bodies));
    for (const { program, bodies } of compiled) {
      try {
        count(tally, program, await judge(program.files, await bodies));
      } catch (problem) {
        const message = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
        tally.broken.push({ seed: program.seed, message });
      }
      if (until === "the first false never" && falseNevers(tally).length > 0) return tally;
    }
  }
  return tally;
}

export function falseNevers({ wrong }: Tally): readonly Wrong[] {
  return wrong.filter(({ code }) => neverCodes.has(code));
}
