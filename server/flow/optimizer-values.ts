/**
 * Optimizers: what they are given, and the calls that use or clear gradients. Their groups are plain objects of the
 * program, which may change the settings in them and add to their lists.
 */
import { newArray, newObject, setElements } from "./containers.js";
import { certainParameters, holdsOf } from "./held.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import { argumentAt, type Arguments, type Place, type Run } from "./run.js";
import { anyPrimitive, nothing, objectValue, undefinedValue, type Value } from "./value.js";

const groupsKey = "paramGroups";

export function newOptimizer(object: AbstractObject, name: string, args: Arguments, place: Place, run: Run): Value {
  const { tensors, unknown } = holdsOf(argumentAt(args, 0), run);
  const held: Value = { ...nothing, tensors, unknown };
  const group = newObject("plain", place, run, "group");
  run.initialize(group, "params", newArray([], held, place, run, "params"));
  run.initialize(group, elementsKey, anyPrimitive);
  run.initialize(object, groupsKey, newArray([], objectValue(group.id), place, run, groupsKey));
  run.training.make(object, name.replace(/^optim\./, ""), args, place);
  return objectValue(object.id);
}

/** Null for a method that no optimizer has. */
export function callOptimizer(
  object: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  const holder = run.training.holderOf(object);
  if (holder === null) return null;
  const groups = run.read(run.fieldOf(object, groupsKey)) ?? nothing;
  switch (key) {
    case "step":
      run.training.hold(holder, groups);
      run.training.step(holder, place);
      return undefinedValue;
    case "zeroGrad":
      run.training.hold(holder, groups);
      run.training.clearOptimizer(holder, place);
      return undefinedValue;
    case "addParamGroup":
      for (const list of run.objectsOf(groups)) setElements(list, argumentAt(args, 0), run);
      run.training.hold(holder, argumentAt(args, 0));
      return undefinedValue;
    default:
      return null;
  }
}

/** `module.zeroGrad()` */
export function clearModule(object: AbstractObject, parameters: Value, place: Place, run: Run): void {
  const maybe = parameters.unknown ? "any" : new Set(parameters.tensors);
  const certain = certainParameters(object, run);
  run.tape.cleared.clear(certain, place.site);
  run.training.clear(certain, maybe, place);
}

/** Nothing but optimizers of the library, and what is no value at all. */
export function isOnlyOptimizers(value: Value, run: Run): boolean {
  return (
    !value.unknown &&
    value.tensors.length + value.hosts.length === 0 &&
    run.objectsOf(value).every((object) => run.training.holderOf(object) !== null)
  );
}
