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
  /** By dotted name: "tensor", "nn.Linear"; a namespace is a name of its own. */
  readonly names: ReadonlyMap<string, Meaning>;
  readonly methods: ReadonlyMap<string, MethodMeaning>;
  readonly properties: ReadonlyMap<string, PropertyMeaning>;
  /** What its creation functions read from an object of options. */
  readonly options: ReadonlySet<string>;
  /** Null where values are not recorded on a tape that is walked back, freed and checked. */
  readonly tape: TapeMeaning | null;
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
  /** Makes a constant or, with `requiresGrad`, a leaf. */
  | { readonly kind: "creates" }
  | { readonly kind: "pauses" | "resumes" }
  | { readonly kind: "harmless" }
  /** Changes values outside the tape and gives back its first argument. */
  | { readonly kind: "returnsFirst" }
  | { readonly kind: "class"; readonly instance: InstanceMeaning };

export type InstanceMeaning =
  | { readonly kind: "tensor" }
  | { readonly kind: "parameter" }
  /** A module with parameters of its own, all of which enter its result. */
  | { readonly kind: "layer"; readonly parameters: readonly string[] }
  | { readonly kind: "module" }
  | { readonly kind: "sequential" }
  | { readonly kind: "moduleList" }
  | { readonly kind: "optimizer" };

export interface OpMeaning {
  readonly kind: "op";
  readonly op: string;
  readonly inputs: readonly { readonly name: string; readonly effect: GradientEffect }[];
  /** Shares its input's storage, so that an in-place change of it changes the input as well. */
  readonly isView: boolean;
  /** For a cast alone: what it does to a gradient where the dtype is this. */
  readonly toDtype: ((dtype: string) => GradientEffect) | null;
}

export type MethodMeaning =
  | OpMeaning
  /** Changes the receiver itself. */
  | { readonly kind: "inPlace"; readonly op: OpMeaning }
  | { readonly kind: "cuts"; readonly control: "detach"; readonly because: string }
  | { readonly kind: "leaves"; readonly control: "item" | "tolist"; readonly because: string }
  | { readonly kind: "backward" }
  /** Gives back the receiver, for chaining. */
  | { readonly kind: "returnsReceiver" }
  | { readonly kind: "harmless" };

export type PropertyMeaning =
  | { readonly kind: "host"; readonly control: "data"; readonly because: string }
  | { readonly kind: "grad"; readonly because: string }
  | { readonly kind: "fact" };
