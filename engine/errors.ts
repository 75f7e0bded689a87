/**
 * EngineError and the messages that several files throw. Each says in three parts what happened, with the values;
 * why it cannot be; and what to do. A message that only one place needs stands at that place, in the same form.
 */
import type { Shape } from "./graph/gradient-graph.js";

/** What Python calls an error of this kind: of the values, an index, a value out of its range, a wrong kind of argument. */
export type ErrorType = "RuntimeError" | "IndexError" | "ValueError" | "TypeError";

/** The program asked the engine for something that cannot be; thrown at the call that is wrong. */
export class EngineError extends Error {
  /** What the console prints in front of the message. */
  override readonly name = "EngineError";

  /** `happened` names the call and its values, `because` is a clause, `advice` is a full sentence. */
  constructor(
    happened: string,
    because: string,
    advice: string,
    /** The class that PyTorch would throw in the same situation. */
    readonly type: ErrorType = "RuntimeError",
  ) {
    super(`${happened}: ${because}. ${advice}`);
  }
}

/** Checks a rule of the engine itself; the sentence is the rule that was broken. */
export function invariant(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(`The engine broke its own rule: ${sentence}`);
}

/** The end of a `switch` over a union: a new case becomes a compile error here. */
export function unreachable(value: never): never {
  throw new Error(`A case that cannot be: ${String(value)}`);
}

export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

export function shapesDoNotFit(op: string, a: Shape, b: Shape, because: string, advice: string): EngineError {
  return new EngineError(`${op}: shapes ${shapeText(a)} and ${shapeText(b)} do not fit`, because, advice);
}

export function noSuchDimension(op: string, dim: number, shape: Shape): EngineError {
  if (!Number.isInteger(dim)) {
    return new EngineError(
      `${op}: there is no dimension ${String(dim)}`,
      "a dimension is a whole number",
      "Pass 0 for the first dimension, or −1 for the last.",
      "TypeError",
    );
  }
  const range = shape.length === 0 ? "a scalar has no dimensions" : `its dimensions are 0 to ${shape.length - 1}`;
  const advice =
    shape.length === 0
      ? "Leave the dimension out, or give the tensor a dimension with `reshape([1])`."
      : `Pass a number from ${-shape.length} to ${shape.length - 1}; negative numbers count from the end.`;
  return new EngineError(
    `${op}: a tensor of shape ${shapeText(shape)} has no dimension ${dim}`,
    range,
    advice,
    "IndexError",
  );
}

export function notOneElement(call: string, shape: Shape): EngineError {
  return new EngineError(
    `${call}: the tensor has shape ${shapeText(shape)}`,
    "only a tensor of one element is one number",
    "Reduce it first, for example with `sum()` or `mean()`, or read all values with `tolist()`.",
  );
}

/** `because` is the reason that the tensor itself remembers, if it was cut off from something that requires grad. */
export function doesNotRequireGrad(call: string, because: string | null): EngineError {
  if (because === null) {
    return new EngineError(
      `${call}: this value does not require grad, so there is nothing to send a gradient to`,
      "no tensor that it was computed from has `requiresGrad: true`",
      "Make the tensors that should learn with `requiresGrad: true`, before the loss is computed from them.",
    );
  }
  return new EngineError(
    `${call}: this value does not require grad, so no gradient can leave it`,
    because,
    "Remove that cut, or call `backward()` on a value that is still connected to a leaf with `requiresGrad: true`.",
  );
}

export function gradientNeeded(call: string, shape: Shape): EngineError {
  return new EngineError(
    `${call}: the value has shape ${shapeText(shape)} and no gradient was given`,
    "a gradient can be made up only for a value of one element",
    "Reduce the loss to a scalar with `sum()` or `mean()`, or pass `{ gradient }` of the same shape.",
  );
}

export function graphFreed(call: string, op: string): EngineError {
  return new EngineError(
    `${call}: going backward through this graph a second time would need what \`${op}\` had saved`,
    "the first pass freed the saved values",
    "Pass `{ retainGraph: true }` to the first pass, or compute the loss again before the second.",
  );
}

export function savedValueOverwritten(call: string, op: string, name: string, saved: number, now: number): EngineError {
  return new EngineError(
    `${call}: a value that \`${op}\` saved for its gradient (\`${name}\`) was overwritten in place`,
    `it was saved at version ${saved} and is now at version ${now}`,
    "Use the op without the underscore, change the value after `backward()`, or `clone()` it before changing it.",
  );
}

export function leafChangedInPlace(op: string): EngineError {
  return new EngineError(
    `${op}: a leaf that requires grad cannot be changed in place`,
    "its gradient would belong to a value that no longer exists",
    "Update it inside `noGrad(() => …)`, or use the op without the underscore and keep the result.",
  );
}

export function savedFromInference(op: string): EngineError {
  return new EngineError(
    `${op}: a value that was made inside \`inferenceMode\` would be saved for the backward pass`,
    "such values are not followed: nobody would know if one was changed",
    "Make a copy with `clone()` outside, or use `noGrad` instead of `inferenceMode`.",
  );
}

export function changedFromInference(op: string): EngineError {
  return new EngineError(
    `${op}: a value that was made inside \`inferenceMode\` would be changed in place outside`,
    "changes of such values are not counted",
    "Change it inside, or make a copy with `clone()`.",
  );
}

export function onlyFloatsRequireGrad(dtype: string): EngineError {
  return new EngineError(
    `requiresGrad: a tensor of dtype ${dtype} cannot require grad`,
    "only floating-point values have derivatives",
    'Make it with dtype "float32", or convert it with `to("float32")` first.',
  );
}

export function flagOfComputedValue(): EngineError {
  return new EngineError(
    "requiresGrad: only the flag of a leaf can be changed, and this value was computed by an op",
    "whether it requires grad follows from the values it was computed from",
    "Use `detach()` to get the value without its history.",
  );
}

export function notATensor(call: string, what: string, value: unknown): EngineError {
  return new EngineError(
    `${call}: ${what} is ${valueText(value)}`,
    "a tensor is needed here",
    "Make one with `tensor(…)`.",
    "TypeError",
  );
}

/** For ops whose other operand is a tensor: PyTorch takes no number there either. */
export function tensorOnly<T extends object>(call: string, value: T): T {
  if (typeof value === "object" && value !== null) return value;
  throw notATensor(call, "the other operand", value);
}

/** A value of any kind in a few words, for messages about wrong arguments. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  return typeof value === "function" ? "a function" : `an object of class ${value.constructor?.name ?? "Object"}`;
}
