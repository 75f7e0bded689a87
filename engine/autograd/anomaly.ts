/**
 * Anomaly mode: every op remembers where the program called it, and a backward pass stops at the first gradient that is
 * NaN although what came in was not. It is slow, and made for finding out.
 */
import { EngineError } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { hooks } from "./hooks.js";
import type { TapeRecord } from "./tape.js";

let isOn = false;
const calls = new WeakMap<TapeRecord, string>();

/** Runs a function in anomaly mode: forward and backward are to happen inside. */
export function detectAnomaly<T>(fn: () => T): T {
  const before = isOn;
  isOn = true;
  try {
    return fn();
  } finally {
    isOn = before;
  }
}

/** Remembers who called an op; costs nothing unless the mode is on. */
export function noteCall(record: TapeRecord): void {
  if (isOn) calls.set(record, hooks.listener?.place?.() ?? callerIn(new Error().stack ?? ""));
}

/** Throws where the formula of an op has made a NaN out of none. */
export function checkAnomaly(record: TapeRecord, cotangent: Tensor, result: Tensor): void {
  if (!isOn || !hasNaN(result) || hasNaN(cotangent)) return;
  throw new EngineError(
    `anomaly: the gradient that \`${record.op}\` sends back has NaN, made from one that has none`,
    `the op was called ${calls.get(record) ?? "before anomaly mode was on"}`,
    "Look at the values there: a root or a logarithm of zero, a division by zero, or infinity minus infinity.",
  );
}

function hasNaN({ storage }: Tensor): boolean {
  for (let at = 0; at < storage.size; at++) if (Number.isNaN(storage.read(at))) return true;
  return false;
}

/** The first line of the stack that is not in the engine's own files. */
function callerIn(stack: string): string {
  const own = ownFile();
  const line = stack
    .split("\n")
    .slice(1)
    .find((each) => !each.includes(own));
  return line === undefined ? "at a place that is not known" : line.trim();
}

/** Bundled, the engine is one file; from its sources it is the files of one folder. */
function ownFile(): string {
  const [, line = ""] = (new Error().stack ?? "").split("\n");
  const path = /([^\s(]+):\d+:\d+\)?$/.exec(line)?.[1] ?? "engine/autograd";
  return path.replace(/autograd[\\/]anomaly\.[jt]s$/, "");
}
