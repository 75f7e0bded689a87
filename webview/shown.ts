/**
 * What of the state is on the screen: the losses to choose from, the graph, what the strip says and which node is
 * selected. Pure; computed once per state.
 */
import type {
  GradientGraph,
  GraphNode,
  NodeId,
  SiteId,
  SourceSpan,
  StepRecord,
  StepsOfLoss,
} from "@gradlens/engine/graph";
import { foldedOnce, type Fold, type FoldedGraph } from "./folding/fold.js";
import type { Group } from "./folding/frame-tree.js";
import { inTheLightOf } from "./elsewhere.js";
import { numberAsText, onlyValue } from "./numbers-as-text.js";
import { isOnSameLine, isSameSpan, isWithin } from "./spans.js";
import type { State } from "./state.js";
import { meantNodes } from "./meant.js";
import { nodeKeys } from "./twins.js";
import type { RecordedGraph, Told } from "./told.js";
import { historyOf, type History } from "./training/history.js";
import { trainingVerdicts } from "./training/training-verdicts.js";
import { troublesOf, type Trouble } from "./training/trouble.js";
import { severityOf, threw, together, verdictsOf, type Verdict } from "./verdicts.js";
import { labelOf, lineAsText } from "./words.js";

export interface LossChoice {
  readonly key: string;
  /** `L · ln 12 · bothDetached`. */
  readonly label: string;
  /** `L 25`, for the status bar and the line below the strip. */
  readonly short: string;
  readonly site: SiteId | null;
  /** The step of the graph, and the newest that the run has told. */
  readonly step: number | null;
  readonly lastStep: number | null;
  /** The run behind the pass, where there is more than one. */
  readonly training: Training | null;
  readonly graph: GradientGraph;
  readonly verdicts: readonly Verdict[];
  /** What gets its gradient from another loss, and is cut off in this one on purpose. */
  readonly meant: ReadonlySet<NodeId>;
}

export interface Training {
  readonly history: History;
  readonly troubles: readonly Trouble[];
}

export interface Shown {
  readonly origin: "live" | "static" | "preview";
  readonly losses: readonly LossChoice[];
  readonly loss: LossChoice | null;
  /** The graph in the picture: the loss's own, or the one without the cut. */
  readonly graph: GradientGraph | null;
  /** The chosen loss's graph with its cuts ignored, where a run has told it. */
  readonly uncut: GradientGraph | null;
  /** The run whose leaves the table lists. */
  readonly told: Told | null;
  readonly verdicts: readonly Verdict[];
  readonly verdictIndex: number;
  readonly verdict: Verdict | null;
  readonly selectedNode: GraphNode | null;
  /** The graph as it is drawn, with a card for each closed group. */
  readonly folded: FoldedGraph | null;
  /** The same of `uncut`. */
  readonly foldedUncut: FoldedGraph | null;
  /** A closed group that was selected in place of a node. */
  readonly selectedGroup: Fold | null;
}

const computed = new WeakMap<State, Shown>();

export function shownOf(state: State): Shown {
  const known = computed.get(state);
  if (known !== undefined) return known;
  const shown = compute(state);
  computed.set(state, shown);
  return shown;
}

/** Tells that a state shows what the one before it did. */
export function keepShown(before: State, after: State): void {
  computed.set(after, shownOf(before));
}

/** The node at a place of the source and the loss it belongs to; the chosen loss comes first. */
export function findBySpan(state: State, span: SourceSpan): { readonly loss: string; readonly node: string } | null {
  const { losses, loss } = shownOf(state);
  const inOrder = loss === null ? losses : [loss, ...losses.filter((other) => other !== loss)];
  for (const near of [isSamePlace, isNamedThere, isAround])
    for (const { key, graph } of inOrder) {
      const node = graph.nodes.findLast((each) => near(each, span));
      const nodeKey = node === undefined ? undefined : nodeKeys(graph).get(node.id);
      if (nodeKey !== undefined) return { loss: key, node: nodeKey };
    }
  return null;
}

function compute(state: State): Shown {
  const losses = lossesOf(state);
  const loss = losses.find(({ key }) => key === state.chosenLoss) ?? mostSevere(losses);
  const isLive = loss !== null && loss.graph.origin === "live" && state.told !== null && state.told.graphs.length > 0;
  // The comparison is one of the newest step.
  const whatIf = isLive && state.scrub === null ? (state.whatIf?.told ?? null) : null;
  const uncut = whatIf?.graphs.find(({ site }) => site === loss?.site)?.graph ?? null;
  const isPreview = state.preview === "on" && uncut !== null;
  const graph = isPreview ? uncut : (loss?.graph ?? null);
  const verdicts = [...errorsOf(state, loss), ...(loss?.verdicts ?? [])];
  const verdictIndex = Math.min(state.chosenVerdict, Math.max(0, verdicts.length - 1));
  const verdict = verdicts[verdictIndex] ?? null;
  const selected = graph === null ? null : nodeOfKey(graph, state.selected);
  const about = verdict?.node ?? null;
  const ofVerdict = graph === null || about === null ? null : twinOf(loss, about, graph);
  const folded = graph === null ? null : foldedOnce(graph, state.folding);
  return {
    folded,
    foldedUncut: uncut === null || isPreview ? null : foldedOnce(uncut, state.folding),
    selectedGroup:
      [...(folded?.folds.values() ?? [])].find(({ group }) => state.selected === keyOfGroup(group)) ?? null,
    origin: isPreview ? "preview" : isLive ? "live" : "static",
    losses,
    loss,
    graph,
    uncut,
    told: isPreview ? whatIf : toldAt(state, loss),
    verdicts,
    verdictIndex,
    verdict,
    selectedNode: selected ?? ofVerdict ?? graph?.nodes.find(({ id }) => id === graph.loss) ?? null,
  };
}

/** What `selected` holds where a group is selected and no node. */
export function keyOfGroup({ key }: Group): string {
  return `group ${key}`;
}

function lossesOf(state: State): readonly LossChoice[] {
  const { told, reading, sites } = state;
  const live = (told?.graphs ?? []).map((newest): LossChoice => {
    const { site } = newest;
    const steps = told?.steps.find((each) => each.site === site);
    const training = steps === undefined ? null : trainingOf(steps);
    const { step, graph } = atScrubber(state, newest);
    const group = site === null ? [] : (sites[site]?.group ?? []);
    const others = (told?.graphs ?? []).filter((other) => other !== newest).map((other) => other.graph);
    return choice(`run ${site}`, graph, group, {
      others,
      site,
      step,
      lastStep: lastStepOf(told, newest),
      training,
    });
  });
  if (live.length > 0) return live;
  return reading.map((graph, index) => {
    const group = graph.nodes.find(({ id }) => id === graph.loss)?.group ?? [];
    return choice(`read ${index}`, graph, group, {
      others: [],
      site: null,
      step: null,
      lastStep: null,
      training: null,
    });
  });
}

/** The graph of the step under the scrubber: its own where there is one, else the nearest before it. */
function atScrubber({ scrub, told }: State, newest: RecordedGraph): RecordedGraph {
  if (scrub === null || scrub.site !== newest.site) return newest;
  const isWanted = ({ site, step }: RecordedGraph): boolean => site === scrub.site && step === scrub.step;
  const own = [...(scrub.told?.graphs ?? []), ...(told?.recorded ?? [])].find(isWanted);
  if (own !== undefined) return own;
  const before = (told?.recorded ?? []).filter(({ site, step }) => site === scrub.site && step <= scrub.step);
  return (
    before.reduce<RecordedGraph | null>((best, each) => {
      return best === null || each.step > best.step ? each : best;
    }, null) ?? newest
  );
}

/**
 * The run as of the step in the picture. A second run that was made for this step has told all of it; of a step that
 * the run itself recorded there is the graph, and its leaves are read off that.
 */
function toldAt({ scrub, told }: State, loss: LossChoice | null): Told | null {
  if (scrub === null || told === null || loss === null || loss.step === null) return told;
  if (scrub.state === "told" && scrub.told !== null) return scrub.told;
  const { site, step, graph } = loss;
  const graphs = told.graphs.map((each) => (each.site === site ? { ...each, step, graph } : each));
  return { ...told, graphs, leaves: [] };
}

function lastStepOf(told: Told | null, { site, step }: RecordedGraph): number {
  const counted = told?.progress.find((each) => each.site === site)?.step ?? 0;
  return Math.max(step, counted, stepsOf(told, site).at(-1)?.step ?? 0);
}

/** The numbers of every pass of a loss; empty where there are none. */
export function stepsOf(told: Told | null, site: SiteId | null): readonly StepRecord[] {
  return told?.steps.find((each) => each.site === site)?.records ?? [];
}

function choice(
  key: string,
  graph: GradientGraph,
  group: readonly string[],
  {
    site,
    step,
    lastStep,
    training,
    others,
  }: Pick<LossChoice, "site" | "step" | "lastStep" | "training"> & { readonly others: readonly GradientGraph[] },
): LossChoice {
  // Where a program stopped before its backward pass, the op that threw stands for the loss.
  const loss = graph.nodes.find(({ id }) => id === (graph.loss ?? graph.fault?.node));
  const name = loss === undefined ? (graph.loss === null ? "stopped" : "loss") : labelOf(loss);
  const summary = loss?.value ?? null;
  const verdicts = together(
    inTheLightOf(others, graph, verdictsOfGraph(graph)),
    training === null ? [] : trainingVerdicts(training.troubles, graph),
  );
  const value = summary === null ? null : onlyValue(summary);
  return {
    key,
    label: [name, lineAsText(loss?.span ?? null), group.at(-1) ?? ""].filter((part) => part !== "").join(" · "),
    short: value === null ? name : `${name} ${numberAsText(value)}`,
    site,
    step,
    lastStep,
    training,
    graph,
    verdicts,
    meant: meantNodes(graph, verdicts),
  };
}

const trainings = new WeakMap<StepsOfLoss, Training | null>();

/** One pass is no training. */
function trainingOf(steps: StepsOfLoss): Training | null {
  const known = trainings.get(steps);
  if (known !== undefined) return known;
  const history = historyOf(steps);
  const training = steps.records.length < 2 ? null : { history, troubles: troublesOf(history) };
  trainings.set(steps, training);
  return training;
}

const verdictsByGraph = new WeakMap<GradientGraph, readonly Verdict[]>();

function verdictsOfGraph(graph: GradientGraph): readonly Verdict[] {
  const verdicts = verdictsByGraph.get(graph) ?? verdictsOf(graph);
  verdictsByGraph.set(graph, verdicts);
  return verdicts;
}

function mostSevere(losses: readonly LossChoice[]): LossChoice | null {
  return losses.reduce<LossChoice | null>((worst, loss) => {
    return worst === null || severityOf(loss.verdicts) < severityOf(worst.verdicts) ? loss : worst;
  }, null);
}

/** The error that ended the program, unless the graph of the loss tells the same as a failed pass. */
function errorsOf({ told }: State, loss: LossChoice | null): readonly Verdict[] {
  if (told === null || told.outcome?.kind !== "threw") return [];
  const { error } = told.outcome;
  const fault = loss?.graph.fault ?? null;
  const isThisGraph = fault !== null && error.message.includes(fault.message);
  if (isThisGraph && loss?.graph.loss !== null) return [];
  return [threw(error, isThisGraph ? fault.node : null)];
}

function nodeOfKey(graph: GradientGraph, key: string | null): GraphNode | null {
  if (key === null) return null;
  const keys = nodeKeys(graph);
  return graph.nodes.find(({ id }) => keys.get(id) === key) ?? null;
}

/** The verdict speaks of the loss's own graph; in the preview the same leaf has another id. */
function twinOf(loss: LossChoice | null, id: NodeId, graph: GradientGraph): GraphNode | null {
  return loss === null ? null : nodeOfKey(graph, nodeKeys(loss.graph).get(id) ?? null);
}

function isSamePlace({ span }: GraphNode, wanted: SourceSpan): boolean {
  return span !== null && isSameSpan(span, wanted);
}

/** The cursor stands on a variable: it is as long as the name and on the line of the call that made the value. */
function isNamedThere({ span, name }: GraphNode, wanted: SourceSpan): boolean {
  if (span === null || name === null || !isOnSameLine(span, wanted)) return false;
  return wanted.end.line === wanted.start.line && wanted.end.character - wanted.start.character === name.length;
}

function isAround({ span }: GraphNode, { uri, start }: SourceSpan): boolean {
  return span !== null && isWithin({ uri, start, end: start }, span);
}
