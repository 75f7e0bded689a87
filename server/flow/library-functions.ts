/** Functions that a library calls: at once, later with more arguments, or while recording is paused. */
import type { Meaning } from "../libraries/library.js";
import { callBuiltinMethod } from "./builtins.js";
import { callValue } from "./evaluate-call.js";
import type { Mode } from "./frame.js";
import { libraryObject } from "./library-values.js";
import { allArguments, argumentAt, type Arguments, type LibraryPlace, type Place, type Run } from "./run.js";
import { mergeAll, undefinedValue, unknownValue, type Value } from "./value.js";

/** The functions among the arguments; names and options stand beside them. */
export function callEach(args: Arguments, place: LibraryPlace, run: Run): Value {
  const isCallable = (value: Value): boolean => value.unknown || value.objects.length > 0;
  const called = allArguments(args).filter(isCallable);
  return mergeAll(called.map((callee) => callValue(callee, undefinedValue, { values: [], more: null }, place, run)));
}

/** Another name of the library, its first arguments already given. */
export function bind(
  { to, given }: Extract<Meaning, { kind: "binds" }>,
  args: Arguments,
  place: LibraryPlace,
  run: Run,
): Value {
  const first = Array.from({ length: given }, (_, index) => argumentAt(args, index));
  const withSelf: Arguments = { values: [undefinedValue, ...first], more: null };
  const targets = run.objectsOf(libraryObject(place.library, to, run));
  return mergeAll(targets.map((target) => callBuiltinMethod(target, "bind", withSelf, place, run) ?? unknownValue));
}

export function callInMode(mode: Mode, args: Arguments, place: Place, run: Run): Value {
  const called = { ...place, frame: { ...place.frame, mode } };
  return callValue(argumentAt(args, 0), undefinedValue, { values: [], more: null }, called, run);
}

export function pausedAt(name: string, { site, frame }: Place, run: Run): Mode {
  // Inside another pause nothing is gained by deleting this one.
  const isInner = frame.mode.kind === "paused";
  const because = `ops inside \`${name}()\` are not recorded`;
  const cut = run.graph.cut("noGrad", `${name}()`, because, site, () => (isInner ? [] : site.removal));
  return { kind: "paused", cut };
}
