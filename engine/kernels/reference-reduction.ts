/**
 * The reference kernels that work along one dimension of a tensor seen as [outer, length, inner]: sums, extremes,
 * running sums, softmax and sorting. Totals are kept in float64 and rounded once.
 */
import type { Along } from "./kernels.js";
import type { Storage, Values } from "./storage.js";

/** One line through the middle dimension: where it starts, how far its values lie apart, and its own number. */
type VisitLine = (start: number, step: number, line: number) => void;

export function sum(x: Storage, out: Storage, along: Along): void {
  const [from, to] = [x.values, out.values];
  eachLine(along, (start, step, line) => {
    let total = 0;
    for (let j = 0; j < along.length; j++) total += from[start + j * step];
    to[line] = total;
  });
}

export function prod(x: Storage, out: Storage, along: Along): void {
  const [from, to] = [x.values, out.values];
  eachLine(along, (start, step, line) => {
    let product = 1;
    for (let j = 0; j < along.length; j++) product *= from[start + j * step];
    to[line] = product;
  });
}

export function max(x: Storage, values: Storage | null, indices: Storage | null, along: Along): void {
  extreme(x, values, indices, along, (candidate, best) => candidate > best);
}

export function min(x: Storage, values: Storage | null, indices: Storage | null, along: Along): void {
  extreme(x, values, indices, along, (candidate, best) => candidate < best);
}

export function cumsum(x: Storage, out: Storage, along: Along): void {
  const [from, to] = [x.values, out.values];
  eachLine(along, (start, step) => {
    let total = 0;
    for (let j = 0; j < along.length; j++) {
      total += from[start + j * step];
      to[start + j * step] = total;
    }
  });
}

export function softmax(x: Storage, out: Storage, along: Along): void {
  const [from, to] = [x.values, out.values];
  eachLine(along, (start, step) => {
    const largest = largestOf(from, start, step, along.length);
    const total = totalOf(from, start, step, along.length, largest);
    for (let j = 0; j < along.length; j++) {
      to[start + j * step] = Math.exp(from[start + j * step] - largest) / total;
    }
  });
}

export function logSoftmax(x: Storage, out: Storage, along: Along): void {
  const [from, to] = [x.values, out.values];
  eachLine(along, (start, step) => {
    const largest = largestOf(from, start, step, along.length);
    const logTotal = Math.log(totalOf(from, start, step, along.length, largest));
    for (let j = 0; j < along.length; j++) to[start + j * step] = from[start + j * step] - largest - logTotal;
  });
}

export function argsort(x: Storage, indices: Storage, order: "ascending" | "descending", along: Along): void {
  const [from, to] = [x.values, indices.values];
  const direction = order === "ascending" ? 1 : -1;
  eachLine(along, (start, step) => {
    const positions = Array.from({ length: along.length }, (_, j) => j);
    positions.sort((a, b) => direction * rank(from[start + a * step], from[start + b * step]));
    positions.forEach((position, j) => {
      to[start + j * step] = position;
    });
  });
}

function eachLine({ outer, length, inner }: Along, visit: VisitLine): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) visit(o * length * inner + i, inner, o * inner + i);
  }
}

function extreme(
  x: Storage,
  values: Storage | null,
  indices: Storage | null,
  along: Along,
  beats: (candidate: number, best: number) => boolean,
): void {
  const from = x.values;
  const [bests, places] = [values?.values, indices?.values];
  eachLine(along, (start, step, line) => {
    let place = 0;
    let best = from[start];
    for (let j = 1; j < along.length && !Number.isNaN(best); j++) {
      const candidate = from[start + j * step];
      if (Number.isNaN(candidate) || beats(candidate, best)) {
        best = candidate;
        place = j;
      }
    }
    if (bests !== undefined) bests[line] = best;
    if (places !== undefined) places[line] = place;
  });
}

function largestOf(from: Values, start: number, step: number, length: number): number {
  let largest = -Infinity;
  for (let j = 0; j < length; j++) largest = Math.max(largest, from[start + j * step]);
  return largest;
}

function totalOf(from: Values, start: number, step: number, length: number, largest: number): number {
  let total = 0;
  for (let j = 0; j < length; j++) total += Math.exp(from[start + j * step] - largest);
  return total;
}

/** The order of two numbers, where NaN is the largest of all. */
function rank(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return Number(a > b) - Number(a < b);
}
