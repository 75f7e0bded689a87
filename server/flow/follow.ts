/**
 * The whole walk: every entry of the program, then whatever code outside may call, again and again until nothing is
 * added. Begins with the finest plan and goes on to a coarser one only when it must.
 */
import { endCallbacks } from "./callbacks.js";
import { noIterations } from "./iterations.js";
import type { Linked } from "./linked.js";
import type { FlowGraph, TapeFacts } from "./flow-graph.js";
import { evaluateModule, moduleFrame } from "./evaluate-module.js";
import { callFromOutside } from "./evaluate-function.js";
import { unnamed } from "./evaluate-expression.js";
import type { GrowingLoss } from "./graph-builder.js";
import { markRebuilt } from "./rebuilt.js";
import { Restart, Run, type Plan } from "./run.js";
import type { ModuleCode, Variable } from "./code.js";
import { noTraining } from "./training.js";
import type { Value } from "./value.js";

/** From the finest to the coarsest; the budgets count steps for each name in the program. */
const plans: readonly Plan[] = [
  { order: "threads", depth: 24, budget: 48 },
  { order: "none", depth: 8, budget: 10 },
  { order: "none", depth: 2, budget: 8 },
  { order: "none", depth: 0, budget: 1000 },
];
const smallestSize = 600;
/** However large the program: a walk that takes more is given up, and its files are read one by one. */
const largestBudget = 500_000;

export const tooLarge = "the program is too large to follow";

export interface Followed {
  readonly flow: FlowGraph;
  /** The same graph for the same statements that stand elsewhere in their files by now. */
  readonly moveTo: (linked: Linked) => FlowGraph;
  /** What each variable was seen to hold. */
  readonly seen: ReadonlyMap<Variable, Value>;
  /** Some module never comes to its end. */
  readonly endsEarly: boolean;
}

const nothingOnTape: TapeFacts = { doomedPasses: [], leafChanges: [], gradOwners: new Set(), recorded: new Set() };

const nothingFollowed: FlowGraph = {
  nodes: [],
  leafSites: [],
  losses: [],
  escaped: new Set(),
  sources: new Set(),
  recorded: new Map(),
  remarks: [],
  tape: nothingOnTape,
  iterations: noIterations,
  importLists: new Map(),
  unsure: new Set(),
  choices: [],
  training: noTraining,
  gaveUp: null,
};

export function followValues(linked: Linked): Followed {
  const untrusted = linked.modules.find((module) => module.untrusted !== null)?.untrusted ?? null;
  if (untrusted !== null) return notFollowed(untrusted);
  const size = smallestSize + linked.modules.reduce((sum, { references }) => sum + references.length, 0);
  for (const plan of plans) {
    try {
      return followUnder({ ...plan, budget: Math.min(plan.budget * size, largestBudget) }, linked);
    } catch (problem) {
      if (problem instanceof RangeError) return notFollowed("the program is nested too deep");
      if (problem instanceof Restart) continue;
      return notFollowed(`the analysis failed: ${problem instanceof Error ? problem.message : String(problem)}`);
    }
  }
  return notFollowed(tooLarge);
}

function notFollowed(gaveUp: string): Followed {
  const flow = { ...nothingFollowed, gaveUp };
  return { flow, moveTo: () => flow, seen: new Map(), endsEarly: false };
}

function followUnder(plan: Plan, linked: Linked): Followed {
  const run = new Run(linked, plan);
  let before: number;
  do {
    before = run.growth;
    run.training.beginRound();
    for (const entry of linked.entries) {
      run.begin();
      for (const module of entry) walkModule(module, entry, run);
      endCallbacks(run);
      callEscapees(run);
      run.askAgain();
    }
  } while (run.growth !== before);
  const moveTo = (moved: Linked): FlowGraph => finish(run, moved);
  return { flow: finish(run, linked), moveTo, seen: run.seen, endsEarly: run.endsEarly };
}

/** The list grows while it is walked: what comes back to the outside may be called as well. */
function callEscapees(run: Run): void {
  const [first] = run.linked.modules;
  if (first === undefined) return;
  const frame = moduleFrame(first, run);
  for (const { callable, self } of run.escapees.values()) {
    callFromOutside(callable, self, { frame, key: "outside", site: unnamed(frame) }, run);
  }
}

/** A module that waits, or that is loaded while the program runs, runs beside those that do not import it. */
function walkModule(module: ModuleCode, entry: readonly ModuleCode[], run: Run): void {
  const isApart = run.late.has(module) || (module.main.awaits && module !== entry.at(-1));
  if (isApart) run.apart("all", () => evaluateModule(module, run));
  else evaluateModule(module, run);
}

function finish(run: Run, linked: Linked): FlowGraph {
  const { graph, patched, remarks, choices, tape, training } = run;
  graph.openEntries();
  markRebuilt(graph);
  const leafSites = graph.leafSites();
  const leaves = new Set(leafSites.flatMap(({ nodes }) => nodes));
  const { nodes } = graph;
  for (const id of leaves) graph.markLeaf(id);
  const nameOf = (loss: GrowingLoss): string | null =>
    (loss.start.is === "receiver" ? loss.site.receiver : null) ??
    [...loss.nodes].map((id) => nodes[id]?.name ?? null).find((name) => name !== null) ??
    null;
  return {
    nodes,
    leafSites,
    losses: graph.finishedLosses(nameOf),
    escaped: graph.escaped,
    sources: new Set([...graph.sources, ...leaves]),
    recorded: graph.recorded(),
    remarks: patched === null ? remarks.finished() : [],
    iterations: patched === null ? run.iterations.finish(run) : noIterations,
    tape: patched === null ? tape.facts(leafSites) : nothingOnTape,
    importLists: new Map(linked.modules.map(({ uri, importLists }) => [uri, importLists])),
    unsure: graph.unsure,
    choices: choices.finished(),
    training: patched === null ? training.finish() : noTraining,
    gaveUp: patched,
  };
}
