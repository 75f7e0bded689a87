/**
 * Where in its row each member stands: as near to its neighbors above and below as the order allows.
 * One row is a least-squares problem with "keep your distance" constraints, which pooling adjacent
 * violators solves exactly (Ayer et al. 1955); alternating sweeps bring the rows together.
 */
import type { Rows } from "./order.js";

const sweeps = 24;

export interface Spacing {
  readonly width: (member: number) => number;
  readonly gap: number;
  /** Bends of long edges weigh more, so that long edges run straight. */
  readonly weight: (member: number, neighbor: number) => number;
}

export function centers({ rows, above, below }: Rows, spacing: Spacing): readonly number[] {
  const center: number[] = [];
  for (const row of rows) {
    const packed = resolved(
      row,
      row.map(() => 0),
      row.map(() => 1),
      spacing,
    );
    row.forEach((member, index) => (center[member] = packed[index] ?? 0));
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const last = sweep >= sweeps - 2;
    const sides = last ? [above, below] : [sweep % 2 === 0 ? above : below];
    const inTurn = sweep % 2 === 0 ? rows : [...rows].reverse();
    for (const row of inTurn) {
      const pulls = row.map((member) => pull(member, sides, center, spacing));
      const placed = resolved(
        row,
        pulls.map(({ to }) => to),
        pulls.map(({ weight }) => weight),
        spacing,
      );
      row.forEach((member, index) => (center[member] = placed[index] ?? 0));
    }
  }
  return center;
}

function pull(
  member: number,
  sides: readonly Rows["above"][],
  center: readonly number[],
  spacing: Spacing,
): { readonly to: number; readonly weight: number } {
  let sum = 0;
  let weight = 0;
  for (const side of sides)
    for (const neighbor of side[member] ?? []) {
      const share = spacing.weight(member, neighbor);
      sum += share * (center[neighbor] ?? 0);
      weight += share;
    }
  // Without neighbors on this side a member stays where it is and yields to those that are pulled.
  return weight === 0 ? { to: center[member] ?? 0, weight: 0.05 } : { to: sum / weight, weight };
}

/** The positions nearest to the wanted ones that keep order and distance. */
function resolved(
  row: readonly number[],
  wanted: readonly number[],
  weights: readonly number[],
  { width, gap }: Spacing,
): readonly number[] {
  const offsets: number[] = [];
  row.forEach((member, index) => {
    const before = row[index - 1];
    offsets.push(before === undefined ? 0 : (offsets[index - 1] ?? 0) + (width(before) + width(member)) / 2 + gap);
  });
  const pools: { sum: number; weight: number; count: number }[] = [];
  row.forEach((_, index) => {
    const weight = weights[index] ?? 1;
    let pool = { sum: ((wanted[index] ?? 0) - (offsets[index] ?? 0)) * weight, weight, count: 1 };
    for (let before = pools.at(-1); before !== undefined; before = pools.at(-1)) {
      if (before.sum / before.weight <= pool.sum / pool.weight) break;
      pool = { sum: before.sum + pool.sum, weight: before.weight + pool.weight, count: before.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  });
  const levels = pools.flatMap(({ sum, weight, count }) => Array.from({ length: count }, () => sum / weight));
  return levels.map((level, index) => level + (offsets[index] ?? 0));
}
