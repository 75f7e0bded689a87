/**
 * Hooks on gradients: functions that see the whole gradient of a tensor once it is complete, and may replace it. They hang
 * on the leaf, or on the record of the op that made the tensor.
 */
import { EngineError, shapeText } from "../errors.js";
import { sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";

/** Gets the gradient; a tensor that it gives back takes its place, and anything else than a tensor or nothing is an error. */
export type GradientHook = (gradient: Tensor) => unknown;

/** Takes a hook away again. */
export interface RemovableHandle {
  /** Takes the hook away; a second call does nothing. */
  remove(): void;
}

/** What hooks hang on. */
export interface Hooked {
  gradientHooks: Set<GradientHook> | null;
}

export function hang(target: Hooked, hook: GradientHook): RemovableHandle {
  target.gradientHooks ??= new Set();
  // The same function may be registered twice, so each registration is a function of its own.
  const own: GradientHook = (gradient) => hook(gradient);
  const all = target.gradientHooks;
  all.add(own);
  return { remove: () => void all.delete(own) };
}

/** What the hooks make of a gradient, one after the other. */
export function afterHooks({ gradientHooks }: Hooked, gradient: Tensor): Tensor {
  let now = gradient;
  for (const hook of gradientHooks ?? []) {
    const given = hook(now) ?? now;
    if (!(given instanceof Tensor) || !sameShape(given.shape, gradient.shape)) {
      throw new EngineError(
        `a hook on a gradient gave back ${given instanceof Tensor ? `a tensor of shape ${shapeText(given.shape)}` : "no tensor"} for a gradient of shape ${shapeText(gradient.shape)}`,
        "what takes the place of a gradient has its shape",
        "Give back a tensor of the same shape, or nothing.",
      );
    }
    now = given;
  }
  return now;
}
