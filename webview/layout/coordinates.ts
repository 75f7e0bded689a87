/**
 * Where in its row each member stands: as near to its neighbors above and below as the order allows.
 * One row is a least-squares problem with "keep your distance" constraints, which pooling adjacent
 * violators solves exactly (Ayer et al. 1955); alternating sweeps bring the rows together.
 */
import { at, realAt, type Links, type Rows } from "./rows.js";

/** More sweeps make long edges straighter; of a large picture nobody sees the difference. */
const sweepsOf = (memberCount: number): number => (memberCount < 1000 ? 24 : memberCount < 10_000 ? 8 : 4);

export interface Spacing {
  /** By member. */
  readonly width: Float64Array;
  readonly gap: number;
  /** Members from here on are bends. They weigh more, so that long edges run straight. */
  readonly firstBend: number;
}

/** The middle of each member. */
export function centers(rows: Rows, spacing: Spacing): Float64Array {
  const { order, starts, above, below } = rows;
  const rowCount = starts.length - 1;
  const center = new Float64Array(order.length);
  const work = workFor(order.length);
  for (let row = 0; row < rowCount; row++) {
    for (let index = at(starts, row); index < at(starts, row + 1); index++) {
      work.wanted[index] = 0;
      work.weights[index] = 1;
    }
    resolve(rows, row, spacing, work, center);
  }
  const sweeps = sweepsOf(order.length);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isLast = sweep >= sweeps - 2;
    const isDown = sweep % 2 === 0;
    for (let step = 0; step < rowCount; step++) {
      const row = isDown ? step : rowCount - 1 - step;
      for (let index = at(starts, row); index < at(starts, row + 1); index++) {
        const member = at(order, index);
        const pull = new Pull();
        if (isDown || isLast) pull.add(member, above, center, spacing);
        if (!isDown || isLast) pull.add(member, below, center, spacing);
        // Without neighbors on this side a member stays where it is and yields to those that are pulled.
        work.wanted[index] = pull.weight === 0 ? realAt(center, member) : pull.sum / pull.weight;
        work.weights[index] = pull.weight === 0 ? 0.05 : pull.weight;
      }
      resolve(rows, row, spacing, work, center);
    }
  }
  return center;
}

const bendBeside = 2;
const bendToBend = 8;

/** What pulls at a member: the weighted sum of its neighbors' places, and the weights. */
class Pull {
  sum = 0;
  weight = 0;

  add(member: number, { starts, ends }: Links, center: Float64Array, { firstBend }: Spacing): void {
    const isBend = member >= firstBend;
    for (let index = at(starts, member); index < at(starts, member + 1); index++) {
      const neighbor = at(ends, index);
      const share = isBend === neighbor >= firstBend ? (isBend ? bendToBend : 1) : bendBeside;
      this.sum += share * realAt(center, neighbor);
      this.weight += share;
    }
  }
}

/** Arrays by place in the order, written anew for each row. */
interface Work {
  readonly wanted: Float64Array;
  readonly weights: Float64Array;
  readonly offsets: Float64Array;
  /** Pools of members that stand as close as they may, as a stack. */
  readonly sums: Float64Array;
  readonly totals: Float64Array;
  readonly counts: Int32Array;
}

function workFor(length: number): Work {
  const numbers = (): Float64Array => new Float64Array(length);
  return {
    wanted: numbers(),
    weights: numbers(),
    offsets: numbers(),
    sums: numbers(),
    totals: numbers(),
    counts: new Int32Array(length),
  };
}

/** Puts the members of a row at the positions nearest to the wanted ones that keep order and distance. */
function resolve(rows: Rows, row: number, { width, gap }: Spacing, work: Work, center: Float64Array): void {
  const { order, starts } = rows;
  const { wanted, weights, offsets, sums, totals, counts } = work;
  const start = at(starts, row);
  const end = at(starts, row + 1);
  let pools = 0;
  for (let index = start; index < end; index++) {
    const distance =
      index === start ? 0 : (realAt(width, at(order, index - 1)) + realAt(width, at(order, index))) / 2 + gap;
    offsets[index] = index === start ? 0 : realAt(offsets, index - 1) + distance;
    let sum = (realAt(wanted, index) - realAt(offsets, index)) * realAt(weights, index);
    let total = realAt(weights, index);
    let count = 1;
    while (pools > 0 && realAt(sums, pools - 1) / realAt(totals, pools - 1) > sum / total) {
      pools--;
      sum += realAt(sums, pools);
      total += realAt(totals, pools);
      count += at(counts, pools);
    }
    sums[pools] = sum;
    totals[pools] = total;
    counts[pools] = count;
    pools++;
  }
  let index = start;
  for (let pool = 0; pool < pools; pool++) {
    const level = realAt(sums, pool) / realAt(totals, pool);
    for (let left = at(counts, pool); left > 0; left--, index++)
      center[at(order, index)] = level + realAt(offsets, index);
  }
}
