/**
 * A module: a part of a model with parameters, other modules inside it and a `forward`. Its properties that are
 * parameters or modules are registered, by being there; what stands inside a plain array or object is not.
 */
import { hooks } from "../autograd/hooks.js";
import { EngineError, shapeText, valueText } from "../errors.js";
import { kernels } from "../kernels/active.js";
import { Storage } from "../kernels/storage.js";
import { changed } from "../kernels/windows.js";
import { sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import type { RemovableHandle } from "../autograd/gradient-hooks.js";
import { ModuleHooks, type BackwardHook, type ForwardHook, type ForwardPreHook } from "./module-hooks.js";
import { Parameter } from "./parameter.js";

/** The values of a module's parameters by their names. */
export type StateDict = Readonly<Record<string, Tensor>>;

/** The base of every layer and model. Extend it, make layers and parameters in fields, and write `forward`. */
export class Module<Output = Tensor> {
  /** True until `eval()` is called. Layers such as dropout behave differently then. */
  training = true;

  /** Null until a hook is registered. */
  private readonly hooksAround: ModuleHooks | null = null;
  private readonly bufferNames = new Set<string>();

  /** Computes the output. A subclass may take more inputs. */
  forward(_x: Tensor, ..._more: never[]): Output {
    throw new EngineError(
      `${this.constructor.name}: it was called and has no forward`,
      "a module computes what its `forward` says",
      "Write a method `forward(x)` in the class.",
    );
  }

  /** The same as `forward`, with the hooks of this module around it. */
  call(x: Tensor): Output {
    const { hooksAround } = this;
    return hooksAround === null ? this.forward(x) : hooksAround.run(this, x, (input) => this.forward(input));
  }

  /** Before `call` computes: what the hook gives back takes the input's place. */
  registerForwardPreHook(hook: ForwardPreHook): RemovableHandle {
    return this.around().add("before", hook);
  }

  /** After `call` has computed: what the hook gives back takes the output's place. */
  registerForwardHook(hook: ForwardHook): RemovableHandle {
    return this.around().add("after", hook);
  }

  /** In the backward pass, with the gradients by the input and by the output; what it gives back takes the first one's place. */
  registerFullBackwardHook(hook: BackwardHook): RemovableHandle {
    return this.around().add("backward", hook);
  }

  private around(): ModuleHooks {
    if (this.hooksAround !== null) return this.hooksAround;
    const hooksAround = new ModuleHooks();
    Object.defineProperty(this, "hooksAround", { value: hooksAround, enumerable: false });
    return hooksAround;
  }

  /** All parameters, each once, with those of the modules inside. Plain arrays and objects are not looked into. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** The parameters with their paths, as `"encoder.weight"`. One that is shared has the name of its first place. */
  namedParameters(): [string, Parameter][] {
    const found = new Map<Parameter, string>();
    for (const [path, module] of this.namedModules()) {
      for (const [name, value] of registered(module)) {
        if (value instanceof Parameter && !found.has(value)) found.set(value, joined(path, name));
      }
    }
    return [...found].map(([parameter, name]) => [name, parameter]);
  }

  /**
   * Values that belong to the module and are not learned, such as running means: they are saved with it. It gives back
   * the tensor, to be set as the property of that name: `this.mean = this.registerBuffer("mean", zeros([3]))`.
   */
  registerBuffer(name: string, value: Tensor): Tensor {
    this.bufferNames.add(name);
    return value;
  }

  /** The buffers with their paths. */
  namedBuffers(): [string, Tensor][] {
    return this.namedModules().flatMap(([path, module]) => ownBuffers(module, path));
  }

  /** All buffers, with those of the modules inside. */
  buffers(): Tensor[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  /** Calls a function with each module inside, innermost first, and with this one last: for first values of one's own. */
  apply(change: (module: Module<unknown>) => void): this {
    for (const child of this.children()) child.apply(change);
    change(this);
    return this;
  }

  /** The modules directly inside. */
  children(): Module<unknown>[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** The modules directly inside, with their names. */
  namedChildren(): [string, Module<unknown>][] {
    const children: [string, Module<unknown>][] = [];
    for (const [name, value] of registered(this)) {
      if (value instanceof Module) children.push([name, value]);
    }
    return children;
  }

  /** This module and all inside it, each once. */
  modules(): Module<unknown>[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** This module, under the name `""`, and all inside it with their paths. */
  namedModules(): [string, Module<unknown>][] {
    const found = new Map<Module<unknown>, string>();
    const visit = (module: Module<unknown>, path: string): void => {
      if (found.has(module)) return;
      found.set(module, path);
      for (const [name, child] of module.namedChildren()) visit(child, joined(path, name));
    };
    visit(this, "");
    return [...found].map(([module, path]) => [path, module]);
  }

  /** Forgets the gradients of all parameters: each `grad` is null again. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) {
      hooks.listener?.control("zeroGrad", parameter, null);
      parameter.grad = null;
    }
  }

  /** Training mode for this module and all inside it: dropout drops. */
  train(): this {
    return this.inTraining(true);
  }

  /** Evaluation mode for this module and all inside it: dropout lets everything pass. */
  eval(): this {
    return this.inTraining(false);
  }

  /** Freezes or thaws all parameters. */
  requiresGrad_(value = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = value;
    return this;
  }

  /** Copies of the values of all parameters and buffers, by name. */
  stateDict(): StateDict {
    return Object.fromEntries(this.namedState().map(([name, value]) => [name, copyOf(value)]));
  }

  /**
   * Takes over values by name, in place. Every parameter and buffer needs its value, and nothing may be left over;
   * without `strict` what does not match is left alone, and named in what comes back.
   */
  loadStateDict(state: StateDict, { strict = true }: { readonly strict?: boolean } = {}): KeysThatDiffer {
    const own = this.namedState();
    const known = new Set(own.map(([name]) => name));
    const unexpectedKeys = Object.keys(state).filter((name) => !known.has(name));
    const missingKeys = own.flatMap(([name]) => (state[name] === undefined ? [name] : []));
    if (strict && unexpectedKeys.length > 0) throw namesDiffer(`there is no parameter ${inWords(unexpectedKeys)}`);
    if (strict && missingKeys.length > 0) {
      const all = missingKeys.length > 1 ? "parameters" : "parameter";
      throw namesDiffer(`there is no value for the ${all} ${inWords(missingKeys)}`);
    }
    const given = own.filter(([name]) => state[name] !== undefined);
    for (const [name, value] of given) checkState(name, value, state[name]);
    for (const [name, { storage }] of given) {
      kernels.cast(state[name].storage, storage, storage.size);
      changed(storage);
    }
    return { missingKeys, unexpectedKeys };
  }

  /** Parameters and buffers, module by module. */
  private namedState(): [string, Tensor][] {
    const parameters = new Map(this.namedParameters().map(([name, parameter]) => [parameter, name] as const));
    return this.namedModules().flatMap(([path, module]) => [
      ...registered(module).flatMap(([, value]): [string, Tensor][] => {
        const name = value instanceof Parameter ? parameters.get(value) : undefined;
        if (name === undefined || !(value instanceof Parameter)) return [];
        parameters.delete(value);
        return [[name, value]];
      }),
      ...ownBuffers(module, path),
    ]);
  }

  private inTraining(value: boolean): this {
    for (const module of this.modules()) module.training = value;
    return this;
  }
}

/** What a state dict and a module do not have in common. */
export interface KeysThatDiffer {
  /** Names of the module that the state dict lacks. */
  readonly missingKeys: readonly string[];
  /** Names of the state dict that the module lacks. */
  readonly unexpectedKeys: readonly string[];
}

function ownBuffers(module: Module<unknown>, path: string): [string, Tensor][] {
  const names: ReadonlySet<string> = module["bufferNames"];
  return registered(module).flatMap(([name, value]): [string, Tensor][] =>
    names.has(name) && value instanceof Tensor ? [[joined(path, name), value]] : [],
  );
}

function inWords(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** What a module holds in its own properties, in the order in which they were set. */
function registered(module: Module<unknown>): [string, unknown][] {
  return Object.entries(module);
}

/** The values alone: taking them is neither an op nor a cut of the program's own. */
function copyOf({ dtype, shape, storage }: Tensor): Tensor {
  return new Tensor(Storage.of(dtype, storage.values), shape);
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function checkState(name: string, parameter: Tensor, value: Tensor): void {
  if (sameShape(parameter.shape, value.shape)) return;
  throw new EngineError(
    `loadStateDict: \`${name}\` has shape ${shapeText(parameter.shape)} and the value has ${shapeText(value.shape)}`,
    "a parameter keeps its shape",
    "Check that the values come from the same model.",
  );
}

function namesDiffer(because: string): EngineError {
  return new EngineError(
    "loadStateDict: the names do not match this module",
    because,
    "Pass what `stateDict()` of the same model gave.",
  );
}

/** For modules that are given others: the argument must be one. */
export function checkedModule(call: string, value: unknown): void {
  if (value instanceof Module) return;
  throw new EngineError(
    `${call}: one of its parts is ${valueText(value)}`,
    "it is made of modules",
    "For a function of your own, write a class that extends `nn.Module`.",
  );
}
