/**
 * What the walk remarks on: operators on tensors, results that nobody takes. Each is noticed where the value is at
 * hand; whether it is worth a word is for the rules.
 */
import type { Site, Statement } from "./code.js";
import type { Arguments, LibraryPlace, Place, Run } from "./run.js";
import { isEmpty, onlyLiteral, truthOf, type Value } from "./value.js";

const arithmetic = new Set(["-", "*", "/", "%", "**", "<", ">", "<=", ">=", "&", "|", "^", "<<", ">>", ">>>"]);

/** An operator of JavaScript that is certain to meet a tensor. */
export function noticeArithmetic(op: string, operands: readonly Value[], site: Site, run: Run): void {
  if (!arithmetic.has(op) && op !== "+") return;
  if (operands.some(isEmpty)) return;
  const tensors = operands.filter(isOnlyTensors);
  // `+` with a text is how tensors are printed; only numbers and tensors make it arithmetic.
  const isText = op === "+" && !operands.every((value) => isOnlyTensors(value) || isOnlyNumbers(value));
  if (tensors.length === 0 || isText) run.remarks.fails("tensorArithmetic", site);
  else {
    const side = operands[0] !== undefined && isOnlyTensors(operands[0]) ? "" : " right";
    run.remarks.holds("tensorArithmetic", site, {
      nodes: tensors.flatMap((value) => value.tensors),
      detail: `${op}${side}`,
    });
  }
}

/** `x.detach();`: the result is new, and `x` keeps its history. */
export function noticeDiscarded(
  { value: expression, site }: Extract<Statement, { kind: "expression" }>,
  value: Value,
  run: Run,
): void {
  if (site === null || expression.kind !== "call" || isEmpty(value)) return;
  const { callee } = expression;
  const name = callee.kind === "get" && callee.object.kind === "variable" ? callee.object.variable : null;
  const isDetach = value.tensors.every((id) => run.graph.isMadeAt(id, "detach", expression.site));
  if (!isDetach || !isOnlyTensors(value)) run.remarks.fails("discardedDetach", site);
  else
    run.remarks.holds("discardedDetach", site, {
      nodes: value.tensors,
      detail: name === null || name.constant ? "" : name.name,
    });
}

/** `h.relu_();` could be `h = h.relu();` */
export function noticeChange({ value: call }: Extract<Statement, { kind: "expression" }>, run: Run): void {
  if (call.kind !== "call" || call.callee.kind !== "get") return;
  const { object, key } = call.callee;
  const isInPlace = key.kind === "literal" && typeof key.value === "string" && key.value.endsWith("_");
  if (!isInPlace || object.kind !== "variable" || object.variable.constant) return;
  run.remarks.holds("changedVariable", call.site, { nodes: [], detail: object.variable.name });
}

/** Only leaves have a gradient of their own; whether a result was asked to keep one is known at the end. */
export function noticeGrad({ tensors }: Value, { site, library }: LibraryPlace, run: Run): void {
  if (library.tape === null) return;
  const isNew = (id: number): boolean => {
    const node = run.graph.nodes[id];
    return node?.kind === "op" && node.op !== null && library.tape?.isNew(node.op) === true;
  };
  const isLeft = tensors.length > 0 && run.tape.isOnly({ tensors }, "or nullish");
  const [clearing] = isLeft ? run.tape.cleared.clearedAt(tensors) : [];
  if (clearing === undefined) run.remarks.fails("clearedGrad", site);
  else run.remarks.holds("clearedGrad", site, { nodes: tensors, detail: "", from: clearing });
  const areComputed = run.tape.isOnly({ tensors }, "or nullish") && tensors.every(isNew);
  if (areComputed) run.remarks.holds("computedGrad", site, { nodes: tensors, detail: "" });
  else run.remarks.fails("computedGrad", site);
}

/** What is to be differentiated must be a tensor; a promise or nothing is refused. */
export function noticeLoss(call: string, result: Value, { site }: Place, run: Run): void {
  if (isEmpty(result)) return;
  const found = { nodes: [], detail: call };
  const objects = run.objectsOf(result);
  const isPromise = objects.length > 0 && objects.every(({ shape }) => shape.kind === "promise");
  if (isPromise && isEmpty({ ...result, objects: [] })) run.remarks.holds("asyncLoss", site, found);
  else run.remarks.fails("asyncLoss", site);
  const only = onlyLiteral(result);
  if (only !== null && only.value === undefined) run.remarks.holds("emptyLoss", site, found);
  else run.remarks.fails("emptyLoss", site);
}

/** Recording goes on as before when an asynchronous callback comes back from its first `await`. */
export function noticePause(call: string, result: Value, { site }: Place, run: Run): void {
  if (isEmpty(result)) return;
  const promises = run.objectsOf(result).filter(({ shape }) => shape.kind === "promise");
  const isPromise = isOnlyObjects(result) && promises.length === result.objects.length;
  if (isPromise) run.remarks.holds("asyncPause", site, { nodes: [], detail: call });
  else run.remarks.fails("asyncPause", site);
}

/** Whatever stands in the options of a tensor besides what is read. */
export function noticeOptions(values: readonly Value[], { library }: LibraryPlace, run: Run): void {
  const options = values.filter(isOnlyObjects).flatMap((value) => run.objectsOf(value));
  for (const object of options) {
    if (object.shape.kind !== "plain" || object.fields.has("requiresGrad")) continue;
    for (const [key, cell] of object.fields) {
      const site = run.remarks.keySites.get(cell);
      if (site !== undefined && !library.options.has(key))
        run.remarks.holds("unreadOption", site, { nodes: [], detail: key });
    }
  }
}

export function noticeProperty(
  name: string,
  receiver: Value,
  value: Value,
  { site, library }: LibraryPlace,
  run: Run,
): void {
  const { tensors: nodes } = receiver;
  if (isEmpty(value)) return;
  if (!isOnlyTensors(receiver)) {
    run.remarks.fails("turnedOn", site);
    run.remarks.fails("unreadProperty", site);
  } else if (name !== "requiresGrad") {
    if (!library.properties.has(name)) run.remarks.holds("unreadProperty", site, { nodes, detail: name });
  } else if (truthOf(value) === "yes") run.remarks.holds("turnedOn", site, { nodes, detail: "" });
  else run.remarks.fails("turnedOn", site);
}

export function noticeBackward(receiver: Value, args: Arguments, { site }: Place, run: Run): void {
  const shape = args.values.length === 0 && args.more === null ? run.graph.shapes.of(receiver) : null;
  const { tensors: nodes } = receiver;
  const isSeveral = shape !== null && nodes.length > 0 && shape.reduce((count, length) => count * length, 1) !== 1;
  if (isSeveral) run.remarks.holds("nonScalar", site, { nodes, detail: `[${shape.join(", ")}]` });
  else run.remarks.fails("nonScalar", site);
}

export function isOnlyTensors({ tensors, objects, hosts, primitives, unknown }: Value): boolean {
  return tensors.length > 0 && objects.length === 0 && hosts.length === 0 && primitives.length === 0 && !unknown;
}

function isOnlyObjects({ tensors, objects, hosts, primitives, unknown }: Value): boolean {
  return objects.length > 0 && tensors.length === 0 && hosts.length === 0 && primitives.length === 0 && !unknown;
}

function isOnlyNumbers({ tensors, objects, hosts, primitives, unknown }: Value): boolean {
  if (primitives === "any" || tensors.length + objects.length + hosts.length > 0 || unknown) return false;
  return primitives.every((primitive) => typeof primitive === "number");
}
