/**
 * Class definitions: methods go to the prototype, static members to the class itself, in the order of the source.
 */
import { assign } from "./assign.js";
import type { ClassCode, ClassMember } from "./code.js";
import { callFunction, initializeField } from "./evaluate-function.js";
import { evaluate, placeOf, unnamed } from "./evaluate-expression.js";
import { keyText } from "./evaluate-property.js";
import type { Frame } from "./frame.js";
import { elementsKey, getterKey, setterKey, type AbstractObject } from "./objects.js";
import type { Place, Run } from "./run.js";
import { nothing, objectValue, type Value } from "./value.js";

export function evaluateClass(code: ClassCode, frame: Frame, run: Run): Value {
  const superclass = code.superclass === null ? nothing : evaluate(code.superclass, frame, run);
  const owner = classObject(code, frame, superclass, run);
  const self = objectValue(owner.id);
  if (code.self !== null) assign({ kind: "variable", variable: code.self }, self, frame, run);
  const place = placeOf(code, unnamed(frame), frame, run);
  for (const member of code.members) define(member, owner, frame, place, run);
  if (code.unknown.length > 0) {
    for (const decorator of code.unknown) run.escape(evaluate(decorator, frame, run));
    run.escape(self);
  }
  return self;
}

/** One class per place and per class that it extends: a mixin makes a new one for each base. */
function classObject(code: ClassCode, frame: Frame, superclass: Value, run: Run): AbstractObject {
  const bases = `${superclass.objects.join()}${superclass.unknown ? "?" : ""}`;
  return run.object(code, frame, { kind: "class", code, frame, superclass }, bases);
}

function define(member: ClassMember, owner: AbstractObject, frame: Frame, place: Place, run: Run): void {
  const { code } = member;
  const make = (): Value =>
    objectValue(run.object(code, frame, { kind: "function", code, frame, home: owner }, String(owner.id)).id);
  if (member.kind === "block") {
    const callee = run.object(code, frame, { kind: "function", code, frame, home: owner });
    callFunction(
      callee,
      objectValue(owner.id),
      { values: [], more: null },
      { ...place, key: `${place.key}.${run.keyOf(member)}` },
      run,
    );
    return;
  }
  if (member.kind === "field") {
    if (member.where === "static") initializeField(member, owner, owner, frame, place, run);
    return;
  }
  const target = member.where === "static" ? owner : run.prototypeOf(owner);
  const key = keyText(evaluate(member.key, frame, run)) ?? elementsKey;
  const name = member.kind === "getter" ? getterKey(key) : member.kind === "setter" ? setterKey(key) : key;
  run.initialize(target, name, make());
}
