/**
 * What a tensor is: a shape on a storage, whether it requires grad, its gradient, and the record of the op that made it.
 * What a tensor can do stands in `methods/`; the interfaces there are merged into the class.
 */
import { recordOfAlias, recordOfView, type Aliases } from "./autograd/aliases.js";
import { backward, type BackwardOptions } from "./autograd/backward.js";
import { gradFnOf, type GradFn } from "./autograd/grad-fn.js";
import { hang, type GradientHook, type RemovableHandle } from "./autograd/gradient-hooks.js";
import { isInferenceMode } from "./autograd/grad-mode.js";
import { hooks } from "./autograd/hooks.js";
import type { TapeRecord } from "./autograd/tape.js";
import { isFloat } from "./dtype.js";
import {
  EngineError,
  flagOfComputedValue,
  notOneElement,
  onlyFloatsRequireGrad,
  shapeText,
  valueText,
} from "./errors.js";
import { controls } from "./ops/controls.js";
import type { Walk } from "./kernels/kernels.js";
import { outlive } from "./kernels/lifetimes.js";
import type { DType, Storage, Values } from "./kernels/storage.js";
import { refreshed } from "./kernels/windows.js";
import { activationMethods, type ActivationMethods } from "./methods/activation.js";
import { arrangementMethods, type ArrangementMethods } from "./methods/arrangement.js";
import { covarianceMethods, type CovarianceMethods } from "./methods/covariance.js";
import { curveMethods, type CurveMethods } from "./methods/curves.js";
import { derivedMethods, type DerivedMethods } from "./methods/derived.js";
import { elementwiseMethods, type ElementwiseMethods } from "./methods/elementwise.js";
import { inPlaceMethods, type InPlaceMethods } from "./methods/in-place.js";
import { indexingMethods, type IndexingMethods } from "./methods/indexing.js";
import { layoutMethods, type LayoutMethods } from "./methods/layout.js";
import { linearAlgebraMethods, type LinearAlgebraMethods } from "./methods/linear-algebra.js";
import { matrixMethods, type MatrixMethods } from "./methods/matrix.js";
import { matrixFunctionMethods, type MatrixFunctionMethods } from "./methods/matrix-functions.js";
import { movementMethods, type MovementMethods } from "./methods/movement.js";
import { neighborMethods, type NeighborMethods } from "./methods/neighbors.js";
import { pairMethods, type PairMethods } from "./methods/pairs.js";
import { quantileMethods, type QuantileMethods } from "./methods/quantiles.js";
import { reductionMethods, type ReductionMethods } from "./methods/reduction.js";
import { runningMethods, type RunningMethods } from "./methods/running.js";
import { searchingMethods, type SearchingMethods } from "./methods/searching.js";
import { selectionMethods, type SelectionMethods } from "./methods/selection.js";
import { specialMethods, type SpecialMethods } from "./methods/special.js";
import { statisticsMethods, type StatisticsMethods } from "./methods/statistics.js";
import { uniqueMethods, type UniqueMethods } from "./methods/unique.js";
import { sameShape } from "./shape.js";
import { nested, tensorText } from "./tensor-text.js";

/** Numbers in arrays in arrays; a scalar is a plain number. */
export type Nested = number | Nested[];

let count = 0;

/**
 * A multi-dimensional array of numbers that remembers how it was computed, so that `backward()` can send a gradient
 * back to the leaves it depends on. Make one with `tensor(…)`, `zeros(…)`, `randn(…)`.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- the loop below installs every merged method.
export class Tensor {
  /** The lengths of the dimensions; a scalar has none. */
  readonly shape: number[];

  /** @internal Names this tensor for as long as the program runs. */
  readonly id = count++;
  /** @internal The storage as it stands; to read its values, ask for `storage`. */
  readonly held: Storage;
  /** @internal Why it has no history although something it was computed from requires grad. */
  cutBecause: string | null = null;
  /** @internal Views that share the values and the history. */
  aliases: Aliases | null = null;
  /** @internal Where a view's elements lie among those of its base; null if they are all of them, in order. */
  walk: Walk | null = null;
  /** @internal It came with others from `split`, `chunk` or `unbind`. */
  isOneOfSeveral = false;
  /** @internal How many changes of the family this tensor's history knows. */
  seenChanges = 0;

  /** @internal It was made inside `inferenceMode`. */
  isInference = false;
  /** @internal What the program wants to see of a leaf's gradient. */
  gradientHooks: Set<GradientHook> | null = null;
  /** @internal What it does once the gradient was added to `grad`. */
  accumulationHooks: Set<(leaf: Tensor) => void> | null = null;

  private made: TapeRecord | null = null;
  private isParameter = false;
  private gradient: Tensor | null = null;

  /** @internal Use `tensor(…)` and its relatives. */
  constructor(storage: Storage, shape: readonly number[]) {
    this.held = storage;
    this.shape = [...shape];
  }

  /** @internal The numbers as they are now, shared with views and detached aliases. */
  get storage(): Storage {
    return this.held.source === null ? this.held : refreshed(this.held);
  }

  /** What the values are: "float32" unless asked otherwise. */
  get dtype(): DType {
    return this.held.dtype;
  }

  /** Whether the program made this tensor itself. Gradients are kept on leaves only. */
  get isLeaf(): boolean {
    return this.record === null;
  }

  /** Whether ops on this tensor are recorded. It can be set on leaves; on computed values it follows from their inputs. */
  get requiresGrad(): boolean {
    return this.isParameter || this.record !== null;
  }

  set requiresGrad(value: boolean) {
    if (this.record !== null) {
      if (value) return;
      throw flagOfComputedValue();
    }
    if (value && !isFloat(this.dtype)) throw onlyFloatsRequireGrad(this.dtype);
    if (value && this.isInference && !isInferenceMode()) throw learningFromInference();
    this.isParameter = value;
    hooks.listener?.control("requiresGrad", this, null);
  }

  /** The sum of the gradients of all backward passes that reached this leaf; null if none did. Set it to null to start anew. */
  get grad(): Tensor | null {
    return this.gradient;
  }

  set grad(value: Tensor | null) {
    if (value !== null) checkGradient(this, value);
    if (value !== null) outlive(value.held);
    this.gradient = value;
  }

  /** A copy of the values as a typed array, outside the graph. */
  get data(): Values {
    hooks.listener?.control("data", this, null);
    return this.storage.toArray();
  }

  /** What made this tensor, and where its gradient goes on to; null for leaves and constants. */
  get gradFn(): GradFn | null {
    return this.record === null ? null : gradFnOf(this.record);
  }

  /** @internal The record of the op that made it, brought up to date after a change through a view. */
  get record(): TapeRecord | null {
    const { aliases } = this;
    if (aliases !== null && aliases.changes !== this.seenChanges) {
      this.seenChanges = aliases.changes;
      this.made = recordOfView(aliases, this);
    }
    return this.made;
  }

  /** @internal */
  setRecord(record: TapeRecord | null): void {
    this.made = record;
  }

  /**
   * The same values without history: gradients stop here. The result shares the storage, so a change in place shows in both.
   */
  detach(): Tensor {
    const detached = hooks.cutPolicy("detach") === "ignore" ? connectedAlias(this) : severedAlias(this);
    hooks.listener?.control("detach", this, detached);
    return detached;
  }

  /** The value of a tensor of one element as a plain number, outside the graph. */
  item(): number {
    if (this.storage.size !== 1) throw notOneElement("item", this.shape);
    hooks.listener?.control("item", this, null);
    return this.storage.read(0);
  }

  /** All values as nested arrays, outside the graph. */
  tolist(): Nested {
    hooks.listener?.control("tolist", this, null);
    return nested(this);
  }

  /**
   * Sends a gradient back from this value to every leaf it depends on, and adds it to their `grad`.
   * A value of more than one element needs `gradient`. Saved values are freed unless `retainGraph` is set.
   */
  backward(options?: BackwardOptions): void {
    backward(this, options ?? {});
  }

  /** Keeps this computed value's gradient in `grad`, as if it were a leaf. */
  retainGrad(): this {
    if (!this.requiresGrad) {
      throw new EngineError(
        "retainGrad: this tensor does not require grad",
        this.cutBecause ?? "nothing it was computed from requires grad",
        "Call it on a value on the way from a leaf to the loss.",
      );
    }
    if (this.record !== null) this.record.retained = this;
    return this;
  }

  /** Whether `retainGrad()` was called on this computed value. */
  get retainsGrad(): boolean {
    return this.record !== null && this.record.retained === this;
  }

  /**
   * Calls a function with the whole gradient of this tensor in every backward pass that comes here; what it gives back
   * takes the gradient's place.
   */
  registerHook(hook: GradientHook): RemovableHandle {
    if (!this.requiresGrad) {
      throw new EngineError(
        "registerHook: this tensor does not require grad",
        this.cutBecause ?? "no gradient will ever come to it",
        "Call it on a leaf, or on a value on the way from a leaf to the loss.",
      );
    }
    return hang(this.record ?? this, hook);
  }

  /** Calls a function with this leaf each time that a backward pass has added to its `grad`. */
  registerPostAccumulateGradHook(hook: (leaf: Tensor) => void): RemovableHandle {
    if (!this.requiresGrad || this.record !== null) {
      throw new EngineError(
        "registerPostAccumulateGradHook: this tensor is no leaf that requires grad",
        "only such leaves keep a gradient",
        "Use `registerHook` on computed values.",
      );
    }
    this.accumulationHooks ??= new Set();
    const all = this.accumulationHooks;
    all.add(hook);
    return { remove: () => void all.delete(hook) };
  }

  /** How often the values were changed in place; views and detached tensors count together. */
  get version(): number {
    return this.held.version;
  }

  /** Makes this computed value a leaf, in place: its history is gone. A view shares its history and cannot. */
  detach_(): this {
    if (this.aliases !== null && this.aliases.base !== this) {
      throw new EngineError(
        "detach_: this tensor is a view",
        "its history is that of what it views",
        "Use `detach()`, which gives a tensor of its own.",
      );
    }
    if (this.record !== null) this.setRecord(null);
    this.isParameter = false;
    return this;
  }

  /** Sets `requiresGrad` and returns the tensor. */
  requiresGrad_(value = true): this {
    this.requiresGrad = value;
    return this;
  }

  /** The values and what is known of the gradient, for the console. */
  toString(): string {
    return tensorText(this);
  }

  /** In JSON a tensor is its values. */
  toJSON(): Nested {
    return this.tolist();
  }

  /** In text a tensor shows its values; as an operand of JavaScript's arithmetic it is an error. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint !== "number") return this.toString();
    throw new EngineError(
      `a tensor of shape ${shapeText(this.shape)} was used as a number`,
      "JavaScript's operators do not know tensors",
      "Use `add`, `sub`, `mul`, `div`, or `item()` for the value of a scalar.",
    );
  }

  /** What Node's console shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

// The methods' interfaces are merged into the class, so that hovers show their own documentation.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- the loop below installs every merged method.
export interface Tensor
  extends
    ElementwiseMethods,
    PairMethods,
    DerivedMethods,
    IndexingMethods,
    CurveMethods,
    ArrangementMethods,
    StatisticsMethods,
    QuantileMethods,
    RunningMethods,
    UniqueMethods,
    SearchingMethods,
    CovarianceMethods,
    SpecialMethods,
    ActivationMethods,
    ReductionMethods,
    MatrixMethods,
    LinearAlgebraMethods,
    MatrixFunctionMethods,
    NeighborMethods,
    MovementMethods,
    LayoutMethods,
    SelectionMethods,
    InPlaceMethods {}

const families = [
  elementwiseMethods,
  pairMethods,
  derivedMethods,
  indexingMethods,
  curveMethods,
  arrangementMethods,
  statisticsMethods,
  quantileMethods,
  runningMethods,
  uniqueMethods,
  searchingMethods,
  covarianceMethods,
  specialMethods,
  activationMethods,
  reductionMethods,
  matrixMethods,
  linearAlgebraMethods,
  matrixFunctionMethods,
  neighborMethods,
  movementMethods,
  layoutMethods,
  selectionMethods,
  inPlaceMethods,
];
for (const family of families) {
  for (const [name, value] of Object.entries(family)) {
    Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
  }
}

function severedAlias(tensor: Tensor): Tensor {
  const alias = new Tensor(tensor.held, tensor.shape);
  alias.cutBecause = tensor.requiresGrad ? controls.detach.because : tensor.cutBecause;
  return alias;
}

/** What `detach()` gives in a run that ignores it: the same values with their history, and no op in the picture. */
function connectedAlias(tensor: Tensor): Tensor {
  const alias = new Tensor(tensor.held, tensor.shape);
  alias.setRecord(recordOfAlias(tensor));
  alias.cutBecause = tensor.cutBecause;
  return alias;
}

function learningFromInference(): EngineError {
  return new EngineError(
    "requiresGrad: it was set on a value that was made inside `inferenceMode`",
    "such values are never recorded",
    "Make a copy with `clone()` outside, or use `noGrad` instead of `inferenceMode`.",
  );
}

function checkGradient(tensor: Tensor, gradient: Tensor): void {
  if (!(gradient instanceof Tensor)) {
    throw new EngineError(
      `grad: it was set to ${valueText(gradient)}`,
      "a gradient is a tensor or null",
      "Set it to null to clear it, or to a tensor of the same shape.",
      "TypeError",
    );
  }
  if (!sameShape(gradient.shape, tensor.shape)) {
    throw new EngineError(
      `grad: a gradient of shape ${shapeText(gradient.shape)} was set on a tensor of shape ${shapeText(tensor.shape)}`,
      "there is one derivative for each element",
      "Reshape it, or check which tensor it belongs to.",
    );
  }
  if (gradient.dtype !== tensor.dtype) {
    throw new EngineError(
      `grad: a gradient of dtype ${gradient.dtype} was set on a tensor of dtype ${tensor.dtype}`,
      "a gradient has the dtype of its tensor",
      `Convert it with \`to("${tensor.dtype}")\`.`,
    );
  }
}
