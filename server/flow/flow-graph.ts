/**
 * The flow graph: what the analysis knows about a program once its values have been followed. Nodes are tensors
 * (and numbers read from them), edges say what an op or a control does to a gradient. Plain data; no syntax trees.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { TakenChoice } from "./choices.js";
import type { ImportList, Site } from "./code.js";
import type { IterationFacts } from "./iterations.js";
import type { Training } from "./training.js";
import type { Library } from "../libraries/library.js";
import type { Remark } from "./remarks.js";

/** A tensor made at one place in one calling context, or a host number that was read from one. */
export interface FlowNode {
  readonly id: number;
  readonly kind: "leaf" | "constant" | "op" | "control" | "host" | "outside";
  /** The op's or control's name; null for leaves and constants. */
  readonly op: string | null;
  /** The user's variable that takes this value, where the source shows one. */
  readonly name: string | null;
  /** The whole expression that makes it, and the word to point at: `detach`, `mul`. */
  readonly span: SourceSpan;
  readonly wordSpan: SourceSpan;
  readonly group: readonly string[];
  /** The call or access itself, with what one may write in its place. */
  readonly site: Site;
  readonly inputs: readonly FlowEdge[];
  /** Whose tensor it is, or whose tensor it was read from: its table says what its methods mean. */
  readonly library: Library;
}

/** Points from an input to the node that holds it. A cut and a vanish say why. */
export interface FlowEdge {
  readonly from: number;
  readonly input: string;
  readonly kind: EdgeKind;
}

export type EdgeKind =
  | { readonly kind: "derive" }
  | { readonly kind: "vanish"; readonly because: string }
  | { readonly kind: "cut"; readonly cut: Cut };

/** A place that cuts, however many contexts it is called in. */
export interface Cut {
  readonly kind:
    | "detach"
    | "stopGradient"
    | "noGrad"
    | "item"
    | "tolist"
    | "data"
    | "grad"
    | "op"
    | "throwingOp"
    | "copy"
    | "outsideClosure";
  /** What is written there: `detach()`, `noGrad()`, `argmax()`. */
  readonly label: string;
  readonly because: string;
  readonly span: SourceSpan;
  /** What to delete so that the cut is gone and everything else stays; empty where that cannot be. */
  readonly removal: readonly SourceSpan[];
  /** The author says that it is meant: `@stopsGradient` on the function around it. */
  readonly meant: boolean;
  /** The values that are read here only become tensors again. */
  readonly isRebuilt: boolean;
}

/** One declaration that makes leaves: all contexts and, for a module, all its parameters together. */
export interface LeafSite {
  readonly name: string | null;
  /** What is declared: the word in messages and in the unused case. */
  readonly what: "tensor" | "parameter" | "module";
  readonly span: SourceSpan;
  readonly nodes: readonly number[];
  /** Other tensors that stand for the same: a gradient that arrives at one of them arrives here. */
  readonly aliases: readonly number[];
  /** Where the program names it as one to differentiate by. */
  readonly named: NamedAt | null;
  /** White space at the start of its line, for a mark above it. */
  readonly indent: string;
  /** What the author wrote to silence it, where nothing else does. */
  readonly mark: Site["mark"];
  /**
   * The program gives all of them new values outside the tape: those that another leaf has learnt, as a target gets
   * them, or others, as a counter or a running mean does. Null where it does not.
   */
  readonly kept: "from a leaf" | "by hand" | null;
  /** The program can name one of them where it differentiates by variables, or at its end. */
  readonly isNameable: boolean;
  /** No finding about reachability: frozen, marked as intended, or not certain to require a gradient. */
  readonly silenced: boolean;
}

/** The call that is to differentiate by a leaf. */
export interface NamedAt {
  readonly call: string;
  /** What the call gives for one that nothing depends on: an error or nothing, or zeros. */
  readonly without: "throws" | "zeros";
  readonly span: SourceSpan;
}

/** One `backward()` or `minimize()` in the source, with every value it may start from. */
export interface Loss {
  /** What is called there: `backward()`, `minimize()`. */
  readonly call: string;
  /** Whether it is the receiver of that call or the result of a function given to it, and what one differentiates by. */
  readonly is: "receiver" | "resultByVariables" | "resultByArguments";
  /** What the call does where it depends on nothing that is differentiated by. */
  readonly without: "throws" | "zeros";
  readonly site: Site;
  readonly name: string | null;
  readonly span: SourceSpan;
  readonly wordSpan: SourceSpan;
  readonly nodes: readonly number[];
  /** The loops in which it is called. */
  readonly loops: ReadonlySet<object>;
  /** The call may name the variables to differentiate by, so that others are left alone. */
  readonly isListed: boolean;
  /** Its receiver may also be something that the analysis does not know. */
  readonly unknown: boolean;
}

/** What certainly goes wrong on the tape. */
export interface TapeFacts {
  readonly doomedPasses: readonly DoomedPass[];
  readonly leafChanges: readonly LeafChange[];
  /** Computed values that may have a gradient of their own all the same. */
  readonly gradOwners: ReadonlySet<number>;
  /** Computed values that certainly have a history. */
  readonly recorded: ReadonlySet<number>;
}

/** A `backward()` that certainly throws, because something that it needs is gone. */
export interface DoomedPass {
  readonly site: Site;
  /** Each time, or in every iteration of a loop but the first. */
  readonly when: "always" | "later";
  readonly because: Death;
}

/** What a pass would need: freed by an earlier pass, or overwritten in place. */
export interface Death {
  readonly kind: "freed" | "overwritten";
  readonly site: Site;
  /** The op that had saved it. */
  readonly op: string;
  /** The variable that takes that op's result, where the source shows one. */
  readonly name: string | null;
  /** The op that does the same without changing its receiver, where it was overwritten and there is one. */
  readonly twin: string | null;
  /** Whether that result was made once, or anew in each iteration. */
  readonly made: "once" | "repeatedly";
}

/** A change in place of what is certainly a leaf, while ops are recorded. */
export interface LeafChange {
  readonly site: Site;
  readonly op: string;
  readonly leaves: readonly LeafSite[];
}

export interface FlowGraph {
  readonly nodes: readonly FlowNode[];
  readonly leafSites: readonly LeafSite[];
  readonly losses: readonly Loss[];
  /** Nodes that code outside the program may use; they count as reaching a loss. */
  readonly escaped: ReadonlySet<number>;
  /** Nodes whose history begins elsewhere or whose `requiresGrad` is set by hand: they may carry a gradient. */
  readonly sources: ReadonlySet<number>;
  /** What was noticed about single places, wherever they were walked. */
  readonly remarks: readonly Remark[];
  readonly tape: TapeFacts;
  readonly iterations: IterationFacts;
  /** Inputs, as `node/name`, that are not a tensor in every run: an edge there shows what may be, not what must. */
  readonly unsure: ReadonlySet<string>;
  readonly training: Training;
  /** What ops and losses take of two values between which a coin chooses. */
  readonly choices: readonly TakenChoice[];
  /** The lists of imported names in each file, by its URI. */
  readonly importLists: ReadonlyMap<string, readonly ImportList[]>;
  /** Of ops of libraries that record only inside functions given to them: whether they are recorded. */
  readonly recorded: ReadonlyMap<number, "yes" | "no" | "maybe">;
  /** Why nothing is claimed about this program, or null. */
  readonly gaveUp: string | null;
}
