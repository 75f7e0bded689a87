/**
 * Calls whose result is their operand without history: `x.detach()` as a method, `stopGradient(x)` as a function.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { Meaning } from "../libraries/library.js";
import type { Site } from "./code.js";
import { callUnknown } from "./evaluate-call.js";
import { argumentAt, type Arguments, type LibraryPlace, type Run } from "./run.js";
import { noteShape } from "./shapes.js";
import { merge, tensorValue, undefinedValue, type Value } from "./value.js";

/** `removal` says what to delete so that the operand stays and the call is gone. */
export function cutOff(
  control: "detach" | "stopGradient",
  because: string,
  removal: () => readonly SourceSpan[],
  { tensors }: Value,
  { frame, key, site, library }: LibraryPlace,
  run: Run,
): Value {
  const node = run.graph.node(`${frame.id}/${key}/${control}`, "control", control, site, library);
  const cut = run.graph.cut(control, `${control}()`, because, site, removal);
  for (const from of tensors) run.graph.edge(node, from, "x", { kind: "cut", cut });
  run.graph.views.set(node, tensors);
  run.iterations.made(node);
  noteShape(node, run.graph.shapes.of(tensorValue(...tensors)), run);
  return tensorValue(node);
}

/** A tree of tensors is cut as a whole; trees are not followed. */
export function stopGradient(
  { control, because }: Extract<Meaning, { kind: "cuts" }>,
  args: Arguments,
  place: LibraryPlace,
  run: Run,
): Value {
  const given = argumentAt(args, 0);
  if (given.objects.length > 0 || given.unknown || args.more !== null) return callUnknown(undefinedValue, args, run);
  const plain = { ...given, tensors: [] };
  if (given.tensors.length === 0) return plain;
  return merge(
    plain,
    cutOff(control, because, () => aroundOperand(place.site), given, place, run),
  );
}

function aroundOperand({ operands, span: { uri, start, end } }: Site): readonly SourceSpan[] {
  const [only, ...others] = operands;
  if (only === undefined || others.length > 0) return [];
  return [
    { uri, start, end: only.span.start },
    { uri, start: only.span.end, end },
  ];
}
