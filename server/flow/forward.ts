/**
 * What the library's own modules do with an input: a layer is one op that all its parameters enter, a sequence hands
 * a value from module to module.
 */
import type { InstanceMeaning } from "../libraries/library.js";
import { callMethod, repeat } from "./evaluate-call.js";
import { applyOp } from "./evaluate-tensor.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import { argumentAt, type Arguments, type LibraryPlace, type Place, type Run } from "./run.js";
import { merge, nothing, type Value } from "./value.js";

export function forward(
  object: AbstractObject,
  of: InstanceMeaning,
  args: Arguments,
  place: LibraryPlace,
  run: Run,
): Value | null {
  switch (of.kind) {
    case "layer":
      return forwardLayer(object, of, args, place, run);
    case "sequential":
      return forwardSequence(object, argumentAt(args, 0), place, run);
    default:
      return null;
  }
}

/** One op in the picture: everything that goes in and every parameter enters the result. */
function forwardLayer(
  object: AbstractObject,
  { parameters, gives }: Extract<InstanceMeaning, { kind: "layer" }>,
  args: Arguments,
  place: LibraryPlace,
  run: Run,
): Value {
  const flows = { kind: "flows" } as const;
  const given = args.values.map((value, index) => ({ name: index === 0 ? "x" : `x${index + 1}`, value }));
  const own = parameters.map((name) => ({ name, value: run.read(run.fieldOf(object, name)) ?? nothing }));
  const all = [...given, ...own];
  const { shape } = object;
  const op = shape.kind === "libraryInstance" ? shape.of.replace(/^nn\./, "") : "forward";
  const inputs = all.map(({ name }) => ({ name, effect: flows }));
  const meaning = { kind: "op", op, inputs, isView: true, toDtype: null, gives } as const;
  return applyOp(
    meaning,
    all.map(({ value }) => value),
    args.more,
    place,
    run,
  );
}

function forwardSequence(object: AbstractObject, input: Value, place: Place, run: Run): Value {
  const each = (modules: Value, value: Value, tag: string): Value =>
    callMethod(modules, "forward", { values: [value], more: null }, { ...place, key: `${place.key}.${tag}` }, run);
  const count = [...object.fields.keys()].filter((key) => /^\d+$/.test(key)).length;
  const elements = run.read(run.fieldOf(object, elementsKey)) ?? nothing;
  const isCertain = object.single && !object.escaped && elements.objects.length === count && !elements.unknown;
  if (isCertain) {
    const modules = Array.from(
      { length: count },
      (_, index) => run.read(run.fieldOf(object, String(index))) ?? nothing,
    );
    return modules.reduce((value, module, index) => each(module, value, String(index)), input);
  }
  // Each may see what any other made.
  let value = input;
  repeat(place, run, () => {
    value = merge(value, each(elements, value, "each"));
    return value;
  });
  return value;
}
