/** How the tables of libraries write their rows: an op by its inputs, a read of plain numbers, one meaning for many names. */
import type { HostMeaning, OpEffect, OpMeaning, OpResult } from "./library.js";

export function opRow(
  op: string,
  inputs: readonly (readonly [string, OpEffect])[],
  gives: OpResult = { kind: "tensor" },
): OpMeaning {
  return {
    kind: "op",
    op,
    inputs: inputs.map(([name, effect]) => ({ name, effect })),
    isView: false,
    toDtype: null,
    gives,
  };
}

/** `label` is how a reader names it: `item()`, `data`. */
export function readOut(control: HostMeaning["control"], label: string, as: HostMeaning["as"]): HostMeaning {
  return { kind: "leaves", control, label, as, because: `\`${label}\` gives plain numbers, which carry no history` };
}

/** `list` has the names with white space between them. */
export function forAll<M>(meaning: M, list: string, prefix = ""): readonly (readonly [string, M])[] {
  return list.split(/\s+/).map((name) => [`${prefix}${name}`, meaning] as const);
}
