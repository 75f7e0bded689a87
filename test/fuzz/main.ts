/**
 * The command `npm run fuzz`: reads its options, spreads the seeds over workers, shrinks what was found and prints it.
 * The same bundle is the worker.
 */
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { dirname } from "node:path";
import { defects } from "./defects.js";
import { huntDefect, mostPrograms } from "./defective.js";
import { generateProgram } from "./generate.js";
import { hunt, type Hunt } from "./hunt.js";
import { contradicts, misses, shrink, textOfSite, type Files } from "./shrink.js";
import { addTally, newTally, recallOf, tallyText, type Tally } from "./tally.js";

interface Options {
  readonly programs: number;
  readonly seed: number;
  readonly jobs: number;
  readonly missed: number;
  readonly output: "table" | "json";
}

export async function main(args: readonly string[], bundle: string): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      programs: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      jobs: { type: "string", default: "1" },
      missed: { type: "string", default: "0" },
      json: { type: "boolean", default: false },
      show: { type: "boolean", default: false },
      defects: { type: "boolean", default: false },
    },
  });
  const options: Options = {
    programs: Number(values.programs),
    seed: Number(values.seed),
    jobs: Number(values.jobs),
    missed: Number(values.missed),
    output: values.json ? "json" : "table",
  };
  if (values.show) {
    say(filesText(generateProgram(options.seed).files));
    return 0;
  }
  if (values.defects) return huntDefects(options, bundle);
  const started = performance.now();
  const tally = await spread(options, bundle);
  const seconds = (performance.now() - started) / 1000;
  if (options.output === "json")
    say(JSON.stringify({ ...tally, constructs: Object.fromEntries(tally.constructs), seconds }));
  else await print(tally, seconds, options);
  return tally.wrong.length + tally.broken.length === 0 ? 0 : 1;
}

async function spread({ programs, seed, jobs }: Options, bundle: string): Promise<Tally> {
  const total = newTally();
  const parts = Array.from({ length: jobs }, (_, job): Hunt => {
    const share = Math.floor((programs - job + jobs - 1) / jobs);
    return { first: seed + job, programs: share, stride: jobs, until: "the end" };
  });
  const tallies = await Promise.all(parts.map((part) => inWorker(part, bundle)));
  for (const tally of tallies) addTally(total, tally);
  return total;
}

/** Each seeded defect must be found, or the generator is too weak. */
async function huntDefects({ jobs }: Options, bundle: string): Promise<number> {
  const queue = [...defects];
  let lost = 0;
  const work = async (): Promise<void> => {
    for (let defect = queue.shift(); defect !== undefined; defect = queue.shift()) {
      const programs = await huntDefect(defect, dirname(bundle), inWorker);
      if (typeof programs === "string") lost++;
      say(`${String(programs).padStart(9)}  ${defect.name}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  say(`${defects.length - lost} of ${defects.length} seeded defects are found within ${mostPrograms} programs`);
  return lost === 0 ? 0 : 1;
}

function inWorker(part: Hunt, bundle: string): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(bundle, { workerData: part });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

async function print(tally: Tally, seconds: number, { missed }: Options): Promise<void> {
  say(tallyText(tally));
  say(
    `${tally.wrong.length} contradictions; ${((tally.all.programs + tally.beyond.programs) / seconds).toFixed(1)} programs/s`,
  );
  for (const { seed, message } of tally.broken.slice(0, 3)) say(`\nseed ${seed} failed: ${message}`);
  for (const { seed, site, code, message } of tally.wrong.slice(0, 5)) {
    const { files } = generateProgram(seed);
    const small = await shrink(files, contradicts(textOfSite(files, site), code));
    say(`\nCONTRADICTED at ${site} of seed ${seed}: ${code}: ${message}\n${filesText(small)}`);
  }
  if (missed > 0) await printMissed(tally, missed);
}

/** Examples of what is missed, for the constructs where most is. */
async function printMissed(tally: Tally, each: number): Promise<void> {
  const worst = [...tally.constructs].sort(([, a], [, b]) => recallOf(a) - recallOf(b)).slice(0, 10);
  const shown = new Set<string>();
  for (const [name] of worst) {
    const examples = tally.missed.filter(
      ({ constructs, seed, site }) => constructs.includes(name) && !shown.has(`${seed} ${site}`),
    );
    for (const { seed, site } of examples.slice(0, each)) {
      shown.add(`${seed} ${site}`);
      const { files } = generateProgram(seed);
      const line = textOfSite(files, site);
      const small = await shrink(files, misses(line));
      say(`\nMISSED in seed ${seed} (${name}): ${line}\n${filesText(small)}`);
    }
  }
}

function filesText(files: Files): string {
  return Object.entries(files)
    .map(([name, text]) => `// ${name}\n${text}`)
    .join("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

// A generated program may drop a promise that fails, and a shrunk one all the more.
process.on("unhandledRejection", () => undefined);

if (!isMainThread && parentPort !== null) {
  const part: Hunt = workerData;
  parentPort.postMessage(await hunt(part));
}
