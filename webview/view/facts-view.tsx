/** The line below the strip: is it live, which loss, how many leaves are reached, how long the run took; and the legend. */
import { numberAsText } from "../numbers-as-text.js";
import { shownOf, type Shown } from "../shown.js";
import type { PanelEvent, State } from "../state.js";
import { leafCounts } from "../verdicts.js";
import { severityOf } from "../verdicts.js";

interface FactsProps {
  readonly state: State;
  readonly dispatch: (event: PanelEvent) => void;
}

export function FactsView({ state, dispatch }: FactsProps) {
  const shown = shownOf(state);
  const { loss, losses, graph, origin } = shown;
  const counts = graph === null || graph.loss === null ? null : leafCounts(graph, loss?.meant);
  return (
    <div class="facts">
      <span class={`origin ${dotOf(state, origin)}`}>{originWords(state, shown)}</span>
      {losses.length > 1 ? (
        <label>
          <span class="unseen">Loss</span>
          <select
            data-testid="loss-picker"
            value={loss?.key}
            onChange={({ currentTarget }) => dispatch({ kind: "chooseLoss", loss: currentTarget.value })}
          >
            {losses.map(({ key, label, verdicts }) => (
              <option key={key} value={key}>
                {mark(severityOf(verdicts))} {label}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {loss !== null && <span data-testid="loss">{lossWords(loss.short)}</span>}
      {loss !== null && loss.step !== null && loss.step > 1 && (
        <span>
          step <b>{loss.step}</b>
        </span>
      )}
      {counts !== null && (
        <span>
          leaves <b>{counts.reached}</b> {origin === "static" ? "can be reached" : "reached"}
          {counts.cutOff > 0 && (
            <>
              , <b class="bad">{counts.cutOff} cut off</b>
            </>
          )}
          {counts.elsewhere > 0 && `, ${counts.elsewhere} by another loss`}
        </span>
      )}
      {state.told !== null && origin !== "static" && (
        <span class="duration">
          run in <b>{duration(state.told.milliseconds)}</b>
        </span>
      )}
      {graph !== null && <Legend origin={origin} />}
    </div>
  );
}

function Legend({ origin }: { readonly origin: Shown["origin"] }) {
  return (
    <span class="legend" aria-hidden="true">
      {origin === "static" ? (
        <span class="swatch flows">flows</span>
      ) : (
        <>
          <span class="swatch positive">+</span>
          <span class="swatch negative">−</span>
        </>
      )}
      <span class="swatch would-be">would be</span>
      <span class="swatch cut">cut</span>
    </span>
  );
}

function originWords(state: State, { origin, told, graph }: Shown): string {
  if (state.running === "running") {
    if (state.incoming?.told.pause === "paused") return "paused";
    const newest = (state.incoming?.told ?? told)?.progress.at(-1);
    return newest === undefined ? "running" : `running, step ${newest.step}, loss ${numberAsText(newest.loss)}`;
  }
  if (origin === "preview") return "preview";
  if (typeof state.running === "object") return state.running.kind === "crashed" ? "crashed" : "stopped";
  if (origin === "live") return "live";
  return graph === null && state.running === "ended" ? "ended" : "from reading the source";
}

function dotOf({ running }: State, origin: Shown["origin"]): string {
  if (running === "running") return "running";
  return typeof running === "object" && origin === "live" ? "halted" : origin;
}

function lossWords(short: string) {
  const [, name = short, value = ""] = /^(.*?)(?: (\S+))?$/.exec(short) ?? [];
  return (
    <>
      {name} <b>{value}</b>
    </>
  );
}

function mark(severity: number): string {
  if (severity <= 4) return "✂";
  return severity >= 8 ? "✓" : "!";
}

function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
