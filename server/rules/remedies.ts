/**
 * The two acts that findings offer: delete the cut, where one deletion is enough, or say that it is meant.
 */
import type { Activity } from "../activity/activity.js";
import type { SourceSpan } from "@gradlens/engine/graph";
import type { Cut, FlowGraph, FlowNode, LeafSite } from "../flow/flow-graph.js";
import { wantedCuts } from "./reported.js";
import type { Fix, TextEdit } from "./rule.js";
import { lineOf } from "./words.js";

/** Offered exactly when deleting one cut lets the gradient arrive, and nobody wants that cut. */
export function removals(cuts: readonly Cut[], distance: number, activity: Activity): readonly Fix[] {
  if (distance !== 1) return [];
  const wanted = wantedCuts(activity);
  const removable = cuts.filter((cut) => isRemovable(cut) && !wanted.has(cut));
  return removable.map((cut) => ({
    title: `${titleOf(cut)}${removable.length === 1 ? "" : ` on line ${lineOf(cut.span)}`}`,
    edits: cut.removal.map((span) => ({ span, text: "" })),
  }));
}

export function markAsIntended({ span, indent }: LeafSite): Fix {
  const start = { line: span.start.line, character: 0 };
  const text = `${indent}// gradlens-intended: this receives no gradient on purpose\n`;
  return { title: "It is intended", edits: [{ span: { uri: span.uri, start, end: start }, text }] };
}

/**
 * The same act while nothing is recorded: `before`, which may be empty, becomes `noGrad(() => `, and the parenthesis
 * closes after the call, and after the statement that is to follow it. Where the file does not import `noGrad` yet, it is added to what it imports.
 */
export function inNoGrad(
  title: string,
  before: SourceSpan,
  { span, library }: Pick<FlowNode, "span" | "library">,
  { changes, then }: { readonly changes: readonly TextEdit[]; readonly then: string | null },
  { importLists }: FlowGraph,
): readonly Fix[] {
  const pause = [...library.names].find(([, { kind }]) => kind === "pauses")?.[0];
  const list = importLists.get(span.uri)?.find(({ specifier }) => library.specifiers.includes(specifier));
  if (pause === undefined || list === undefined) return [];
  const known = list.names.get(pause);
  const added = known === undefined ? [{ span: list.end, text: `, ${pause}` }] : [];
  const edits = [
    { span: before, text: `${known ?? pause}(() => ${then === null ? "" : "{ "}` },
    ...changes,
    { span: { ...span, start: span.end }, text: then === null ? ")" : `; ${then}; })` },
  ];
  return [{ title, edits: [...added, ...edits] }];
}

function titleOf({ label, isRebuilt }: Cut): string {
  return isRebuilt ? `Use the tensor itself instead of its \`${label}\`` : `Remove \`${label}\``;
}

function isRemovable({ kind, removal, isRebuilt }: Cut): boolean {
  const isCall = kind === "detach" || kind === "stopGradient" || kind === "noGrad";
  return (isCall || isRebuilt) && removal.length > 0;
}
