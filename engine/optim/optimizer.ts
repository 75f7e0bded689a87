/**
 * What all optimizers share: the parameters in groups with their settings, the state they keep for each parameter,
 * and the checks of both. A step changes values outside the tape and skips what has no gradient.
 */
import { hooks } from "../autograd/hooks.js";
import { isFloat } from "../dtype.js";
import { EngineError, notATensor, shapeText, valueText } from "../errors.js";
import { isInScope, outlive } from "../kernels/lifetimes.js";
import { Storage } from "../kernels/storage.js";
import { changed } from "../kernels/windows.js";
import { Tensor } from "../tensor.js";

/** Some parameters with settings of their own; what is left out is taken from the optimizer's options. */
export type ParameterGroup<Settings> = { readonly params: readonly Tensor[] } & Partial<Settings>;

/** A group as the optimizer holds it: change a setting, for example `lr`, to change it from the next step on. */
export type FullGroup<Settings> = { readonly params: Tensor[] } & Settings;

/** The base of the optimizers. A subclass says how one parameter is changed by its gradient. */
export abstract class Optimizer<Settings extends object, State extends object> {
  /** The parameters with their settings, which may be changed while training. */
  readonly paramGroups: FullGroup<Settings>[];

  private readonly states = new Map<Tensor, State>();

  protected constructor(
    /** What messages call it; a class's own name would not survive minification. */
    private readonly call: string,
    params: readonly Tensor[] | readonly ParameterGroup<Settings>[],
    settings: Settings,
    private readonly check: (call: string, settings: Settings) => void,
  ) {
    this.paramGroups = fullGroups(call, params, settings);
    checkParameters(call, this.paramGroups);
    for (const group of this.paramGroups) check(call, group);
  }

  /** Changes every parameter that has a gradient, and leaves the others alone. */
  step(): void {
    for (const group of this.paramGroups) {
      this.check(this.call, group);
      for (const parameter of group.params) {
        const { grad } = parameter;
        if (grad === null) continue;
        const state = this.change(parameter, grad, group, this.states.get(parameter) ?? null);
        if (isInScope()) keepState(state);
        this.states.set(parameter, state);
        changed(parameter.held);
        hooks.listener?.control("step", parameter, null);
      }
    }
  }

  /** Forgets the gradients of its parameters: each `grad` is null again. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) {
      for (const parameter of params) {
        hooks.listener?.control("zeroGrad", parameter, null);
        parameter.grad = null;
      }
    }
  }

  /**
   * What it remembers, by the place of each parameter, and the settings of its groups: plain data that
   * `loadStateDict()` of an optimizer of the same parameters takes.
   */
  stateDict(): OptimizerState {
    const places = new Map(this.paramGroups.flatMap(({ params }) => params).map((each, at) => [each, at] as const));
    return {
      state: Object.fromEntries(
        [...this.states].map(([parameter, state]) => [places.get(parameter) ?? -1, written(parameter, state)] as const),
      ),
      paramGroups: this.paramGroups.map(({ params, ...settings }) => ({
        ...settings,
        params: params.map((each) => places.get(each) ?? -1),
      })),
    };
  }

  /** Takes over what another one of the same parameters remembered, and its settings. */
  loadStateDict({ state, paramGroups }: OptimizerState): void {
    const all = this.paramGroups.flatMap(({ params }) => params);
    const fits = paramGroups.length === this.paramGroups.length;
    if (!fits || this.paramGroups.some(({ params }, at) => params.length !== paramGroups[at].params.length)) {
      throw new EngineError(
        `${this.call}: a state of ${paramGroups.length} groups for an optimizer of ${this.paramGroups.length}`,
        "what is remembered belongs to a parameter by its place",
        "Load what `stateDict()` of an optimizer of the same parameters gave.",
        "ValueError",
      );
    }
    paramGroups.forEach(({ params: _places, ...settings }, at) => Object.assign(this.paramGroups[at], settings));
    this.states.clear();
    for (const [place, remembered] of Object.entries(state)) {
      const parameter = all[Number(place)];
      if (parameter === undefined) continue;
      const own = read(parameter, remembered);
      keepState(own);
      this.states.set(parameter, own as State);
    }
  }

  /** Adds parameters, with settings of their own where they are given. */
  addParamGroup(group: ParameterGroup<Settings>): void {
    const [first] = this.paramGroups;
    const added = { ...first, ...group, params: [...group.params] };
    checkParameters(this.call, [...this.paramGroups, added]);
    this.check(this.call, added);
    this.paramGroups.push(added);
  }

  /** Changes one parameter in place and returns what is to be remembered for the next step. */
  protected abstract change(parameter: Tensor, grad: Tensor, settings: Settings, state: State | null): State;
}

/** What is remembered outlives the scope around the step. */
function keepState(state: object): void {
  for (const value of Object.values(state)) if (value instanceof Storage) outlive(value);
}

/** Plain data: numbers, and tensors of a parameter's shape. */
export interface OptimizerState {
  readonly state: Readonly<Record<string, Readonly<Record<string, Tensor | number | null>>>>;
  readonly paramGroups: readonly ({ readonly params: readonly number[] } & Readonly<Record<string, unknown>>)[];
}

function written(parameter: Tensor, state: object): Record<string, Tensor | number | null> {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Storage
        ? new Tensor(Storage.of(value.dtype, value.values), parameter.shape)
        : typeof value === "number"
          ? value
          : null,
    ]),
  );
}

function read(parameter: Tensor, remembered: Readonly<Record<string, Tensor | number | null>>): object {
  return Object.fromEntries(
    Object.entries(remembered).map(([name, value]) => [
      name,
      value instanceof Tensor ? Storage.of(parameter.dtype, value.storage.values) : value,
    ]),
  );
}

/** Zeros of a parameter's size, for what an optimizer remembers. */
export function zerosFor(parameter: Tensor): Storage {
  return Storage.zeros(parameter.dtype, parameter.storage.size);
}

/**
 * Changes each element by a rule that gets its value, its gradient (turned round where the optimizer climbs, plus what
 * draws it to zero) and what is remembered for it; the rule writes into what is remembered and gives the new value.
 */
export function changeEach(
  parameter: Tensor,
  grad: Tensor,
  { weightDecay, maximize }: { readonly weightDecay: number; readonly maximize: boolean },
  buffers: readonly Storage[],
  rule: (value: number, slope: number, remembered: Float64Array) => number,
): void {
  const { storage } = parameter;
  const remembered = new Float64Array(buffers.length);
  for (let at = 0; at < storage.size; at++) {
    const value = storage.read(at);
    const slope = grad.storage.read(at) * (maximize ? -1 : 1) + weightDecay * value;
    for (let each = 0; each < buffers.length; each++) remembered[each] = buffers[each].read(at);
    storage.write(at, rule(value, slope, remembered));
    for (let each = 0; each < buffers.length; each++) buffers[each].write(at, remembered[each]);
  }
}

/** A setting that must be a finite number of at least 0. */
export function checkAtLeastZero(call: string, name: string, value: number): void {
  if (typeof value === "number" && value >= 0 && value < Infinity) return;
  throw new EngineError(
    `${call}: ${name} is ${valueText(value)}`,
    "it must be a number of at least 0",
    name === "lr"
      ? "Pass for example `{ lr: 0.01 }`; to climb instead of descend, pass `maximize: true`."
      : "Check the options.",
  );
}

/** A setting that must be at least 0 and below 1. */
export function checkBelowOne(call: string, name: string, value: number): void {
  if (typeof value === "number" && value >= 0 && value < 1) return;
  throw new EngineError(
    `${call}: ${name} is ${valueText(value)}`,
    "it is the share of the old average that is kept, at least 0 and below 1",
    "Pass for example 0.9.",
  );
}

function fullGroups<Settings extends object>(
  call: string,
  params: readonly Tensor[] | readonly ParameterGroup<Settings>[],
  settings: Settings,
): FullGroup<Settings>[] {
  const given = checkedList<Tensor | ParameterGroup<Settings>>(call, params);
  const groups = given.filter((each) => isGroup<Settings>(each));
  if (groups.length === given.length)
    return groups.map((group) => ({ ...settings, ...group, params: [...group.params] }));
  const strange = groups[0];
  if (strange !== undefined) throw notATensor(call, "one of the parameters", strange);
  return [{ ...settings, params: given.filter((each): each is Tensor => !isGroup(each)) }];
}

function checkedList<T>(call: string, params: readonly T[]): readonly T[] {
  if (!Array.isArray(params)) {
    throw new EngineError(
      `${call}: the parameters are ${(params as unknown) instanceof Tensor ? "one tensor" : valueText(params)}`,
      "an optimizer is given a list",
      "Pass `model.parameters()`, or put tensors into an array.",
    );
  }
  if (params.length > 0) return params;
  throw new EngineError(
    `${call}: the parameter list is empty`,
    "there is nothing to optimize",
    "Check that the layers are properties of the module: those inside plain arrays and objects are not registered. Use `nn.ModuleList` there.",
  );
}

function isGroup<Settings>(value: Tensor | ParameterGroup<Settings>): value is ParameterGroup<Settings> {
  return typeof value === "object" && value !== null && !(value instanceof Tensor) && "params" in value;
}

function checkParameters(call: string, groups: readonly { readonly params: readonly Tensor[] }[]): void {
  const seen = new Set<Tensor>();
  for (const parameter of groups.flatMap(({ params }) => params)) {
    if (!(parameter instanceof Tensor)) throw notATensor(call, "one of the parameters", parameter);
    checkParameter(call, parameter);
    if (seen.has(parameter)) {
      throw new EngineError(
        `${call}: a parameter of shape ${shapeText(parameter.shape)} is listed twice`,
        "each step would change it twice",
        "Pass each parameter once, for example with `[...new Set(parameters)]`.",
      );
    }
    seen.add(parameter);
  }
}

function checkParameter(call: string, parameter: Tensor): void {
  if (!parameter.isLeaf) {
    throw new EngineError(
      `${call}: a parameter of shape ${shapeText(parameter.shape)} was computed by an op`,
      "only a leaf keeps a gradient, and only its value can be changed",
      "Pass the tensors that it was computed from, or make a leaf of it with `detach()` and `requiresGrad = true`.",
    );
  }
  if (isFloat(parameter.dtype)) return;
  throw new EngineError(
    `${call}: a parameter has dtype ${parameter.dtype}`,
    "only floating-point values have gradients",
    'Convert it with `to("float32")` first.',
  );
}
