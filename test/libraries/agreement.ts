/** One op of a library under test: what its table says of a gradient, and what the library does. */
import type { OpEffect, OpMeaning } from "../../server/libraries/library.js";

export type Seen =
  | { readonly kind: "flows" | "zeros" }
  | { readonly kind: "throws"; readonly message: string }
  /** None of the samples is a proper input of it. */
  | { readonly kind: "unchecked"; readonly message: string };

export interface Agreement {
  readonly op: string;
  readonly says: OpEffect["kind"];
  readonly seen: Seen;
}

/** Of its input at this place; what comes behind the named inputs flows. */
export function saysOf({ inputs }: OpMeaning, at = 0): OpEffect["kind"] {
  return inputs[at]?.effect.kind ?? "flows";
}

/** A gradient that the table expects and that is zero is no contradiction: flows need no proof. */
export function disagreements(rows: readonly Agreement[]): readonly string[] {
  return rows.flatMap(({ op, says, seen }) => {
    const agrees =
      seen.kind === "unchecked" ||
      (says === "flows" && seen.kind === "flows") ||
      ((says === "vanishes" || says === "blocks") && seen.kind === "zeros") ||
      (says === "throws" && seen.kind === "throws");
    return agrees ? [] : [`${op}: the table says ${says}, and the library ${inWords(seen)}`];
  });
}

export function unchecked(rows: readonly Agreement[]): readonly string[] {
  return rows.flatMap(({ op, seen }) => (seen.kind === "unchecked" ? [op] : []));
}

/** "jax-js: 241 of 270 ops checked, 241 agree". */
export function summary(library: string, rows: readonly Agreement[]): string {
  const checked = rows.length - unchecked(rows).length;
  const agreeing = checked - disagreements(rows).length;
  const counts = (["flows", "zeros", "throws"] as const).map((kind) => {
    return `${rows.filter(({ seen }) => seen.kind === kind).length} ${kind}`;
  });
  return `${library}: ${checked} of ${rows.length} ops checked (${counts.join(", ")}), ${agreeing} agree`;
}

function inWords(seen: Seen): string {
  switch (seen.kind) {
    case "flows":
      return "gives a gradient";
    case "zeros":
      return "gives zeros";
    case "throws":
    case "unchecked":
      return `throws: ${seen.message}`;
  }
}
