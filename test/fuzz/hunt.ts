/** Judges one generated program after another. Runs in the process of a test, or in each worker of the command. */
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

export async function hunt(
  { first, programs, stride, until }: Hunt,
  progress?: (done: number) => void,
): Promise<Tally> {
  const tally = newTally();
  for (let done = 0; done < programs; done++) {
    const program = generateProgram(first + done * stride);
    try {
      count(tally, program, await judge(program.files));
    } catch (problem) {
      tally.broken.push({
        seed: program.seed,
        message: problem instanceof Error ? (problem.stack ?? problem.message) : String(problem),
      });
    }
    if (until === "the first false never" && falseNevers(tally).length > 0) break;
    if ((done + 1) % 100 === 0) progress?.(done + 1);
  }
  return tally;
}

export function falseNevers({ wrong }: Tally): readonly Wrong[] {
  return wrong.filter(({ code }) => neverCodes.has(code));
}
