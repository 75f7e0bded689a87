/**
 * The reference kernels that pick values by index, and their ways back. Indices are int32 and already checked:
 * none is negative and none lies outside.
 */
import type { Along } from "./kernels.js";
import type { Storage } from "./storage.js";

export function indexSelect(x: Storage, index: Storage, out: Storage, along: Along, count: number): void {
  const [from, indices, to] = [x.values, index.values, out.values];
  eachPicked(along, count, (o, j, i, picked) => {
    to[picked] = from[place(along, o, indices[j], i)];
  });
}

export function indexAdd(source: Storage, index: Storage, out: Storage, along: Along, count: number): void {
  const [from, indices, to] = [source.values, index.values, out.values];
  eachPicked(along, count, (o, j, i, picked) => {
    to[place(along, o, indices[j], i)] += from[picked];
  });
}

export function gather(x: Storage, index: Storage, out: Storage, along: Along, count: number): void {
  const [from, indices, to] = [x.values, index.values, out.values];
  eachPicked(along, count, (o, _j, i, picked) => {
    to[picked] = from[place(along, o, indices[picked], i)];
  });
}

export function scatterAdd(source: Storage, index: Storage, out: Storage, along: Along, count: number): void {
  const [from, indices, to] = [source.values, index.values, out.values];
  eachPicked(along, count, (o, _j, i, picked) => {
    to[place(along, o, indices[picked], i)] += from[picked];
  });
}

export function scatter(source: Storage, index: Storage, out: Storage, along: Along, count: number): void {
  const [from, indices, to] = [source.values, index.values, out.values];
  eachPicked(along, count, (o, _j, i, picked) => {
    to[place(along, o, indices[picked], i)] = from[picked];
  });
}

/** Walks [outer, count, inner]; `picked` is the place in it. */
function eachPicked(
  { outer, inner }: Along,
  count: number,
  visit: (o: number, j: number, i: number, picked: number) => void,
): void {
  let picked = 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++) visit(o, j, i, picked++);
    }
  }
}

function place({ length, inner }: Along, o: number, j: number, i: number): number {
  return (o * length + j) * inner + i;
}
