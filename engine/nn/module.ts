/**
 * A module: a part of a model with parameters, other modules inside it and a `forward`. Its properties that are
 * parameters or modules are registered, by being there; what stands inside a plain array or object is not.
 */
import { hooks } from "../autograd/hooks.js";
import { EngineError, shapeText, valueText } from "../errors.js";
import { kernels } from "../kernels/active.js";
import { Storage } from "../kernels/storage.js";
import { sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { Parameter } from "./parameter.js";

/** The values of a module's parameters by their names. */
export type StateDict = Readonly<Record<string, Tensor>>;

/** The base of every layer and model. Extend it, make layers and parameters in fields, and write `forward`. */
export class Module<Output = Tensor> {
  /** True until `eval()` is called. Layers such as dropout behave differently then. */
  training = true;

  /** Computes the output. A subclass may take more inputs. */
  forward(_x: Tensor, ..._more: never[]): Output {
    throw new EngineError(
      `${this.constructor.name}: it was called and has no forward`,
      "a module computes what its `forward` says",
      "Write a method `forward(x)` in the class.",
    );
  }

  /** The same as `forward`. */
  call(x: Tensor): Output {
    return this.forward(x);
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

  /** Copies of the parameters' values, by name. */
  stateDict(): StateDict {
    return Object.fromEntries(this.namedParameters().map(([name, parameter]) => [name, copyOf(parameter)]));
  }

  /** Takes over values by name, in place. Every parameter needs its value, and nothing may be left over. */
  loadStateDict(state: StateDict): void {
    const parameters = this.namedParameters();
    const known = new Set(parameters.map(([name]) => name));
    const left = Object.keys(state).filter((name) => !known.has(name));
    if (left.length > 0) throw namesDiffer(`there is no parameter ${left.map((name) => `\`${name}\``).join(", ")}`);
    for (const [name, parameter] of parameters) checkState(name, parameter, state[name]);
    for (const [name, parameter] of parameters) {
      kernels.cast(state[name].storage, parameter.storage, parameter.storage.size);
      parameter.storage.version++;
    }
  }

  private inTraining(value: boolean): this {
    for (const module of this.modules()) module.training = value;
    return this;
  }
}

/** What a module holds in its own properties, in the order in which they were set. */
function registered(module: Module<unknown>): [string, unknown][] {
  return Object.entries(module);
}

/** The values alone: taking them is neither an op nor a cut of the program's own. */
function copyOf({ dtype, shape, storage }: Parameter): Tensor {
  return new Tensor(Storage.of(dtype, storage.values), shape);
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function checkState(name: string, parameter: Parameter, value: Tensor | undefined): void {
  if (value === undefined) throw namesDiffer(`there is no value for the parameter \`${name}\``);
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
