/**
 * The end of every `switch` over a union: a new case is a compile error where it matters.
 * It throws as well, since data from outside may break a promise that its type made.
 */
export function unreachable(value: never): never {
  throw new Error(`This case cannot be: ${JSON.stringify(value)}`);
}
