/** The whole panel: the strip and the facts above, the picture or its table, and the column with the details beside it. */
import type { GraphNode, NodeId } from "@gradlens/engine/graph";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Fold, FoldedGraph } from "../folding/fold.js";
import type { Group } from "../folding/frame-tree.js";
import { shownOf } from "../shown.js";
import type { PanelEvent, State } from "../state.js";
import { ConsoleView } from "./console-view.js";
import { DetailsView } from "./details-view.js";
import { FactsView } from "./facts-view.js";
import { ExportMenu } from "./export-menu.js";
import { GraphBarView } from "./graph-bar-view.js";
import { GroupDetailsView } from "./group-details-view.js";
import { Icon } from "./icons.js";
import { LeavesView } from "./leaves-view.js";
import { ParametersView } from "./parameters-view.js";
import { ScrubberView } from "./scrubber-view.js";
import { StageView } from "./stage-view.js";
import { StripView } from "./strip-view.js";
import { TableView } from "./table-view.js";
import { TrainingView } from "./training-view.js";

interface AppProps {
  readonly state: State;
  /** The editor's theme, for pictures that leave the editor. */
  readonly theme: () => "dark" | "light";
  readonly dispatch: (event: PanelEvent) => void;
}

export function AppView({ state, theme, dispatch }: AppProps): JSX.Element {
  useShortcuts(state, dispatch);
  // A drag moves the camera with each frame; only the picture itself has to follow.
  const still = useStill(state);
  const above = useMemo(
    () => (
      <>
        <StripView state={still} dispatch={dispatch} />
        <div class={`progress ${isBusy(still) ? "on" : ""}`} aria-hidden="true" />
        <FactsView state={still} dispatch={dispatch} />
        <ScrubberView state={still} dispatch={dispatch} />
      </>
    ),
    [still],
  );
  const bar = useMemo(() => <Bar state={still} dispatch={dispatch} />, [still]);
  const tools = useMemo(() => <Tools state={still} theme={theme} dispatch={dispatch} />, [still]);
  const beside = useMemo(() => <Beside state={still} dispatch={dispatch} />, [still]);
  const lines = useMemo(() => <ConsoleView state={still} dispatch={dispatch} />, [still]);
  return (
    <div class="panel">
      {above}
      <main class={sideOf(still) === "training" ? "trains" : ""}>
        <div class="picture">
          {bar}
          <div class="canvas">
            <Picture state={state} dispatch={dispatch} />
            {tools}
          </div>
          {lines}
        </div>
        {beside}
      </main>
    </div>
  );
}

/** The state as it was when something other than the camera last changed: the camera alone leaves all that is shown. */
function useStill(state: State): State {
  const last = useRef(state);
  if (shownOf(last.current) !== shownOf(state)) last.current = state;
  return last.current;
}

type PartProps = Pick<AppProps, "state" | "dispatch">;

function Bar({ state, dispatch }: PartProps) {
  const { graph, folded, selectedNode, selectedGroup } = shownOf(state);
  if (graph === null || folded === null || state.page === "table") return null;
  return (
    <GraphBarView
      graph={graph}
      folded={folded}
      level={state.folding.level}
      overlay={state.overlay}
      group={selectedGroup?.group ?? groupOfNode(folded, selectedNode)}
      dispatch={dispatch}
    />
  );
}

function Picture({ state, dispatch }: PartProps) {
  const { loss, graph, folded, foldedUncut, selectedNode, selectedGroup } = shownOf(state);
  if (graph === null || folded === null) return <Empty state={state} />;
  if (state.page === "table") return <TableView graph={graph} dispatch={dispatch} />;
  return (
    <StageView
      whole={graph}
      folded={folded}
      uncut={foldedUncut?.graph ?? null}
      selected={selectedGroup === null ? (selectedNode?.id ?? null) : cardOfGroup(folded, selectedGroup)}
      camera={state.camera}
      overlay={state.overlay}
      meant={loss?.meant ?? nothingMeant}
      dispatch={dispatch}
    />
  );
}

const nothingMeant: ReadonlySet<NodeId> = new Set();

function Tools({ state, theme, dispatch }: AppProps) {
  const { graph, folded, foldedUncut } = shownOf(state);
  if (graph === null || folded === null) return null;
  return (
    <PageTools page={state.page} show={(page) => dispatch({ kind: "page", page })}>
      <ExportMenu {...{ title: state.title, graph, folded, uncut: foldedUncut, theme, dispatch }} />
    </PageTools>
  );
}

/** The column beside the picture, and the parameters below it. */
function Beside({ state, dispatch }: PartProps) {
  const { graph, selectedGroup } = shownOf(state);
  const side = sideOf(state);
  return (
    <>
      {graph !== null && (
        <aside>
          {side !== "only tensor" && (
            <Sides side={side} choose={(wanted) => dispatch({ kind: "side", side: wanted })} />
          )}
          {side === "training" ? (
            <TrainingView state={state} dispatch={dispatch} />
          ) : (
            <>
              {selectedGroup === null ? (
                <DetailsView state={state} dispatch={dispatch} />
              ) : (
                <GroupDetailsView graph={graph} fold={selectedGroup} dispatch={dispatch} />
              )}
              <LeavesView state={state} dispatch={dispatch} />
            </>
          )}
        </aside>
      )}
      {side === "training" && <ParametersView state={state} dispatch={dispatch} />}
    </>
  );
}

/** Keys that work wherever the focus is, unless one is typing: `/` searches, `[` and `]` step through a training run. */
function useShortcuts(state: State, dispatch: AppProps["dispatch"]): void {
  const latest = useRef(state);
  latest.current = state;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof HTMLElement && event.target.closest("input:not([type=range]), select") !== null;
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "/") {
        const input = document.querySelector<HTMLInputElement>("input.find");
        if (input === null) return;
        event.preventDefault();
        input.focus();
      }
      const { loss } = shownOf(latest.current);
      if ((event.key !== "[" && event.key !== "]") || loss === null || loss.lastStep === null) return;
      const step = (latest.current.scrub?.step ?? loss.lastStep) + (event.key === "[" ? -1 : 1);
      if (step >= 1 && step <= loss.lastStep) dispatch({ kind: "scrub", step });
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

function cardOfGroup({ folds }: FoldedGraph, wanted: Fold): NodeId | null {
  return [...folds].find(([, fold]) => fold === wanted)?.[0] ?? null;
}

function groupOfNode({ tree }: FoldedGraph, node: GraphNode | null): Group | null {
  return node === null ? null : (tree.groupOf.get(node.id) ?? null);
}

function isBusy({ running, incoming }: State): boolean {
  return running === "running" && incoming?.told.pause !== "paused";
}

type Side = "training" | "tensor" | "only tensor";

/** Until one has chosen, what the strip speaks of stands beside the picture: a pass, or the run. */
function sideOf(state: State): Side {
  const { loss, verdict } = shownOf(state);
  if (loss === null || loss.training === null || state.preview === "on") return "only tensor";
  if (state.side !== null) return state.side;
  return verdict === null || verdict.step !== null || verdict.tone === "good" ? "training" : "tensor";
}

interface SidesProps {
  readonly side: Side;
  readonly choose: (side: "training" | "tensor") => void;
}

function Sides({ side, choose }: SidesProps) {
  return (
    <div class="sides" role="tablist" aria-label="Beside the picture">
      {(["training", "tensor"] as const).map((each) => (
        <button key={each} role="tab" aria-selected={side === each} onClick={() => choose(each)}>
          {each === "training" ? "Training" : "Tensor"}
        </button>
      ))}
    </div>
  );
}

interface PageToolsProps {
  readonly page: State["page"];
  readonly show: (page: State["page"]) => void;
  readonly children: JSX.Element;
}

function PageTools({ page, show, children }: PageToolsProps) {
  const isTable = page === "table";
  return (
    <div class="page-tools" role="toolbar" aria-label="Picture or table">
      <button
        aria-pressed={isTable}
        title={isTable ? "Show the picture" : "Show as a table"}
        onClick={() => show(isTable ? "graph" : "table")}
      >
        <Icon name={isTable ? "graph" : "table"} />
        <span>{isTable ? "Picture" : "Table"}</span>
      </button>
      {children}
    </div>
  );
}

function Empty({ state: { running, title } }: { readonly state: State }) {
  const words =
    running === "running"
      ? `Running ${title}. The picture comes with the first backward pass.`
      : title === ""
        ? "No program is open here."
        : running === "never"
          ? `${title} has no backward pass, so there is no picture to draw.`
          : `${title} ended before its first backward pass, so there is no picture to draw.`;
  return (
    <div class="empty">
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <path d="M6 10h36L24 40z" />
      </svg>
      <p>{words}</p>
    </div>
  );
}
