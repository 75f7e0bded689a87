/**
 * `scope`: memory that is given back at a line of the program and not when the garbage collector finds out. Nobody needs
 * it, since memory stays bounded without; it is for those who want to know when.
 */
import { asyncCallback, isThenable, notAFunction } from "./callbacks.js";
import { collectBirths, handOver } from "./kernels/lifetimes.js";
import { release } from "./kernels/residence.js";
import { Storage } from "./kernels/storage.js";

/**
 * Runs a function and then frees the values of every tensor that was made in it, but for what it returns: a tensor, or
 * arrays, maps, objects and modules that hold tensors, with the history that a later `backward()` through them needs.
 * Gradients of leaves and what optimizers remember stay too. It frees as much when the function throws. Scopes may stand
 * inside each other.
 *
 * ```ts
 * for (const [x, y] of batches) {
 *   scope(() => {
 *     optimizer.zeroGrad();
 *     mse(model.forward(x), y).backward();
 *     optimizer.step();
 *   });
 * }
 * ```
 *
 * A tensor that was kept in another way, for example in a variable outside or a `#private` field, throws when its values
 * are asked for; so does
 * `customFunction` or `checkpoint` that holds one in a closure. An asynchronous function is refused.
 */
export function scope<T>(fn: () => T): T {
  if (typeof fn !== "function") {
    throw notAFunction("scope", "it runs what it is given, and frees what was made meanwhile");
  }
  const early = "the scope would end before the callback has finished";
  if (fn.constructor.name === "AsyncFunction") throw asyncCallback("scope", early);
  return collectBirths(
    () => {
      const result = fn();
      if (isThenable(result)) throw asyncCallback("scope", early);
      return result;
    },
    (born, outcome) => {
      const held = outcome.kind === "returned" ? storagesIn(outcome.value) : new Set<Storage>();
      for (const storage of born) {
        if (storage.outlivesScopes) continue;
        if (held.has(storage)) handOver(storage);
        else release(storage);
      }
    },
  );
}

/** Every storage that a value leads to, through properties, elements and histories; not through closures. */
function storagesIn(value: unknown): Set<Storage> {
  const storages = new Set<Storage>();
  const seen = new Set<object>();
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null || seen.has(next) || ArrayBuffer.isView(next)) continue;
    seen.add(next);
    if (next instanceof Storage) {
      storages.add(next);
      if (next.source !== null) open.push(next.source.root);
    } else if (next instanceof Map) {
      for (const entry of next) open.push(...entry);
    } else if (next instanceof Set || Array.isArray(next)) {
      for (const each of next) open.push(each);
    } else {
      for (const each of Object.values(next)) open.push(each);
    }
  }
  return storages;
}
