/** Functions that run before and after a module computes, and when gradients come to it. */
import type { RemovableHandle } from "../autograd/gradient-hooks.js";
import { notATensor } from "../errors.js";
import { Tensor } from "../tensor.js";
import type { Module } from "./module.js";

/** What hooks give back takes the place of what they were given; nothing leaves it as it is. */
export type ForwardPreHook = (module: Module<unknown>, input: Tensor) => unknown;
/** Hears of a module's input and output; what it gives back, unless undefined, takes the output's place. */
export type ForwardHook = (module: Module<unknown>, input: Tensor, output: unknown) => unknown;
/** The gradient by the input is null where the input requires none. */
export type BackwardHook = (module: Module<unknown>, gradInput: Tensor | null, gradOutput: Tensor) => unknown;

interface Kinds {
  readonly before: ForwardPreHook;
  readonly after: ForwardHook;
  readonly backward: BackwardHook;
}

export class ModuleHooks {
  private readonly all: { readonly [kind in keyof Kinds]: Map<object, Kinds[kind]> } = {
    before: new Map(),
    after: new Map(),
    backward: new Map(),
  };

  add<Kind extends keyof Kinds>(kind: Kind, hook: Kinds[Kind]): RemovableHandle {
    const hooks: Map<object, Kinds[Kind]> = this.all[kind];
    const key = {};
    hooks.set(key, hook);
    return { remove: () => void hooks.delete(key) };
  }

  run<Output>(module: Module<unknown>, x: Tensor, forward: (x: Tensor) => Output): Output {
    let input = x;
    for (const hook of this.all.before.values()) input = tensorOr(hook(module, input), input);
    const watch = this.all.backward.size > 0;
    // An alias of its own, so that the gradient is that of this module alone.
    const entered = watch && input.requiresGrad ? input.reshape(input.shape) : input;
    let output: unknown = forward(entered);
    for (const hook of this.all.after.values()) output = hook(module, input, output) ?? output;
    const left =
      watch && output instanceof Tensor && output.requiresGrad ? this.watched(module, entered, output) : output;
    return left as Output;
  }

  private watched(module: Module<unknown>, input: Tensor, output: Tensor): Tensor {
    const left = output.reshape(output.shape);
    let gradOutput: Tensor | null = null;
    const tell = (gradInput: Tensor | null): Tensor | null => {
      let now = gradInput;
      if (gradOutput !== null) {
        for (const hook of this.all.backward.values()) now = tensorOr(hook(module, now, gradOutput), now);
      }
      return now;
    };
    left.registerHook((gradient) => {
      gradOutput = gradient;
      if (!input.requiresGrad) tell(null);
    });
    if (input.requiresGrad) input.registerHook(tell);
    return left;
  }
}

function tensorOr<Otherwise extends Tensor | null>(given: unknown, otherwise: Otherwise): Tensor | Otherwise {
  if (given === undefined || given === null) return otherwise;
  if (given instanceof Tensor) return given;
  throw notATensor("a hook", "what it gave back", given);
}
