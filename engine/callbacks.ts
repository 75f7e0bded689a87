/** What is checked of a callback that has to be finished when its call returns. */
import { EngineError } from "./errors.js";

export function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** `why` is a clause: what would happen before the callback has finished. */
export function asyncCallback(call: string, why: string): EngineError {
  return new EngineError(
    `${call}: the callback is asynchronous`,
    why,
    `Await first, and call \`${call}\` around the ops alone.`,
  );
}

export function notAFunction(call: string, why: string): EngineError {
  return new EngineError(`${call}: the argument is not a function`, why, `Write \`${call}(() => …)\`.`);
}
