/**
 * Operators on plain values: constants are folded, so that a condition which cannot hold hides its branch; everything
 * else is some number, string or truth value.
 */
import type { Literal } from "./code.js";
import {
  anyPrimitive,
  chance,
  fromOutside,
  hostValue,
  isEmpty,
  literal,
  merge,
  mergeAll,
  nothing,
  onlyLiteral,
  truthOf,
  type Value,
} from "./value.js";

export function evaluateUnary(op: "!" | "typeof" | "-" | "+", operand: Value): Value {
  const only = onlyLiteral(operand);
  switch (op) {
    case "!": {
      const truth = truthOf(operand);
      if (operand === chance || operand === fromOutside) return chance;
      return truth === "maybe" ? anyPrimitive : literal(truth === "no");
    }
    case "typeof":
      return typeOf(operand);
    case "-":
      return only !== null && typeof only.value === "number" ? literal(-only.value) : hostValue(operand.hosts);
    case "+":
      return only !== null && typeof only.value === "number" ? literal(only.value) : hostValue(operand.hosts);
  }
}

export function evaluateBinary(op: string, left: Value, right: Value): Value {
  if (isEmpty(left) || isEmpty(right)) return anyPrimitive;
  const [a, b] = [onlyLiteral(left), onlyLiteral(right)];
  if (isCoin(op, left, b) || isCoin(op, right, a)) return chance;
  const folded = a !== null && b !== null ? fold(op, a.value, b.value) : null;
  if (folded !== null) return literal(folded.value);
  if (op === "===" || op === "==" || op === "!==" || op === "!=") return compareKinds(op, left, right);
  return merge(hostValue(left.hosts), hostValue(right.hosts));
}

/** `Math.random() < 0.5`, `process.env.FREEZE === "1"`: it may fall either way, whatever else happens. */
function isCoin(op: string, thrown: Value, other: ReturnType<typeof onlyLiteral>): boolean {
  const isComparison = ["<", "<=", ">", ">=", "===", "!==", "==", "!="].includes(op);
  if (thrown === fromOutside) return isComparison && other !== null;
  const bound = other?.value;
  return thrown === chance && isComparison && op.length < 3 && typeof bound === "number" && bound > 0 && bound < 1;
}

function typeOf(operand: Value): Value {
  const { primitives } = operand;
  // An object may be a function, and code outside may have made it anything.
  if (operand.unknown || primitives === "any" || operand.objects.length > 0) return anyPrimitive;
  const kinds = primitives.map((primitive) => literal(typeof primitive));
  return mergeAll([...kinds, operand.tensors.length > 0 ? literal("object") : nothing]);
}

/** A tensor or an object is never equal to null, undefined, a number or a string. */
function compareKinds(op: string, left: Value, right: Value): Value {
  const differ = literalsOf(left).every((a) => literalsOf(right).every((b) => !mayEqual(op, a, b)));
  const bothPlain = isOpen(left) || isOpen(right);
  const shareObjects = hasObjects(left) && hasObjects(right);
  if (bothPlain || shareObjects || !differ) return anyPrimitive;
  return literal(op.startsWith("!"));
}

function literalsOf({ primitives }: Value): readonly Literal[] {
  return primitives === "any" ? [] : primitives;
}

function mayEqual(op: string, a: Literal, b: Literal): boolean {
  return a === b || (op.length === 2 && looselyEqual(a, b)?.value !== false);
}

/** `==` between values of one kind, or with null; what is converted is not followed. */
function looselyEqual(a: Literal, b: Literal): { readonly value: boolean } | null {
  const isNullish = (value: Literal): boolean => value === null || value === undefined;
  if (isNullish(a) || isNullish(b)) return { value: isNullish(a) && isNullish(b) };
  return typeof a === typeof b ? { value: a === b } : null;
}

/** Nothing certain can be said about its kind. */
function isOpen(value: Value): boolean {
  return value.unknown || value.primitives === "any" || value.hosts.length > 0;
}

function hasObjects(value: Value): boolean {
  return value.tensors.length + value.objects.length > 0;
}

function fold(op: string, a: Literal, b: Literal): { readonly value: Literal } | null {
  switch (op) {
    case "===":
      return { value: a === b };
    case "!==":
      return { value: a !== b };
    case "==":
      return looselyEqual(a, b);
    case "!=": {
      const equal = looselyEqual(a, b);
      return equal === null ? null : { value: !equal.value };
    }
    default:
      return foldNumbers(op, a, b);
  }
}

function foldNumbers(op: string, a: Literal, b: Literal): { readonly value: Literal } | null {
  if (op === "+" && (typeof a === "string" || typeof b === "string")) return { value: String(a) + String(b) };
  if (typeof a !== "number" || typeof b !== "number") return null;
  switch (op) {
    case "+":
      return { value: a + b };
    case "-":
      return { value: a - b };
    case "*":
      return { value: a * b };
    case "/":
      return { value: a / b };
    case "%":
      return { value: a % b };
    case "<":
      return { value: a < b };
    case "<=":
      return { value: a <= b };
    case ">":
      return { value: a > b };
    case ">=":
      return { value: a >= b };
    default:
      return null;
  }
}
