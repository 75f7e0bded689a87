/**
 * Whether ops are recorded: the one switch behind `noGrad` and `enableGrad`. The switch belongs to the running call,
 * so it is always put back, and a callback that would go on after its call is refused.
 */
import { asyncCallback, isThenable, notAFunction } from "../callbacks.js";
import { controls } from "../ops/controls.js";
import { hooks } from "./hooks.js";

/** In inference nothing is recorded, and what is made can never be recorded later. */
export type GradMode = "recording" | "paused" | "inference";

let mode: GradMode = "recording";

/** Whether ops on tensors that require grad are recorded here. */
export function isGradEnabled(): boolean {
  return mode === "recording";
}

/**
 * Runs a function without recording: its results require no grad, and leaves may be changed in place.
 * Tensors made inside with `requiresGrad: true` are leaves as ever.
 */
export function noGrad<T>(fn: () => T): T {
  // A run that ignores this cut goes on as it is, which may still be paused by another one further out.
  return finished("noGrad", fn, hooks.cutPolicy("noGrad") === "ignore" ? mode : "paused");
}

/** Runs a function with recording on, also inside `noGrad`. */
export function enableGrad<T>(fn: () => T): T {
  return finished("enableGrad", fn, "recording");
}

/**
 * Runs a function without recording, for good: what it makes cannot be saved for a backward pass, nor changed in place,
 * nor become a leaf outside.
 */
export function inferenceMode<T>(fn: () => T): T {
  return finished("inferenceMode", fn, "inference");
}

/** Runs a function with recording on or off, whatever it is around. */
export function setGradEnabled<T>(enabled: boolean, fn: () => T): T {
  return enabled ? enableGrad(fn) : noGrad(fn);
}

/** Whether this is inside `inferenceMode`. */
export function isInferenceMode(): boolean {
  return mode === "inference";
}

/** For the engine itself: runs a callback in a mode. */
export function inMode<T>(next: GradMode, fn: () => T): T {
  const before = mode;
  mode = next;
  try {
    return fn();
  } finally {
    mode = before;
  }
}

/** The reason a result has no history where it was computed with recording off. */
export const pausedBecause: string = controls.noGrad.because;

function finished<T>(call: string, fn: () => T, next: GradMode): T {
  if (typeof fn !== "function") throw notAFunction(call, "it runs what it is given, with recording switched");
  const early = "recording would be switched back before the callback has finished";
  if (fn.constructor.name === "AsyncFunction") throw asyncCallback(call, early);
  const result = inMode(next, fn);
  if (isThenable(result)) throw asyncCallback(call, early);
  return result;
}
