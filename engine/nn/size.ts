/** The check of the sizes that layers are made with: whole numbers that are not negative. */
import { EngineError, valueText } from "../errors.js";

export function checkedSize(call: string, name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw new EngineError(
    `${call}: ${name} is ${valueText(value)}`,
    "a size is a whole number of at least 0",
    "Check the order of the arguments.",
  );
}
