/**
 * What one run has told so far, gathered from its events: the newest graph of each loss, the leaves, the console and
 * how it ended. Pure: a batch comes, a new value goes out.
 */
import type {
  GradientGraph,
  LeafReport,
  LiveValue,
  RunEvent,
  RunOutcome,
  SiteId,
  StepsOfLoss,
  TensorSummary,
} from "@gradlens/engine/graph";
import type { Batch } from "./worker/worker-messages.js";

export interface RecordedGraph {
  readonly site: SiteId | null;
  readonly step: number;
  readonly graph: GradientGraph;
}

export type ConsoleLine = Omit<Extract<RunEvent, { kind: "console" }>, "kind">;
export type Progress = Omit<Extract<RunEvent, { kind: "progress" }>, "kind">;

/** So many graphs of a loss are kept of a long run. */
const mostRecorded = 32;
/** So many steps; of more, every second is dropped. */
const mostSteps = 2048;

export interface Told {
  /** One per `backward()` in the source, in the order of the file. */
  readonly graphs: readonly RecordedGraph[];
  /** All that were told, evenly thinned out: what the scrubber shows of earlier steps. */
  readonly recorded: readonly RecordedGraph[];
  /** The numbers of the passes, one entry per loss. */
  readonly steps: readonly StepsOfLoss[];
  readonly leaves: readonly LeafReport[];
  readonly console: readonly ConsoleLine[];
  readonly droppedLines: number;
  /** The newest step of each loss. */
  readonly progress: readonly Progress[];
  /** Whether the run may pause, or has. */
  readonly pause: "not offered" | Extract<RunEvent, { kind: "pause" }>["state"];
  readonly outcome: RunOutcome | null;
  readonly milliseconds: number;
}

export const nothingTold: Told = {
  graphs: [],
  recorded: [],
  steps: [],
  leaves: [],
  console: [],
  droppedLines: 0,
  progress: [],
  pause: "not offered",
  outcome: null,
  milliseconds: 0,
};

export function hear(told: Told, batch: Batch): Told {
  const heard = batch.events.reduce(hearEvent, told);
  return { ...heard, droppedLines: batch.droppedLines, milliseconds: batch.milliseconds };
}

function hearEvent(told: Told, event: RunEvent): Told {
  switch (event.kind) {
    case "graph": {
      const others = told.graphs.filter(({ site }) => site !== event.site);
      const recorded = withRecorded(told.recorded, event);
      return { ...told, graphs: [...others, event].sort(byPlaceOfLoss), recorded };
    }
    case "steps":
      return { ...told, steps: withSteps(told.steps, event) };
    case "progress":
      return { ...told, progress: [...told.progress.filter(({ site }) => site !== event.site), event] };
    case "pause":
      return { ...told, pause: event.state };
    case "leaves":
      return { ...told, leaves: event.leaves };
    case "console":
      return { ...told, console: [...told.console, event] };
    case "ended":
      return { ...told, outcome: event.outcome };
    default:
      // User code shares the worker and may post what it likes; what is no event says nothing.
      return told;
  }
}

function withRecorded(recorded: readonly RecordedGraph[], event: RecordedGraph): readonly RecordedGraph[] {
  const { site, step, graph } = event;
  const earlier = recorded.filter((each) => each.site === site && each.step !== step);
  const others = recorded.filter((each) => each.site !== site);
  const kept = earlier.length < mostRecorded ? earlier : earlier.filter((_, index) => index % 2 === 0);
  return [...others, ...kept, { site, step, graph }];
}

function withSteps(steps: readonly StepsOfLoss[], event: StepsOfLoss): readonly StepsOfLoss[] {
  const { site, leaves, units } = event;
  const known = steps.find((each) => each.site === site)?.records ?? [];
  const all = [...known, ...event.records];
  const records = all.length <= mostSteps ? all : all.filter((_, index) => index % 2 === 0 || index === all.length - 1);
  return [...steps.filter((each) => each.site !== site), { site, leaves, units, records }];
}

/** A recorded graph that is older than the last pass of its loss: the run was faster than the sampling. */
export function isBehind({ graphs, progress }: Told): boolean {
  return progress.some(({ site, step }) => graphs.some((graph) => graph.site === site && graph.step < step));
}

/** The named values as the run left them: of each place in the source the last. */
export function digestOf({ graphs }: Told): readonly LiveValue[] {
  const values = new Map<string, LiveValue>();
  for (const { graph } of graphs)
    for (const { name, span, value, gradient, requiresGrad } of graph.nodes) {
      if (span === null || (name === null && gradient.kind !== "received")) continue;
      const place = `${span.uri} ${span.start.line} ${span.start.character} ${span.end.line} ${span.end.character}`;
      const received: TensorSummary | null = gradient.kind === "received" ? gradient.summary : null;
      values.set(place, { name, span, value, gradient: received, requiresGrad: requiresGrad === "yes" });
    }
  return [...values.values()];
}

function byPlaceOfLoss(a: RecordedGraph, b: RecordedGraph): number {
  return (a.site ?? Infinity) - (b.site ?? Infinity) || 0;
}
