/**
 * Which place in its row each node gets, so that few edges cross: barycenter sweeps, then exchanges of neighbors
 * (Sugiyama, Tagawa and Toda 1981). Distances are left to `coordinates.ts`.
 */

/** A row's members and links go by index, since bends of long edges take part as well. */
export interface Rows {
  readonly rows: readonly (readonly number[])[];
  /** For each member: whom it touches in the row above and in the row below. */
  readonly above: readonly (readonly number[])[];
  readonly below: readonly (readonly number[])[];
}

const sweeps = 6;
const mostPairs = 4000;

/** The rows reordered. What was left stays left unless a move removes crossings, so that pictures stay stable. */
export function ordered({ rows, above, below }: Rows): readonly (readonly number[])[] {
  let best = rows.map((row) => [...row]);
  let fewest = allCrossings(best, below);
  let current = best;
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    const down = sweep % 2 === 0;
    current = swept(current, down ? above : below, down ? "down" : "up");
    current = transposed(current, above, below);
    const crossings = allCrossings(current, below);
    if (crossings < fewest) {
      best = current.map((row) => [...row]);
      fewest = crossings;
    }
  }
  return best;
}

function swept(rows: readonly number[][], neighbors: Rows["above"], direction: "down" | "up"): number[][] {
  const result = rows.map((row) => [...row]);
  const rowNumbers = result.map((_, index) => index);
  if (direction === "up") rowNumbers.reverse();
  for (const number of rowNumbers.slice(1)) {
    const row = result[number];
    const reference = result[direction === "down" ? number - 1 : number + 1];
    if (row === undefined || reference === undefined) continue;
    const place = places(reference);
    const center = new Map(row.map((member, index) => [member, barycenter(neighbors[member] ?? [], place) ?? index]));
    row.sort((a, b) => (center.get(a) ?? 0) - (center.get(b) ?? 0));
  }
  return result;
}

function barycenter(neighbors: readonly number[], place: ReadonlyMap<number, number>): number | null {
  if (neighbors.length === 0) return null;
  return neighbors.reduce((sum, neighbor) => sum + (place.get(neighbor) ?? 0), 0) / neighbors.length;
}

function transposed(rows: readonly number[][], above: Rows["above"], below: Rows["below"]): number[][] {
  const result = rows.map((row) => [...row]);
  for (let improved = true, rounds = 0; improved && rounds < 8; rounds++) {
    improved = false;
    result.forEach((row, number) => {
      const placeAbove = places(result[number - 1] ?? []);
      const placeBelow = places(result[number + 1] ?? []);
      for (let index = 0; index + 1 < row.length; index++) {
        const left = row[index];
        const right = row[index + 1];
        if (left === undefined || right === undefined) continue;
        const now = pairCrossings(left, right, above, placeAbove) + pairCrossings(left, right, below, placeBelow);
        const exchanged = pairCrossings(right, left, above, placeAbove) + pairCrossings(right, left, below, placeBelow);
        if (exchanged >= now) continue;
        row[index] = right;
        row[index + 1] = left;
        improved = true;
      }
    });
  }
  return result;
}

function pairCrossings(
  left: number,
  right: number,
  touching: Rows["above"],
  place: ReadonlyMap<number, number>,
): number {
  let count = 0;
  // Two values that are used in hundreds of places are left to the barycenters.
  if ((touching[left]?.length ?? 0) * (touching[right]?.length ?? 0) > mostPairs) return 0;
  for (const ofLeft of touching[left] ?? [])
    for (const ofRight of touching[right] ?? []) if ((place.get(ofLeft) ?? 0) > (place.get(ofRight) ?? 0)) count++;
  return count;
}

/**
 * How many pairs of links cross between all rows: the inversions among the lower ends, taken in the order of the upper
 * ones and counted with a tree of partial sums (Barth, Jünger and Mutzel 2002).
 */
export function allCrossings(rows: readonly (readonly number[])[], below: Rows["below"]): number {
  let count = 0;
  rows.forEach((row, number) => {
    const lower = rows[number + 1] ?? [];
    const place = places(lower);
    const ends = row.flatMap((member) => (below[member] ?? []).map((end) => place.get(end) ?? 0).sort((a, b) => a - b));
    count += inversions(ends, lower.length);
  });
  return count;
}

function inversions(ends: readonly number[], length: number): number {
  const sums = new Int32Array(length + 1);
  let count = 0;
  ends.forEach((end, before) => {
    let notAfter = 0;
    for (let index = end + 1; index > 0; index -= index & -index) notAfter += sums[index] ?? 0;
    count += before - notAfter;
    for (let index = end + 1; index <= length; index += index & -index) sums[index] = (sums[index] ?? 0) + 1;
  });
  return count;
}

function places(row: readonly number[]): ReadonlyMap<number, number> {
  return new Map(row.map((member, index) => [member, index]));
}
