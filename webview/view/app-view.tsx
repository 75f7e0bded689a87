/** The whole panel: the strip and the facts above, the picture or its table, and the column with the details beside it. */
import type { JSX } from "preact";
import { renderSvg } from "../picture.js";
import { shownOf } from "../shown.js";
import type { PanelEvent, State } from "../state.js";
import { ConsoleView } from "./console-view.js";
import { DetailsView } from "./details-view.js";
import { FactsView } from "./facts-view.js";
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
  const { graph, uncut, origin, selectedNode } = shownOf(state);
  const isTable = state.page === "table";
  const side = sideOf(state);
  const exportSvg = (): void => {
    if (graph === null) return;
    const text = renderSvg(graph, theme(), origin === "preview" ? null : uncut);
    dispatch({ kind: "export", format: "svg", text });
  };
  return (
    <div class={`panel ${origin}`}>
      <StripView state={state} dispatch={dispatch} />
      <div class={`progress ${state.running === "running" ? "on" : ""}`} aria-hidden="true" />
      <FactsView state={state} dispatch={dispatch} />
      <ScrubberView state={state} dispatch={dispatch} />
      <main class={side === "training" ? "trains" : ""}>
        <div class="picture">
          <div class="canvas">
            {graph === null ? (
              <Empty state={state} />
            ) : isTable ? (
              <TableView graph={graph} dispatch={dispatch} />
            ) : (
              <StageView
                graph={graph}
                uncut={origin === "preview" ? null : uncut}
                selected={selectedNode?.id ?? null}
                camera={state.camera}
                dispatch={dispatch}
              />
            )}
            {graph !== null && (
              <PageTools page={state.page} exportSvg={exportSvg} show={(page) => dispatch({ kind: "page", page })} />
            )}
          </div>
          <ConsoleView state={state} dispatch={dispatch} />
        </div>
        {graph !== null && (
          <aside>
            {side !== "only tensor" && (
              <Sides side={side} choose={(wanted) => dispatch({ kind: "side", side: wanted })} />
            )}
            {side === "training" ? (
              <TrainingView state={state} dispatch={dispatch} />
            ) : (
              <>
                <DetailsView state={state} dispatch={dispatch} />
                <LeavesView state={state} dispatch={dispatch} />
              </>
            )}
          </aside>
        )}
        {side === "training" && <ParametersView state={state} dispatch={dispatch} />}
      </main>
    </div>
  );
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
  readonly exportSvg: () => void;
}

function PageTools({ page, show, exportSvg }: PageToolsProps) {
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
      <button title="Export the picture as SVG" onClick={exportSvg}>
        <Icon name="save" />
        <span>SVG</span>
      </button>
    </div>
  );
}

function Empty({ state: { running, title, uri } }: { readonly state: State }) {
  const words =
    running === "running"
      ? `Running ${title}. The picture comes with the first backward pass.`
      : uri === ""
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
