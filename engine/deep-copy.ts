/** Copies of tensors, modules and whatever holds them that share nothing with the original, as `copy.deepcopy` in PyTorch. */
import { hooks } from "./autograd/hooks.js";
import { EngineError, shapeText } from "./errors.js";
import { Storage } from "./kernels/storage.js";
import { Tensor } from "./tensor.js";

/**
 * A copy of a leaf, a module, or of arrays, maps and objects that hold them: the tensors in it are new leaves with the
 * same values, the same `requiresGrad` and a copy of `grad`. What occurs twice occurs twice in the copy; functions are
 * shared. Throws at a computed tensor, whose history has no second copy.
 */
export function deepCopy<T>(value: T): T {
  return copied(value, new Map()) as T;
}

function copied(value: unknown, known: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (known.has(value)) return known.get(value);
  if (value instanceof Tensor) return copiedTensor(value, known);
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  if (value instanceof Map || value instanceof Set) return copiedCollection(value, known);
  const copy: object = Array.isArray(value)
    ? []
    : (Object.create(Object.getPrototypeOf(value) as object | null) as object);
  known.set(value, copy);
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    const own = "value" in property ? { ...property, value: copied(property.value, known) } : property;
    Object.defineProperty(copy, name, own);
  }
  return copy;
}

function copiedCollection(value: Map<unknown, unknown> | Set<unknown>, known: Map<object, unknown>): object {
  if (value instanceof Set) {
    const set = new Set<unknown>();
    known.set(value, set);
    for (const each of value) set.add(copied(each, known));
    return set;
  }
  const map = new Map<unknown, unknown>();
  known.set(value, map);
  for (const [key, each] of value) map.set(copied(key, known), copied(each, known));
  return map;
}

function copiedTensor(tensor: Tensor, known: Map<object, unknown>): Tensor {
  if (!tensor.isLeaf) {
    throw new EngineError(
      `deepCopy: a tensor of shape ${shapeText(tensor.shape)} was computed from others`,
      "its history belongs to the original and has no second copy",
      "Copy its values with `detach().clone()`, or keep its history with `clone()`.",
    );
  }
  const copy = new Tensor(Storage.of(tensor.dtype, tensor.storage.values), tensor.shape);
  // A parameter stays one, so that a copied module finds it.
  Object.setPrototypeOf(copy, Object.getPrototypeOf(tensor) as object);
  known.set(tensor, copy);
  if (tensor.requiresGrad) copy.requiresGrad = true;
  if (tensor.grad !== null) copy.grad = copiedTensor(tensor.grad, known);
  hooks.listener?.leafMade?.(copy);
  return copy;
}
