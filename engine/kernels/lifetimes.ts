/**
 * Which storages were made while a scope is open, and their end. `scope.ts` of the engine decides what survives; here is
 * the list, and the mark of what outlives every scope because something else holds it: a gradient, an optimizer's state.
 */
import { EngineError } from "../errors.js";
import type { Storage } from "./storage.js";

let made: Storage[] | null = null;

/** Of every new storage; outside scopes it costs one look. */
export function tellOfBirth(storage: Storage): void {
  made?.push(storage);
}

/** Whether anything made now would end with a scope. */
export function isInScope(): boolean {
  return made !== null;
}

/** Runs a function and returns its result with the storages that were made meanwhile, also where it throws. */
export function collectBirths<T>(fn: () => T, end: (born: readonly Storage[], result: Outcome<T>) => void): T {
  const around = made;
  const born: Storage[] = [];
  made = born;
  let outcome: Outcome<T> = { kind: "threw" };
  try {
    const value = fn();
    outcome = { kind: "returned", value };
    return value;
  } finally {
    made = around;
    end(born, outcome);
  }
}

export type Outcome<T> = { readonly kind: "returned"; readonly value: T } | { readonly kind: "threw" };

/** Its values stay however the scope ends. */
export function outlive(storage: Storage): void {
  storage.outlivesScopes = true;
  storage.root.outlivesScopes = true;
}

/** What the scope around inherits of one that has ended. */
export function handOver(storage: Storage): void {
  made?.push(storage);
}

export function usedAfterItsScope(): EngineError {
  return new EngineError(
    "a tensor is used after the `scope()` in which it was made has ended",
    "its values were freed there, since the scope did not return it",
    "Return it from the scope, alone or inside an array or object, or use it before the scope ends.",
  );
}
