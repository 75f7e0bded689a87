/**
 * Functions of the program with a derivative of its own: `forward` computes without being recorded, `backward` says what
 * each input gets. What `backward` computes is recorded under `createGraph`, so second derivatives follow from it.
 */
import { isFloat } from "../dtype.js";
import { EngineError, shapeText, valueText } from "../errors.js";
import { concat } from "../functions.js";
import { Storage } from "../kernels/storage.js";
import { elementCount, sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { inMode, isGradEnabled } from "./grad-mode.js";
import { hooks } from "./hooks.js";
import { TapeRecord, targetOf, type Link, type SavedValue } from "./tape.js";

/** What `forward` leaves for `backward`. */
export interface FunctionContext {
  /** Keeps tensors; changing one of them in place before the backward pass is an error there. */
  saveForBackward(...tensors: readonly Tensor[]): void;
  /** What was kept, in the same order. */
  readonly savedTensors: readonly Tensor[];
  /** For each argument whether it needs a gradient. */
  readonly needsInputGrad: readonly boolean[];
  /** Outputs that have no derivative, such as indices. */
  markNonDifferentiable(...outputs: readonly Tensor[]): void;
  /** Anything else that `backward` needs. */
  readonly values: Record<string, unknown>;
}

/** The two parts of a `customFunction`. */
export interface FunctionParts<Arguments extends readonly unknown[], Output> {
  /** What errors and graphs call it. */
  readonly name?: string;
  /** Computes the output, unrecorded, and saves in the context what the way back needs. */
  readonly forward: (context: FunctionContext, ...args: Arguments) => Output;
  /** Gets a gradient for each output, and gives one for each argument; null where it has none. */
  readonly backward: (context: FunctionContext, ...gradients: Tensor[]) => Tensor | null | readonly (Tensor | null)[];
  /** @internal Whether backward is to run although no argument needs a gradient: others may get one in it. */
  readonly reaches?: "its arguments" | "other leaves as well";
}

/** Makes a function of its own forward and backward parts. */
export function customFunction<Arguments extends readonly unknown[], Output extends Tensor | readonly Tensor[]>(
  parts: FunctionParts<Arguments, Output>,
): (...args: Arguments) => Output {
  return (...args) => {
    const context = new Context(args.map((each) => each instanceof Tensor && isGradEnabled() && each.requiresGrad));
    const result = unheard(() => parts.forward(context, ...args));
    const outputs: readonly Tensor[] = result instanceof Tensor ? [result] : result;
    const recorded = new Recording(
      parts.name ?? "the function",
      args,
      outputs,
      context,
      (gradients) => listed(parts.backward(context, ...gradients)),
      parts.reaches ?? "its arguments",
    );
    const made = recorded.outputs();
    return (result instanceof Tensor ? made[0] : made) as Output;
  };
}

class Context implements FunctionContext {
  readonly values: Record<string, unknown> = {};
  readonly constants = new Set<Tensor>();
  saved: readonly Tensor[] = [];

  constructor(readonly needsInputGrad: readonly boolean[]) {}

  get savedTensors(): readonly Tensor[] {
    return this.saved;
  }

  saveForBackward(...tensors: readonly Tensor[]): void {
    this.saved = tensors;
  }

  markNonDifferentiable(...outputs: readonly Tensor[]): void {
    for (const output of outputs) this.constants.add(output);
  }
}

/** One call on the tape: one record for all outputs, whose values lie in it one behind the other. */
class Recording {
  /** What backward gave for a cotangent, as every input asks for its part of it. */
  private last: { readonly cotangent: Tensor; readonly gradients: readonly (Tensor | null)[] } | null = null;

  constructor(
    private readonly name: string,
    private readonly args: readonly unknown[],
    private readonly given: readonly Tensor[],
    private readonly context: Context,
    private readonly backward: (gradients: Tensor[]) => readonly unknown[],
    private readonly reaches: "its arguments" | "other leaves as well",
  ) {}

  outputs(): Tensor[] {
    const links = this.links();
    if (links.length === 0) return this.given.map(plain);
    const learning = this.given.filter((output) => this.isDifferentiable(output));
    const [first] = learning;
    if (first === undefined) return this.given.map(plain);
    const tensors = this.args.filter((each): each is Tensor => each instanceof Tensor);
    const packed =
      this.given.length === 1 ? plain(first) : plain(unheard(() => concat(learning.map((each) => each.reshape([-1])))));
    packed.setRecord(
      new TapeRecord({
        op: "custom",
        attributes: {},
        links,
        shapes: [...tensors.map(({ shape }) => shape), []],
        saved: this.saved(packed),
        shape: packed.shape,
        dtype: packed.dtype,
      }),
    );
    hooks.listener?.applied(
      "custom",
      tensors,
      tensors.map(() => "x"),
      packed,
      true,
    );
    if (this.given.length === 1) return [packed];
    let start = 0;
    return this.given.map((output) => {
      if (!this.isDifferentiable(output)) return plain(output);
      const size = elementCount(output.shape);
      const part = packed.narrow(0, start, size).reshape(output.shape);
      start += size;
      return part;
    });
  }

  private isDifferentiable(output: Tensor): boolean {
    return isFloat(output.dtype) && !this.context.constants.has(output);
  }

  private links(): readonly Link[] {
    if (!isGradEnabled()) return [];
    let position = -1;
    const own = this.args.flatMap((arg, at): Link[] => {
      if (!(arg instanceof Tensor)) return [];
      position++;
      const target = targetOf(arg);
      if (target === null) return [];
      const vjp = (cotangent: Tensor): Tensor => this.gradientOf(at, arg, cotangent);
      return [{ target, effect: { kind: "flows", saves: [], vjp }, position, dtype: arg.dtype }];
    });
    return this.reaches === "its arguments" ? own : [...own, this.linkToNowhere(position + 1)];
  }

  /** A record without inputs, so that a pass comes here in any case. */
  private linkToNowhere(position: number): Link {
    const nothing = { links: [], shapes: [], saved: [], shape: [], dtype: "float32" } as const;
    const vjp = (cotangent: Tensor): Tensor => {
      this.gradientsFor(cotangent);
      return new Tensor(Storage.zeros("float32", 1), []);
    };
    const target = new TapeRecord({ op: "custom", attributes: {}, ...nothing });
    return { target, effect: { kind: "flows", saves: [], vjp }, position, dtype: "float32" };
  }

  /** An output that was kept is kept as what the caller gets, so that it has a history. */
  private saved(packed: Tensor): readonly SavedValue[] {
    const kept = this.context.saved.map((tensor) =>
      this.given.length === 1 && tensor === this.given[0] ? packed : tensor,
    );
    this.context.saved = kept;
    return kept.map((tensor, at) => ({ name: `saved tensor ${at}`, tensor, version: tensor.storage.version }));
  }

  private gradientOf(at: number, arg: Tensor, cotangent: Tensor): Tensor {
    const gradient = this.gradientsFor(cotangent)[at];
    return gradient ?? new Tensor(Storage.zeros(arg.dtype, arg.storage.size), arg.shape);
  }

  private gradientsFor(cotangent: Tensor): readonly (Tensor | null)[] {
    if (this.last?.cotangent !== cotangent) this.last = { cotangent, gradients: this.called(cotangent) };
    return this.last.gradients;
  }

  private called(cotangent: Tensor): readonly (Tensor | null)[] {
    let start = 0;
    const gradients = this.given.map((output) => {
      if (!this.isDifferentiable(output))
        return new Tensor(Storage.zeros(output.dtype, output.storage.size), output.shape);
      const size = elementCount(output.shape);
      const part = this.given.length === 1 ? cotangent : cotangent.narrow(0, start, size).reshape(output.shape);
      start += size;
      return part;
    });
    const given = this.backward(gradients);
    if (given.length !== this.args.length) {
      throw new EngineError(
        `${this.name}: backward gave ${given.length} ${given.length === 1 ? "gradient" : "gradients"} for ${this.args.length} arguments`,
        "each argument of forward has one, null where it needs none",
        "Give back an array with an entry for each argument.",
      );
    }
    return given.map((each, at) => this.checked(each, at));
  }

  private checked(gradient: unknown, at: number): Tensor | null {
    if (gradient === null || gradient === undefined) return null;
    const arg = this.args[at];
    if (!(gradient instanceof Tensor)) {
      throw new EngineError(
        `${this.name}: backward gave ${valueText(gradient)} for argument ${at}`,
        "a gradient is a tensor or null",
        "Give back a tensor of the argument's shape.",
      );
    }
    if (!(arg instanceof Tensor) || sameShape(gradient.shape, arg.shape)) return gradient;
    throw new EngineError(
      `${this.name}: backward gave a gradient of shape ${shapeText(gradient.shape)} for argument ${at} of shape ${shapeText(arg.shape)}`,
      "there is one derivative for each element",
      "Sum or reshape it to the argument's shape.",
    );
  }
}

/** The same values without history. */
function plain({ storage, shape }: Tensor): Tensor {
  return new Tensor(storage, shape);
}

/** Neither recorded nor heard: what happens inside is one op to everybody else. */
function unheard<T>(fn: () => T): T {
  const { listener } = hooks;
  hooks.listener = null;
  try {
    return inMode("paused", fn);
  } finally {
    hooks.listener = listener;
  }
}

function listed(value: Tensor | null | readonly (Tensor | null)[]): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
