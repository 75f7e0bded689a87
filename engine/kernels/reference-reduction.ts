/**
 * The reference kernels that work along one dimension of a tensor seen as [outer, length, inner]: sums, extremes,
 * running sums, softmax and sorting. Totals are kept in float64 and rounded once.
 */
import type { Along } from "./kernels.js";
import type { Storage } from "./storage.js";

export function sum(x: Storage, out: Storage, along: Along): void {
  eachLine(along, (at, line) => {
    let total = 0;
    for (let j = 0; j < along.length; j++) total += x.read(at(j));
    out.write(line, total);
  });
}

export function prod(x: Storage, out: Storage, along: Along): void {
  eachLine(along, (at, line) => {
    let product = 1;
    for (let j = 0; j < along.length; j++) product *= x.read(at(j));
    out.write(line, product);
  });
}

export function max(x: Storage, values: Storage | null, indices: Storage | null, along: Along): void {
  extreme(x, values, indices, along, (candidate, best) => candidate > best);
}

export function min(x: Storage, values: Storage | null, indices: Storage | null, along: Along): void {
  extreme(x, values, indices, along, (candidate, best) => candidate < best);
}

export function cumsum(x: Storage, out: Storage, along: Along): void {
  eachLine(along, (at) => {
    let total = 0;
    for (let j = 0; j < along.length; j++) {
      total += x.read(at(j));
      out.write(at(j), total);
    }
  });
}

export function softmax(x: Storage, out: Storage, along: Along): void {
  eachLine(along, (at) => {
    const largest = largestOf(x, along, at);
    let total = 0;
    for (let j = 0; j < along.length; j++) total += Math.exp(x.read(at(j)) - largest);
    for (let j = 0; j < along.length; j++) out.write(at(j), Math.exp(x.read(at(j)) - largest) / total);
  });
}

export function logSoftmax(x: Storage, out: Storage, along: Along): void {
  eachLine(along, (at) => {
    const largest = largestOf(x, along, at);
    let total = 0;
    for (let j = 0; j < along.length; j++) total += Math.exp(x.read(at(j)) - largest);
    const logTotal = Math.log(total);
    for (let j = 0; j < along.length; j++) out.write(at(j), x.read(at(j)) - largest - logTotal);
  });
}

export function argsort(x: Storage, indices: Storage, order: "ascending" | "descending", along: Along): void {
  const direction = order === "ascending" ? 1 : -1;
  eachLine(along, (at) => {
    const positions = Array.from({ length: along.length }, (_, j) => j);
    positions.sort((a, b) => direction * rank(x.read(at(a)), x.read(at(b))));
    positions.forEach((position, j) => indices.write(at(j), position));
  });
}

/** Calls `visit` for each line through the middle dimension, with where its j-th value lies and the line's own number. */
function eachLine({ outer, length, inner }: Along, visit: (at: (j: number) => number, line: number) => void): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * length * inner + i;
      visit((j) => start + j * inner, o * inner + i);
    }
  }
}

function extreme(
  x: Storage,
  values: Storage | null,
  indices: Storage | null,
  along: Along,
  beats: (candidate: number, best: number) => boolean,
): void {
  eachLine(along, (at, line) => {
    let best = 0;
    for (let j = 1; j < along.length; j++) {
      const found = x.read(at(best));
      if (Number.isNaN(found)) break;
      const candidate = x.read(at(j));
      if (Number.isNaN(candidate) || beats(candidate, found)) best = j;
    }
    values?.write(line, x.read(at(best)));
    indices?.write(line, best);
  });
}

function largestOf(x: Storage, along: Along, at: (j: number) => number): number {
  let largest = -Infinity;
  for (let j = 0; j < along.length; j++) largest = Math.max(largest, x.read(at(j)));
  return largest;
}

/** The order of two numbers, where NaN is the largest of all. */
function rank(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return Number(a > b) - Number(a < b);
}
