/**
 * Which row each node stands in: values go down, so a node stands below all of its inputs. Nodes go by index.
 * Cards of folded calls may lead to each other, which no tape does; the members of such a cycle keep the rows in which
 * they were met.
 */
import { at, type Links } from "./rows.js";

/** Longest path from the top; what has no inputs goes just above its first consumer. */
export function ranks(nodeCount: number, { starts, ends }: Links): Int32Array {
  const waitingFor = new Int32Array(nodeCount);
  for (const to of ends) waitingFor[to] = at(waitingFor, to) + 1;
  const isSource = new Int32Array(nodeCount);
  const ready = new Int32Array(nodeCount);
  let readyCount = 0;
  for (let node = 0; node < nodeCount; node++) {
    if (at(waitingFor, node) > 0) continue;
    isSource[node] = 1;
    ready[readyCount++] = node;
  }
  const rank = new Int32Array(nodeCount);
  for (let next = 0; next < readyCount; next++) {
    const node = at(ready, next);
    for (let link = at(starts, node); link < at(starts, node + 1); link++) {
      const to = at(ends, link);
      rank[to] = Math.max(at(rank, to), at(rank, node) + 1);
      waitingFor[to] = at(waitingFor, to) - 1;
      if (at(waitingFor, to) === 0) ready[readyCount++] = to;
    }
  }
  for (let node = 0; node < nodeCount; node++) {
    const [from, to] = [at(starts, node), at(starts, node + 1)];
    if (at(isSource, node) === 0 || from === to) continue;
    let first = at(rank, at(ends, from));
    for (let link = from + 1; link < to; link++) first = Math.min(first, at(rank, at(ends, link)));
    rank[node] = first - 1;
  }
  return rank;
}
