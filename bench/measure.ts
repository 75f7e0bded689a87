/**
 * Measures two ways of doing the same thing in turns, so that a noisy machine disturbs both alike, and gives their ratio.
 * The median of the rounds counts; the first rounds warm up and are thrown away.
 */

export interface Comparison {
  readonly what: string;
  readonly ours: string;
  readonly beside: string;
  /** Milliseconds of one call, median. */
  readonly oursMs: number;
  readonly besideMs: number;
}

export interface Contender {
  readonly name: string;
  readonly run: () => unknown;
}

export function compare(what: string, ours: Contender, beside: Contender, rounds = 15): Comparison {
  const times: Record<"ours" | "beside", number[]> = { ours: [], beside: [] };
  const calls = rounds === 1 ? 1 : callsPerRound(ours.run);
  const besideCalls = rounds === 1 ? 1 : callsPerRound(beside.run);
  const warmUps = Math.min(3, rounds);
  for (let round = 0; round < warmUps + rounds; round++) {
    const oursMs = timeOf(ours.run, calls);
    const besideMs = timeOf(beside.run, besideCalls);
    if (round < warmUps) continue;
    times.ours.push(oursMs);
    times.beside.push(besideMs);
  }
  return { what, ours: ours.name, beside: beside.name, oursMs: medianOf(times.ours), besideMs: medianOf(times.beside) };
}

const roundMs = 20;

/** So many calls that one round is long enough for the clock. */
function callsPerRound(run: () => unknown): number {
  let calls = 1;
  while (timeOf(run, calls) * calls < roundMs && calls < 1e6) calls *= 2;
  return calls;
}

function timeOf(run: () => unknown, calls: number): number {
  const start = performance.now();
  for (let call = 0; call < calls; call++) run();
  return (performance.now() - start) / calls;
}

export function medianOf(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
