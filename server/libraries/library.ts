/**
 * What the analysis needs to know about a library, as rows of data: the meaning of each exported name, of each
 * method of its tensors, and of each thing that its constructors make. A name without a row is unknown, and what is
 * given to it escapes.
 */
import type { GradientEffect } from "@gradlens/engine/ops";

export interface Library {
  readonly name: string;
  /** What an import statement says. */
  readonly specifiers: readonly string[];
  /** Whether every op is recorded, or only those inside a function that is given away to be differentiated. */
  readonly records: "everywhere" | "insideClosures";
  /** Whether a run can compute with it. */
  readonly runs: boolean;
  /** By dotted name: "tensor", "nn.Linear"; a namespace is a name of its own. */
  readonly names: ReadonlyMap<string, Meaning>;
  readonly methods: ReadonlyMap<string, MethodMeaning>;
  readonly properties: ReadonlyMap<string, PropertyMeaning>;
  /** Types that only tensors have. */
  readonly tensorTypes: ReadonlySet<string>;
  /** What each op does, in one sentence. */
  readonly summaries: ReadonlyMap<string, string>;
  /** What its creation functions read from an object of options. */
  readonly options: ReadonlySet<string>;
  /** Null where values are not recorded on a tape that is walked back, freed and checked. */
  readonly tape: TapeMeaning | null;
  /** Null where nothing is known about shapes. */
  readonly shapes: ShapeMeaning | null;
}

export interface ShapeMeaning {
  /** Of an op that is given these and nothing else; null where that does not decide it. */
  ofOp(op: string, shapes: readonly (readonly number[])[]): readonly number[] | null;
  /** What the shape of a new tensor is read from; null where it is not. */
  ofMade(name: string): "of its data" | "its first argument" | null;
}

/** What ops leave on the tape for the way back. */
export interface TapeMeaning {
  /**
   * What is saved where this input is differentiated: names of inputs, or "out"; null where that is not certain.
   * `second` is the second operand where that is a literal.
   */
  saves(op: string, input: string, second: unknown): readonly string[] | null;
  /** Parameters that a layer has however it is made. */
  readonly sureParameters: ReadonlyMap<string, readonly string[]>;
  /** Its result is always a tensor of its own, never its input itself. */
  isNew(op: string): boolean;
  /** Calls that save something, whichever of their inputs is differentiated. */
  keeps(op: string): "values" | "unknown";
  /** The same op without the change in place: `relu` for `relu_`; null where there is none. */
  outOfPlace(op: string): string | null;
}

export type Meaning =
  | { readonly kind: "namespace" }
  | OpMeaning
  /** Gradients as results: a loss like the receiver of `backward()`. */
  | { readonly kind: "gradients" }
  /** Gives back its first argument without history. */
  | { readonly kind: "cuts"; readonly control: "stopGradient"; readonly because: string }
  /** Makes a constant or, with `requiresGrad`, a leaf. */
  | { readonly kind: "creates" }
  /** Makes a constant, whatever its options say. */
  | { readonly kind: "constant" }
  /** Makes a leaf, unless its second argument is false. The value of the first is copied. */
  | VariableMeaning
  | { readonly kind: "pauses" | "resumes" }
  | { readonly kind: "harmless" }
  /** Changes values outside the tape and gives back this argument. */
  | { readonly kind: "returns"; readonly at: number }
  /** Keeps what it is given, and gives back what nobody knows. */
  | { readonly kind: "unseen" }
  /** Uses leaves that are not followed: its result may carry a gradient to them. */
  | { readonly kind: "opaque"; readonly op: string }
  /** Calls the functions among its arguments and gives back what they return. */
  | { readonly kind: "calls" }
  | DifferentiatesMeaning
  /** Makes a function that stands for another name of the library, its first arguments, so many of them, already given. */
  | { readonly kind: "binds"; readonly to: string; readonly given: number }
  | { readonly kind: "class"; readonly instance: InstanceMeaning }
  /** A function that makes an instance, without `new`. */
  | { readonly kind: "makes"; readonly instance: InstanceMeaning };

export interface VariableMeaning {
  readonly kind: "variable";
  readonly because: string;
}

/** Calls its first argument while ops are recorded, and differentiates what that returns. */
export interface DifferentiatesMeaning {
  readonly kind: "differentiates";
  /** As a reader names it: `minimize()`. */
  readonly call: string;
  /** By the variables, of which this argument may name some, or by what the function is given. */
  readonly by:
    | { readonly kind: "variables"; readonly listAt: number }
    /** One; all of a list; or, after the function and its options, whatever comes `later`, of which `argnums` choose. */
    | {
        readonly kind: "arguments";
        readonly given: "one" | "list" | "later";
        /** The argument with `argnums` and `hasAux`; null where there are no options. */
        readonly optionsAt: number | null;
      };
  /** The gradients alone or with the value under this name or before them; the value alone; or what nobody follows. */
  readonly gives:
    | { readonly kind: "gradients" }
    | { readonly kind: "pair" }
    | { readonly kind: "value" }
    | { readonly kind: "unseen" }
    | { readonly kind: "fields"; readonly value: string; readonly gradients: string };
  /** What comes where the loss depends on nothing that is differentiated by. */
  readonly without: "throws" | "zeros";
}

export type InstanceMeaning =
  | { readonly kind: "tensor" }
  | { readonly kind: "parameter" }
  /** A module with parameters of its own, all of which enter its result. */
  | { readonly kind: "layer"; readonly parameters: readonly string[]; readonly gives: OpResult }
  | { readonly kind: "module" }
  | { readonly kind: "sequential" }
  | { readonly kind: "moduleList" }
  | { readonly kind: "optimizer" }
  /** Anything else: its methods mean what a free name would. */
  | {
      readonly kind: "object";
      readonly methods: ReadonlyMap<string, Meaning>;
      /** Whoever reads one of these can reach every leaf of the program. */
      readonly exposing: readonly string[];
      /** Of an optimizer that it is made with it changes nothing but settings. */
      readonly schedules?: true;
    };

export interface OpMeaning {
  readonly kind: "op";
  readonly op: string;
  readonly inputs: readonly { readonly name: string; readonly effect: OpEffect }[];
  /** Shares its input's storage, so that an in-place change of it changes the input as well. */
  readonly isView: boolean;
  /** For a cast alone: what it does to a gradient where the dtype is this. */
  readonly toDtype: ((dtype: string) => GradientEffect) | null;
  readonly gives: OpResult;
}

export type OpEffect =
  | GradientEffect
  /** No gradient passes, and a backward pass that comes here throws. */
  | { readonly kind: "throws"; readonly because: string };

export type OpResult =
  | { readonly kind: "tensor" }
  | { readonly kind: "list" }
  | { readonly kind: "fields"; readonly names: readonly string[] };

export type MethodMeaning =
  | OpMeaning
  /** Changes the receiver itself. */
  | { readonly kind: "inPlace"; readonly op: OpMeaning }
  | { readonly kind: "cuts"; readonly control: "detach"; readonly because: string }
  | HostMeaning
  | VariableMeaning
  /** The receiver takes over the value of the argument, and nothing of its history. */
  | { readonly kind: "takesValue"; readonly label: string; readonly because: string }
  | { readonly kind: "backward" }
  /** Gives back the receiver, for chaining. */
  | { readonly kind: "returnsReceiver" }
  /** Sets whether the receiver requires a gradient, as the property does, and gives it back. */
  | { readonly kind: "requires" }
  | { readonly kind: "harmless" };

/** A read that gives plain numbers, or an object of numbers with methods of its own. */
export interface HostMeaning {
  readonly kind: "leaves";
  readonly control: "item" | "tolist" | "data";
  readonly label: string;
  readonly as: "numbers" | "object";
  readonly because: string;
}

export type PropertyMeaning =
  | HostMeaning
  /** The tensor itself under another name. */
  | { readonly kind: "same" }
  | { readonly kind: "grad"; readonly because: string }
  /** Says whether the tensor requires a gradient; writing it switches that. */
  | { readonly kind: "requires" }
  | { readonly kind: "fact" };
