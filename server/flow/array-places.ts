/**
 * Methods of arrays whose every element has a known place: what stands where afterward, and what the call gives back.
 * Nothing here reads or writes; where an argument is not certain the answer is null, and places are forgotten.
 */
import { argumentAt, type Arguments } from "./run.js";
import { anyPrimitive, literal, mergeAll, onlyLiteral, undefinedValue, type Value } from "./value.js";

export interface Moved {
  readonly after: readonly Value[];
  readonly result: MovedResult;
}

export type MovedResult =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "array"; readonly values: readonly Value[] }
  | { readonly kind: "self" };

/** What a method that changes the array does to it. */
export function moved(key: string, known: readonly Value[], args: Arguments): Moved | null {
  if (args.more !== null) return null;
  const given = args.values;
  const size = (after: readonly Value[]): Moved => ({ after, result: value(literal(after.length)) });
  switch (key) {
    case "push":
      return size([...known, ...given]);
    case "unshift":
      return size([...given, ...known]);
    case "pop":
      return { after: known.slice(0, -1), result: value(known.at(-1) ?? undefinedValue) };
    case "shift":
      return { after: known.slice(1), result: value(known[0] ?? undefinedValue) };
    case "reverse":
      return { after: [...known].reverse(), result: { kind: "self" } };
    case "sort":
    case "copyWithin":
      return { after: known.map(() => mergeAll(known)), result: { kind: "self" } };
    case "fill":
      return given.length === 1 ? { after: known.map(() => argumentAt(args, 0)), result: { kind: "self" } } : null;
    case "splice":
      return spliced(known, args);
    default:
      return null;
  }
}

function value(of: Value): MovedResult {
  return { kind: "value", value: of };
}

function spliced(known: readonly Value[], args: Arguments): Moved | null {
  const start = numberAt(args, 0);
  const count = args.values.length === 1 ? known.length : numberAt(args, 1);
  if (start === null || count === null) return null;
  const after = [...known];
  const values = after.splice(start, count, ...args.values.slice(2));
  return { after, result: { kind: "array", values } };
}

/** What a method that leaves the array as it is puts into a new one. */
export function copied(key: string, known: readonly Value[], args: Arguments): readonly Value[] | null {
  if (args.more !== null) return null;
  switch (key) {
    case "slice": {
      const start = args.values.length === 0 ? 0 : numberAt(args, 0);
      const end = args.values.length < 2 ? known.length : numberAt(args, 1);
      return start === null || end === null ? null : known.slice(start, end);
    }
    case "toReversed":
      return [...known].reverse();
    case "toSorted":
      return known.map(() => mergeAll(known));
    case "with":
    case "toSpliced": {
      const change: Arguments = key === "with" ? replacing(args) : args;
      return spliced(known, change)?.after ?? null;
    }
    default:
      return null;
  }
}

/** `with(index, value)` puts one element in the place of another. */
function replacing({ values: [index = anyPrimitive, element = undefinedValue] }: Arguments): Arguments {
  return { values: [index, literal(1), element], more: null };
}

export function numberAt(args: Arguments, index: number): number | null {
  const only = onlyLiteral(argumentAt(args, index));
  return only !== null && typeof only.value === "number" && Number.isInteger(only.value) ? only.value : null;
}
