/**
 * The word on an edge: what an op did to a gradient at one input, from the op table and from what was seen.
 * Attributes are not known here; where the table's answer depends on them, the output's flag decides.
 */
import { opTable, type GradientEffect } from "../ops/table.js";
import type { Flow } from "./gradient-graph.js";

export function flowAt(op: string, input: string): Flow {
  const effect = effectAt(op, input);
  return effect.kind === "flows" ? { kind: "flows" } : { kind: effect.kind, because: effect.because };
}

/** Why an op whose table lets a gradient pass gave a result that does not require grad, with recording on. */
export function exceptionAt(op: string): Flow {
  return op === "to"
    ? { kind: "blocks", because: "an integer has no derivative" }
    : { kind: "blocks", because: `\`${op}\` has no derivative with these arguments` };
}

function effectAt(op: string, input: string): GradientEffect {
  const row = Object.hasOwn(opTable, op) ? rows[op] : undefined;
  return row?.inputs[input] ?? { kind: "flows" };
}

const rows: Readonly<Record<string, { readonly inputs: Readonly<Record<string, GradientEffect>> } | undefined>> =
  opTable;
