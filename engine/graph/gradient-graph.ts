/**
 * The GradientGraph: the one picture that both roads make. Reading a program gives it without numbers
 * (`origin: "static"`), running a program gives it with values and gradients (`origin: "live"`).
 * Plain readonly data; how it is drawn is the webview's business.
 */

/** Names a node within one graph. The same program gives the same ids in every run, so that places stay stable. */
export type NodeId = `n${number}`;

/** The lengths of a tensor's dimensions; a scalar has none. */
export type Shape = readonly number[];

/** Zero-based, as in LSP: `character` counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface SourceSpan {
  readonly uri: string;
  readonly start: Position;
  readonly end: Position;
}

export type Certainty = "no" | "maybe" | "yes";

/** What an edge does to the gradient; the words are those of the op table. */
export type Flow =
  { readonly kind: "flows" } | { readonly kind: "vanishes" | "blocks" | "unknown"; readonly because: string };

export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** A tensor in a few numbers. `first` holds at most the first 16 values in row-major order. */
export interface TensorSummary {
  readonly first: readonly number[];
  readonly norm: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly exactZeros: number;
  readonly nonFinite: number;
  readonly size: number;
  readonly histogram: Histogram | null;
}

export type NodeGradient =
  | { readonly kind: "received"; readonly summary: TensorSummary }
  | { readonly kind: "none"; readonly because: string; readonly wouldBe: TensorSummary | null }
  | { readonly kind: "frozen"; readonly wouldBe: TensorSummary | null }
  | { readonly kind: "notComputed" };

/**
 * A call or a loop in which values were made; folding goes by these. They form a tree: a loop holds its iterations, an
 * iteration the calls made in it.
 */
export interface GraphFrame {
  /** The index of the frame around it; null at the top. */
  readonly parent: number | null;
  readonly kind: "call" | "loop" | "iteration";
  /** `block.attention`; of a loop its variable; of an iteration both: `head 3`. */
  readonly name: string;
  readonly span: SourceSpan | null;
  /** Which one this is among the frames of the same place, from 0. */
  readonly place: number;
}

export interface GraphNode {
  readonly id: NodeId;
  readonly kind: "leaf" | "op" | "control" | "unknown";
  /** The user's variable, where one holds this value. */
  readonly name: string | null;
  /** The op's or control's name in the table: `mul`, `detach`. */
  readonly op: string | null;
  /** The named classes and functions around it in the source, outermost first. */
  readonly group: readonly string[];
  /** The innermost call or loop in which it was made: an index into the graph's frames. Null where nothing is known. */
  readonly frame: number | null;
  readonly shape: Shape | null;
  readonly requiresGrad: Certainty;
  readonly span: SourceSpan | null;
  /** Null in a static graph. */
  readonly value: TensorSummary | null;
  readonly gradient: NodeGradient;
}

/** Points the way values go, input → output; gradients go against the arrow. */
export interface GraphEdge {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly input: string;
  readonly flow: Flow;
  readonly certainty: Certainty;
}

export interface GradientGraph {
  readonly origin: "static" | "live";
  readonly library: string;
  readonly loss: NodeId | null;
  readonly step: number | null;
  /**
   * At least how many values behind the loss are not among the nodes: of a tape of a million ops only those nearest to the loss
   * are. Its leaves are there all the same, though not the roads to them.
   */
  readonly leftOut: number;
  readonly fault: { readonly node: NodeId | null; readonly message: string } | null;
  /** Parents come before their children. */
  readonly frames: readonly GraphFrame[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
