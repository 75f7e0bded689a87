/** The panel's state: messages, events of runs and clicks in; the next state and its commands out. */
import type {
  GradientGraph,
  GraphNode,
  LeafReport,
  RunEvent,
  RunOutcome,
  Site,
  SourceSpan,
} from "@gradlens/engine/graph";
import { describe, expect, it } from "vitest";
import type { ToView } from "../../webview/messages.js";
import { shownOf } from "../../webview/shown.js";
import { initialState, update, type Command, type PanelEvent, type State } from "../../webview/state.js";
import { plain } from "../../webview/words.js";
import { pictured } from "./graphs.js";

const cut = pictured("one-cut");
const uncut = pictured("one-cut-without-the-cut");
const nowhere = { group: [], callee: "", loops: [] };
/** The sites of `one-cut.ts`: one per node, in the order of the nodes, and the loss's `backward()` after them. */
const sites: readonly Site[] = [
  ...cut.nodes.map(({ name, span }) => ({ name, span: span ?? noSpan(), ...nowhere })),
  { name: null, span: { ...noSpan(), start: { line: 11, character: 0 } }, ...nowhere },
];
const backward = sites.length - 1;
const nameOfLoss = cut.nodes.find(({ id }) => id === cut.loss)?.name;
const detach = cut.nodes.findIndex(({ op }) => op === "detach");

const run: ToView = {
  kind: "run",
  title: "one-cut.ts",
  uri: "file:///workspace/examples/one-cut.ts",
  program: { code: "", sites, files: {} },
  seed: 7,
  fixes: [],
};

/** Plays events one after the other; the commands are those of the last. */
function play(...events: readonly PanelEvent[]): { readonly state: State; readonly commands: readonly Command[] } {
  return events.reduce<{ state: State; commands: readonly Command[] }>(({ state }, event) => next(state, event), {
    state: initialState,
    commands: [],
  });
}

/** What a run tells belongs to the last one that was asked for, unless it has a tag of its own. */
function next(state: State, event: PanelEvent): ReturnType<typeof update> {
  if (event.kind !== "told" || event.tag !== newest) return update(state, event);
  const tags = { program: state.lastTag, step: state.scrub?.tag ?? 0, whatIf: state.whatIf?.tag ?? 0 };
  const tag = tags[event.purpose];
  return update(state, { ...event, tag });
}

const newest = -1;

const message = (sent: ToView): PanelEvent => ({ kind: "message", message: sent });

function told(
  graph: GradientGraph | null,
  { purpose = "program", milliseconds = 5, outcome = { kind: "finished" } }: TellOptions = {},
): Extract<PanelEvent, { kind: "told" }> {
  const events: RunEvent[] = [
    ...(graph === null ? [] : [{ kind: "graph", site: backward, step: 1, graph } as const]),
    { kind: "leaves", leaves: graph === null ? [] : leavesOf(graph) },
    { kind: "ended", outcome },
  ];
  return { kind: "told", purpose, tag: newest, batch: { events, droppedLines: 0, milliseconds } };
}

interface TellOptions {
  readonly purpose?: "program" | "step" | "whatIf";
  readonly milliseconds?: number;
  readonly outcome?: RunOutcome;
}

const strip = (state: State): string => plain(shownOf(state).verdict?.sentence ?? []);
const asked = (commands: readonly Command[]) => commands.flatMap((each) => (each.kind === "ask" ? [each] : []));
const posted = (commands: readonly Command[]) =>
  commands.flatMap((each) => (each.kind === "post" ? [each.message] : []));

describe("a run", () => {
  it("loads the program and asks for a run with the seed of the message", () => {
    const { state, commands } = play(message(run));
    expect(commands.map(({ kind }) => kind)).toEqual(["load", "ask"]);
    expect(asked(commands)[0]?.wish.request).toEqual({
      seed: 7,
      overrides: [],
      ignoredCuts: [],
      recording: { kind: "sampled", everyMs: 250 },
      steps: "told",
    });
    expect(state.running).toBe("running");
  });

  it("shows what is worst, tells the editor, and asks what would be without the cut", () => {
    const { state, commands } = play(message(run), told(cut));
    expect(strip(state)).toBe("y1 received no gradient. detach() on line 10 cuts its only path to L.");
    expect(asked(commands)).toMatchObject([
      { purpose: "whatIf", wish: { request: { ignoredCuts: [detach], seed: 7 } } },
    ]);
    expect(posted(commands)).toContainEqual({ kind: "status", text: "∂ L 25, 1 leaf cut off" });
    const digest = posted(commands).find(({ kind }) => kind === "digest");
    expect(digest).toMatchObject({ values: expect.arrayContaining([expect.objectContaining({ name: "x" })]) });
    expect(posted(commands).filter(({ kind }) => kind === "event")).toHaveLength(2);
  });

  it("does not repeat a slow run by itself", () => {
    const { commands } = play(message(run), told(cut, { milliseconds: 5000 }));
    expect(asked(commands)).toEqual([]);
  });

  it("runs once more with every pass recorded where the graph is older than the last step", () => {
    const events: RunEvent[] = [
      { kind: "graph", site: backward, step: 1, graph: cut },
      { kind: "progress", site: backward, step: 40, loss: 0.5 },
      { kind: "ended", outcome: { kind: "finished" } },
    ];
    const { commands } = play(message(run), {
      kind: "told",
      purpose: "program",
      tag: newest,
      batch: { events, droppedLines: 0, milliseconds: 30 },
    });
    expect(asked(commands)).toMatchObject([
      { purpose: "program", wish: { request: { recording: { kind: "every pass" } } } },
    ]);
  });

  it("keeps the last graph on the screen until a re-run is complete", () => {
    const leaf: PanelEvent = { kind: "setLeaf", site: 1, values: [3] };
    const { state, commands } = play(message(run), told(cut), leaf);
    expect(asked(commands)).toMatchObject([{ wish: { request: { overrides: [{ site: 1, values: [3] }] } } }]);
    expect(shownOf(state).graph).toBe(cut);
    const { state: after } = next(state, told(uncut));
    expect(shownOf(after).graph).toBe(uncut);
    expect(asked(update(after, { kind: "resetLeaf", site: 1 }).commands)[0]?.wish.request.overrides).toEqual([]);
  });

  it("shows the source's graph when the run fails, and the error first", () => {
    const reading: ToView = {
      kind: "staticGraph",
      title: "one-cut.ts",
      uri: run.uri,
      graphs: [pictured("one-cut-by-reading")],
      fixes: [],
      notice: null,
    };
    const error = { name: "EngineError", message: "matmul: shapes do not fit", span: null };
    const { state } = play(message(reading), message(run), told(null, { outcome: { kind: "threw", error } }));
    expect(strip(state)).toBe("The program stopped with EngineError. matmul: shapes do not fit");
    expect(shownOf(state).origin).toBe("static");
    expect(shownOf(state).verdicts).toHaveLength(3);
  });

  it("keeps a run's result when the source's graph comes later, and drops it for another file", () => {
    const reading: ToView = {
      kind: "staticGraph",
      title: "one-cut.ts",
      uri: run.uri,
      graphs: [],
      fixes: [],
      notice: null,
    };
    expect(shownOf(play(message(run), told(cut), message(reading)).state).origin).toBe("live");
    const other = { ...reading, uri: "file:///other.ts" };
    expect(shownOf(play(message(run), told(cut), message(other)).state).graph).toBeNull();
  });

  it("tells the editor that a stopped run has ended, and keeps what it saw", () => {
    const part: PanelEvent = {
      kind: "told",
      purpose: "program",
      tag: newest,
      batch: { events: [{ kind: "graph", site: backward, step: 1, graph: cut }], droppedLines: 0, milliseconds: 60 },
    };
    const { state, commands } = play(message(run), part, {
      kind: "gaveUp",
      purpose: "program",
      ending: { kind: "stopped" },
    });
    expect(posted(commands)).toContainEqual(
      expect.objectContaining({ kind: "event", event: expect.objectContaining({ kind: "ended" }) }),
    );
    expect(shownOf(state).graph).toBe(cut);
    expect(state.running).toEqual({ kind: "stopped" });
  });

  it("shows the results of a moving slider as they come, and is done with the last", () => {
    const moves: readonly PanelEvent[] = [3, 4, 5].map((value) => ({ kind: "setLeaf", site: 1, values: [value] }));
    const { state } = play(message(run), told(cut), ...moves);
    const first = state.lastTag - 2;
    const older = update(state, { ...told(uncut), tag: first });
    expect(shownOf(older.state).graph).toBe(uncut);
    expect(older.state.running).toBe("running");
    const last = next(older.state, told(cut));
    expect(shownOf(last.state).graph).toBe(cut);
    expect(last.state.running).toBe("ended");
  });

  it("tells of several losses and shows the one that is worst off until another is chosen", () => {
    const events: RunEvent[] = [
      { kind: "graph", site: 0, step: 1, graph: pictured("all-connected") },
      { kind: "graph", site: backward, step: 1, graph: cut },
      { kind: "ended", outcome: { kind: "finished" } },
    ];
    const both: PanelEvent = {
      kind: "told",
      purpose: "program",
      tag: newest,
      batch: { events, droppedLines: 0, milliseconds: 5 },
    };
    const { state } = play(message(run), both);
    expect(shownOf(state).losses.map(({ label }) => label)).toEqual(["L · ln 12", "L · ln 11"]);
    expect(shownOf(state).graph).toBe(cut);
    const { state: chosen } = update(state, { kind: "chooseLoss", loss: "run 0" });
    expect(strip(chosen)).toBe("The one leaf, x, gets a gradient.");
  });
});

describe("the preview", () => {
  const previewed: readonly PanelEvent[] = [
    message(run),
    told(cut),
    told(uncut, { purpose: "whatIf" }),
    { kind: "preview", preview: "on" },
  ];

  it("shows the run without the cut, at once where it is known", () => {
    const { state, commands } = play(...previewed);
    expect(shownOf(state)).toMatchObject({ origin: "preview", graph: uncut });
    expect(posted(commands)[0]).toEqual({ kind: "ignoredCuts", sites: [detach] });
    expect(posted(commands)).toContainEqual({ kind: "status", text: "∂ L 25, no leaf cut off" });
    expect(shownOf(state).selectedNode?.name).toBe("y1");
  });

  it("goes back", () => {
    const { state, commands } = play(...previewed, { kind: "preview", preview: "off" });
    expect(shownOf(state)).toMatchObject({ origin: "live", graph: cut });
    expect(posted(commands)[0]).toEqual({ kind: "ignoredCuts", sites: [] });
  });

  it("follows a slider: program first, then without the cut", () => {
    const { state, commands } = play(...previewed, { kind: "setLeaf", site: 1, values: [3] });
    expect(asked(commands).map(({ purpose }) => purpose)).toEqual(["program"]);
    const after = next(state, told(cut));
    expect(asked(after.commands)).toMatchObject([
      { purpose: "whatIf", wish: { request: { overrides: [{ site: 1 }] } } },
    ]);
    expect(shownOf(after.state).origin).toBe("preview");
  });

  it("leaves a preview that could not be run", () => {
    const { state } = play(message(run), told(cut, { milliseconds: 5000 }), { kind: "preview", preview: "on" });
    expect(state.whatIf?.state).toBe("asked");
    const { state: after } = update(state, { kind: "gaveUp", purpose: "whatIf", ending: { kind: "stopped" } });
    expect(after.preview).toBe("off");
  });
});

describe("the editor", () => {
  it("selects the node under its cursor, by the call or by the variable's name", () => {
    const at = (line: number, start: number, end: number): SourceSpan => {
      const { uri } = noSpan();
      return { uri, start: { line, character: start }, end: { line, character: end } };
    };
    const selected = (span: SourceSpan) =>
      shownOf(play(message(run), told(cut), message({ kind: "select", span })).state).selectedNode?.name;
    expect(selected(at(7, 6, 10))).toBe("out2");
    expect(selected(at(7, 15, 15))).toBe("out2");
    expect(selected(at(100, 0, 1))).toBe("y1");
  });

  it("is asked to reveal what was clicked, and to apply only a fix that it offered", () => {
    const span = sites[0]?.span ?? noSpan();
    const clicked = play(message(run), told(cut), { kind: "select", node: null, span });
    expect(posted(clicked.commands)[0]).toEqual({ kind: "reveal", span });
    const fix = { code: "cut-by-detach", span, title: "Remove `detach()`" };
    expect(posted(play({ kind: "applyFix", fix }).commands)).toEqual([{ kind: "applyFix", ...fix }]);
  });

  it("is asked to write a what-if value to where the leaf is made, and nothing where there is none", () => {
    const write: PanelEvent = { kind: "writeLeaf", site: 0 };
    const moved = play(message(run), told(cut), { kind: "setLeaf", site: 0, values: [3] }, write);
    expect(posted(moved.commands)).toEqual([{ kind: "writeLeaf", span: sites[0]?.span, values: [3] }]);
    expect(play(message(run), told(cut), write).commands).toEqual([]);
  });

  it("hears that the page is still there", () => {
    expect(posted(play(message({ kind: "areYouThere" })).commands)).toEqual([{ kind: "here" }]);
  });
});

function leavesOf(graph: GradientGraph): readonly LeafReport[] {
  return graph.nodes.flatMap((node, site): readonly LeafReport[] => {
    if (node.kind !== "leaf") return [];
    const { name, span, gradient } = node;
    const grad = gradient.kind === "received" ? (gradient.summary.first[0] ?? null) : null;
    const value = node.value?.first[0] ?? 0;
    return [{ site, name, span, shape: [], value, received: grad !== null, allZero: grad === 0, grad }];
  });
}

function noSpan(): SourceSpan {
  const uri = "file:///workspace/examples/one-cut.ts";
  return { uri, start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
}

describe("the scrubber", () => {
  /** The graph of a step; the loss is the number of the step, so that it tells whose values these are. */
  const at = (step: number): GradientGraph => {
    const ofStep = (node: GraphNode): GraphNode => {
      return node.value === null ? node : { ...node, value: { ...node.value, first: [step] } };
    };
    return { ...cut, step, nodes: cut.nodes.map((node) => (node.id === cut.loss ? ofStep(node) : node)) };
  };
  /** The step whose values the editor was told. */
  const stepInEditor = (commands: readonly Command[]): unknown =>
    posted(commands).flatMap((each) => {
      return each.kind === "digest" ? each.values.filter(({ name }) => name === nameOfLoss) : [];
    })[0]?.value?.first[0];
  const batch = (events: readonly RunEvent[], milliseconds: number) => ({ events, droppedLines: 0, milliseconds });
  const steps = (count: number): RunEvent => {
    const records = Array.from({ length: count }, (_, index) => ({
      step: index + 1,
      loss: count - index,
      measured: null,
    }));
    return { kind: "steps", site: backward, leaves: [], units: [], records };
  };
  /** A run of ninety steps that recorded the graphs of a few. */
  const trained = (milliseconds: number): PanelEvent => {
    const graphs = [1, 30, 90].map((step): RunEvent => ({ kind: "graph", site: backward, step, graph: at(step) }));
    const events: readonly RunEvent[] = [...graphs, steps(90), { kind: "ended", outcome: { kind: "finished" } }];
    return { kind: "told", purpose: "program", tag: newest, batch: batch(events, milliseconds) };
  };
  const scrub = (step: number | null): PanelEvent => ({ kind: "scrub", step });
  const told30 = { kind: "graph", site: backward, step: 42, graph: at(42) } as const;

  it("shows a step that was recorded, and asks for one that was not, where the run was quick", () => {
    const recorded = play(message(run), trained(1200), scrub(30));
    expect(shownOf(recorded.state).loss?.step).toBe(30);
    expect(asked(recorded.commands)).toEqual([]);
    expect(posted(recorded.commands)).toMatchObject([{ kind: "digest" }, { kind: "status" }]);
    expect(stepInEditor(recorded.commands)).toBe(30);
    const other = play(message(run), trained(1200), scrub(42));
    expect(shownOf(other.state).loss?.step).toBe(30);
    expect(asked(other.commands)).toMatchObject([
      {
        purpose: "step",
        wish: { request: { recording: { kind: "step", site: backward, step: 42 }, steps: "untold" } },
      },
    ]);
  });

  it("shows what the second run tells, and ends it there", () => {
    const events: readonly RunEvent[] = [told30];
    const heard = play(message(run), trained(1200), scrub(42), {
      kind: "told",
      purpose: "step",
      tag: newest,
      batch: batch(events, 700),
    });
    expect(shownOf(heard.state).loss?.step).toBe(42);
    expect(heard.commands.map(({ kind }) => kind)).toEqual(["leave", "post", "post"]);
    expect(stepInEditor(heard.commands)).toBe(42);
    const back = next(heard.state, scrub(90));
    expect(stepInEditor(back.commands)).toBe(90);
    expect(back.state.scrub).toBe(null);
    expect(shownOf(back.state).loss?.step).toBe(90);
  });

  it("waits for a word where the run was long", () => {
    const waiting = play(message(run), trained(9000), scrub(42));
    expect(asked(waiting.commands)).toEqual([]);
    expect(stepInEditor(waiting.commands)).toBe(30);
    const going = next(waiting.state, { kind: "runToStep" });
    expect(asked(going.commands)).toMatchObject([{ purpose: "step", wish: { deadlineMs: null } }]);
    const ended = next(going.state, {
      kind: "told",
      purpose: "step",
      tag: newest,
      batch: batch([{ kind: "ended", outcome: { kind: "finished" } }], 9000),
    });
    expect(ended.state.scrub?.state).toBe("gave up");
  });
});
