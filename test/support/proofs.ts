/** How far the proofs by example go: once in every test run, further with `PROOFS=20 npx vitest run test/edits.test.ts`. */
export const proofDepth = Math.max(1, Number(process.env["PROOFS"] ?? 1));

/** Seeds for one round, and as many rounds as are wanted. */
export function proofSeeds(perRound: number): readonly number[] {
  return Array.from({ length: perRound * proofDepth }, (_, seed) => seed);
}
