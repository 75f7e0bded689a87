/**
 * Builds the flow graph while values are being followed. Nodes are found again by the place and the frame that made
 * them, so walking a loop twice adds edges and never nodes. Owns all the mutable state of the graph.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { Library } from "../libraries/library.js";
import type { Site } from "./code.js";
import type { Enclosure } from "./enclosure.js";
import { Shapes } from "./shapes.js";
import type { Cut, EdgeKind, FlowEdge, FlowGraph, FlowNode, LeafSite, Loss } from "./flow-graph.js";
import { HandedOver } from "./handed-over.js";

/** Most nodes are never pointed at, so a node works out its spans when someone asks. */
class GrowingNode implements FlowNode {
  readonly inputs: FlowEdge[] = [];

  constructor(
    readonly id: number,
    public kind: FlowNode["kind"],
    readonly op: string | null,
    readonly library: Library,
    readonly site: Site,
  ) {}

  get name(): string | null {
    return this.site.name;
  }

  get span(): SourceSpan {
    return this.site.span;
  }

  get wordSpan(): SourceSpan {
    return this.site.wordSpan;
  }

  get group(): readonly string[] {
    return this.site.group;
  }
}

/** Where a cut stands is worked out when someone asks, as the text around it may have moved since. */
class GrowingCut implements Cut {
  /** Whether a value that was read becomes a tensor again is known only at the end. */
  isRebuilt = false;

  constructor(
    readonly kind: Cut["kind"],
    readonly label: string,
    readonly because: string,
    private readonly site: Site,
    public findRemoval: () => readonly SourceSpan[],
  ) {}

  get span(): SourceSpan {
    return this.site.wordSpan;
  }

  get meant(): boolean {
    return this.site.meant;
  }

  get removal(): readonly SourceSpan[] {
    return this.findRemoval();
  }
}

/** A place that makes tensors which do or may require a gradient. */
export interface Creation {
  readonly site: Site;
  readonly what: LeafSite["what"];
  /** Those that do or may require a gradient from the start. */
  readonly nodes: Map<number, "yes" | "maybe">;
  /** Those that got `requiresGrad = true` later. */
  readonly turnedOn: Set<number>;
  readonly aliases: Set<number>;
  /** `requiresGrad` is switched off somewhere: a freeze is an intent. */
  frozen: boolean;
}

export interface GrowingLoss {
  readonly site: Site;
  readonly start: LossStart;
  readonly nodes: Set<number>;
  readonly loops: Set<object>;
  unknown: boolean;
  isListed: boolean;
}

export type LossStart = Pick<Loss, "call" | "is" | "without">;

/** A value from outside that enters a function whose ops are recorded. */
interface Entry {
  readonly from: number;
  readonly to: number;
  readonly input: string;
  readonly enclosure: string;
}

const wordOf = { none: "no", outside: "no", any: "maybe", running: "yes" } as const;

/** Stands for values that no tensor of the program has. */
const elsewhere = -1;

export class GraphBuilder {
  readonly nodes: GrowingNode[] = [];
  readonly creations = new Map<Site, Creation>();
  readonly creationOf = new Map<number, Creation>();
  readonly losses = new Map<Site, GrowingLoss>();
  readonly escaped = new Set<number>();
  /** Leaves whose values are taken from other tensors outside the tape, and from which. */
  private readonly taken = new Map<number, Set<number>>();
  readonly sources = new Set<number>();
  /** Results that may have a gradient of their own: asked to keep it, made leaves by hand, or given one. */
  readonly gradOwners = new Set<number>();
  /** What paused recording when an op was applied. */
  readonly pausedBy = new Map<number, Cut>();
  /** Results that are integers or truth values, which carry no gradient anyway. */
  readonly discrete = new Set<number>();
  /** What a node shares its storage with: its input, and so on up. */
  readonly views = new Map<number, readonly number[]>();
  readonly shapes = new Shapes();
  /** Nodes that stand for several tensors: made in a loop, or in a function that is called more than once. */
  readonly several = new Set<number>();
  /** Inputs, as `node/name`, that are not a tensor in every run. */
  readonly unsure = new Set<string>();
  /** Where a leaf is named as one to differentiate by. */
  readonly namedAt = new Map<number, LossStart & { readonly site: Site }>();
  readonly handedOver = new HandedOver();
  /** In which function each result of a library that records only inside functions was made. */
  readonly madeIn = new Map<number, Enclosure>();
  readonly entries = new Map<string, Entry>();
  /** Tensors that the program can name where it differentiates by variables, or at its end. */
  readonly nameable = new Set<number>();
  /** What a value that enters is called. */
  readonly labels = new Map<number, string>();
  /** Functions during which code that we do not see may have run. */
  readonly openEnclosures = new Set<string>();
  private readonly known = new Map<string, number>();
  /** Edges between two nodes, by the numbers of both. */
  private readonly edges = new Map<number, FlowEdge[]>();
  private readonly cuts = new Map<Site, Map<string, GrowingCut>>();

  node(key: string, kind: FlowNode["kind"], op: string | null, site: Site, library: Library): number {
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const id = this.nodes.length;
    this.nodes.push(new GrowingNode(id, kind, op, library, site));
    this.known.set(key, id);
    return id;
  }

  isMadeAt(id: number, op: string, site: Site): boolean {
    const node = this.nodes[id];
    return node?.op === op && node.site === site;
  }

  /** Known only at the end: whatever requires a gradient is a leaf. */
  markLeaf(id: number): void {
    const node = this.nodes[id];
    if (node !== undefined) node.kind = "leaf";
  }

  edge(to: number, from: number, input: string, kind: EdgeKind): void {
    const key = to * mostNodes + from;
    const known = this.edges.get(key);
    if (known?.some((edge) => edge.input === input && sameKind(edge.kind, kind)) === true) return;
    const edge: FlowEdge = { from, input, kind };
    if (known === undefined) this.edges.set(key, [edge]);
    else known.push(edge);
    this.nodes[to]?.inputs.push(edge);
  }

  cut(kind: Cut["kind"], label: string, because: string, site: Site, removal = () => site.removal): Cut {
    const here = this.cuts.get(site) ?? new Map<string, GrowingCut>();
    this.cuts.set(site, here);
    const key = `${kind} ${label}`;
    const known = here.get(key);
    if (known !== undefined) return known;
    const cut = new GrowingCut(kind, label, because, site, removal);
    here.set(key, cut);
    return cut;
  }

  /** All cuts of one kind, by the places that read. */
  *cutsOf(kinds: readonly Cut["kind"][]): Iterable<{ readonly site: Site; readonly cut: GrowingCut }> {
    for (const [site, here] of this.cuts)
      for (const cut of here.values()) if (kinds.includes(cut.kind)) yield { site, cut };
  }

  creation(site: Site, what: Creation["what"]): Creation {
    const known = this.creations.get(site);
    if (known !== undefined) return known;
    const creation: Creation = {
      site,
      what,
      nodes: new Map(),
      turnedOn: new Set(),
      aliases: new Set(),
      frozen: false,
    };
    this.creations.set(site, creation);
    return creation;
  }

  /** The tensor may require a gradient, so it is a leaf of this place. */
  require(node: number, site: Site, what: Creation["what"], certainty: "yes" | "maybe"): void {
    const creation = this.creation(site, what);
    const before = creation.nodes.get(node);
    creation.nodes.set(node, before === "maybe" ? "maybe" : certainty);
    this.creationOf.set(node, creation);
  }

  /** `requiresGrad` is set by hand. */
  setRequiresGrad(node: number, on: "yes" | "maybe" | "no"): void {
    if (on !== "no") this.sources.add(node);
    this.gradOwners.add(node);
    const creation = this.creationOf.get(node);
    if (creation === undefined) return;
    if (on === "yes") creation.turnedOn.add(node);
    else creation.frozen = true;
  }

  /** Gradients as values. Under `createGraph` they depend on everything that the losses depend on. */
  gradients(key: string, site: Site, library: Library): number {
    const node = this.node(key, "control", "grad", site, library);
    this.edge(node, this.gradientPool(site, library), "gradient", { kind: "derive" });
    return node;
  }

  gradientPool(site: Site, library: Library): number {
    return this.node(`gradients of ${library.name}`, "control", "grad", site, library);
  }

  loss(site: Site, start: LossStart): GrowingLoss {
    const known = this.losses.get(site);
    if (known !== undefined) return known;
    const loss: GrowingLoss = { site, start, nodes: new Set(), loops: new Set(), unknown: false, isListed: false };
    this.losses.set(site, loss);
    return loss;
  }

  /** A leaf takes its values from these; "elsewhere" are the weights of a file or of another module. */
  takeValues(leaf: number, from: readonly number[] | "elsewhere"): void {
    const known = this.taken.get(leaf) ?? new Set<number>();
    this.taken.set(leaf, known);
    for (const id of from === "elsewhere" ? [elsewhere] : from) known.add(id);
  }

  private keptBy(leaves: readonly number[]): LeafSite["kept"] {
    if (leaves.some((leaf) => (this.taken.get(leaf)?.size ?? 0) === 0)) return null;
    return leaves.every((leaf) => this.takesFromLeaf(leaf)) ? "from a leaf" : "by hand";
  }

  /** What another leaf has learnt went into it: that is how a target is kept. */
  private takesFromLeaf(leaf: number): boolean {
    const behind = new Set(this.taken.get(leaf));
    for (const id of behind) {
      if (id === elsewhere || (id !== leaf && this.creationOf.get(id)?.nodes.has(id) === true)) return true;
      for (const { from } of this.nodes[id]?.inputs ?? []) behind.add(from);
    }
    return false;
  }

  leafSites(): readonly LeafSite[] {
    return [...this.creations.values()].flatMap((creation) => this.sitesOf(creation));
  }

  /** One for each name that its leaves get. A mark where they are made is meant for all of them. */
  private sitesOf(creation: Creation): readonly LeafSite[] {
    const { site, nodes, turnedOn } = creation;
    const groups = new Map<Site, number[]>();
    for (const leaf of new Set([...nodes.keys(), ...turnedOn])) {
      const taker = site.intended || site.mark !== null ? null : this.handedOver.takerOf(leaf);
      const group = groups.get(taker ?? site) ?? [];
      groups.set(taker ?? site, [...group, leaf]);
    }
    return [...groups].map(([declared, leaves]) => this.siteOf(creation, declared, leaves));
  }

  private siteOf(creation: Creation, site: Site, leaves: readonly number[]): LeafSite {
    const { what, nodes, turnedOn, aliases, frozen } = creation;
    const isCertain = leaves.some((leaf) => turnedOn.has(leaf)) || leaves.every((leaf) => nodes.get(leaf) !== "maybe");
    const named = leaves.map((leaf) => this.namedAt.get(leaf)).find((each) => each !== undefined);
    return {
      name: site.name,
      what,
      span: site.nameSpan ?? site.span,
      indent: site.indent,
      nodes: leaves,
      aliases: [...aliases],
      named: named === undefined ? null : { call: named.call, without: named.without, span: named.site.wordSpan },
      mark: frozen ? null : site.mark,
      kept: this.keptBy(leaves),
      isNameable: leaves.some((leaf) => this.isNameable(leaf)),
      silenced: frozen || site.intended || !isCertain,
    };
  }
  private isNameable(leaf: number): boolean {
    return this.nodes[leaf]?.library.records !== "insideClosures" || this.nameable.has(leaf);
  }

  /** What unseen code made while a function ran may have been recorded with it. */
  openEntries(): void {
    for (const { from, to, input, enclosure } of this.entries.values())
      if (this.openEnclosures.has(enclosure)) this.edge(to, from, input, { kind: "derive" });
  }

  recorded(): FlowGraph["recorded"] {
    return new Map([...this.madeIn].map(([id, { kind }]) => [id, wordOf[kind]] as const));
  }

  finishedLosses(nameOf: (loss: GrowingLoss) => string | null): readonly Loss[] {
    return [...this.losses.values()].map((loss) => ({
      name: nameOf(loss),
      ...loss.start,
      site: loss.site,
      span: loss.site.span,
      wordSpan: loss.site.wordSpan,
      nodes: [...loss.nodes],
      loops: loss.loops,
      unknown: loss.unknown,
      isListed: loss.isListed,
    }));
  }
}

/** More than any program has; two numbers below it make one that is still exact. */
const mostNodes = 2 ** 26;

function sameKind(a: EdgeKind, b: EdgeKind): boolean {
  return a.kind === b.kind && (a.kind !== "cut" || b.kind !== "cut" || sameCut(a.cut, b.cut));
}

/** One place may be seen by more than one site. */
function sameCut(a: Cut, b: Cut): boolean {
  return a === b || (a.kind === b.kind && a.label === b.label && spanKey(a.span) === spanKey(b.span));
}

export function spanKey({ uri, start, end }: SourceSpan): string {
  return `${uri}:${start.line}:${start.character}-${end.line}:${end.character}`;
}
