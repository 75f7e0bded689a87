/** Every leaf of the run with its function, its value and its gradient, whichever loss the picture shows. */
import type { GraphNode, LeafReport, Site, SourceSpan } from "@gradlens/engine/graph";
import type { Ink } from "../appearance.js";
import { flattened, nestedAsText, normAsText, numberAsText, shapeAsText, signedAsText } from "../numbers-as-text.js";
import { leavesOf } from "../leaves.js";
import { findBySpan, shownOf } from "../shown.js";
import { isSameSpan } from "../spans.js";
import type { PanelEvent, State } from "../state.js";
import { lineAsText, visible } from "../words.js";

interface LeavesProps {
  readonly state: State;
  readonly dispatch: (event: PanelEvent) => void;
}

interface Row {
  readonly name: string;
  readonly group: string;
  readonly span: SourceSpan | null;
  readonly value: string;
  readonly values: string;
  readonly words: string;
  readonly attribute: string;
  readonly ink: Ink;
}

export function LeavesView({ state, dispatch }: LeavesProps) {
  const rows = rowsOf(state);
  if (rows.length === 0) return null;
  const choose = ({ span }: Row): void => {
    const found = span === null ? null : findBySpan(state, span);
    if (found === null) {
      if (span !== null) dispatch({ kind: "reveal", span });
      return;
    }
    if (found.loss !== shownOf(state).loss?.key) dispatch({ kind: "chooseLoss", loss: found.loss });
    dispatch({ kind: "select", node: found.node, span });
  };
  return (
    <section class="leaves">
      <h3>
        Leaves <small>{rows.length}</small>
      </h3>
      <table data-testid="leaves">
        <thead>
          <tr>
            <th>leaf</th>
            <th>value</th>
            <th>gradient</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index} data-leaf-name={row.name} data-gradient={row.attribute} data-function={row.group}>
              <td>
                <button class="plain" title={row.name} onClick={() => choose(row)}>
                  {row.name}
                </button>
                <small>
                  {lineAsText(row.span)} {row.group}
                </small>
              </td>
              <td title={row.values}>{row.value}</td>
              <td class={row.ink}>{row.words}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A run that was stopped has told no leaves yet; then they are read off its graphs. */
function rowsOf(state: State): readonly Row[] {
  const { told, origin } = shownOf(state);
  if (told === null || origin === "static") return [];
  const leaves =
    told.leaves.length > 0 ? told.leaves : told.graphs.flatMap(({ graph }) => leavesOf(graph, state.sites));
  return leaves.map((leaf) => rowOf(leaf, state.sites, usageOf(state, leaf.span)));
}

/** Whether a loss of the run has this leaf in its graph, and with which wish. */
type Usage = "asks" | "frozen" | "in no loss";

function rowOf(leaf: LeafReport, sites: readonly Site[], usage: Usage): Row {
  const group = leaf.site === null ? "" : (sites[leaf.site]?.group.at(-1) ?? "");
  const values = flattened(leaf.value);
  const [value] = values;
  const base = {
    name: visible(leaf.name ?? "leaf"),
    group: visible(group),
    span: leaf.span,
    value: values.length === 1 && value !== undefined ? numberAsText(value) : shapeAsText(leaf.shape),
    values: nestedAsText(leaf.value),
  };
  if (leaf.grad === null) {
    const words = usage === "frozen" ? "frozen" : "none";
    return { ...base, words, attribute: words, ink: usage === "asks" ? "none" : "dim" };
  }
  const numbers = flattened(leaf.grad);
  const [only] = numbers;
  if (numbers.length === 1 && only !== undefined)
    return { ...base, words: signedAsText(only), attribute: String(only), ink: inkOf(only) };
  const norm = Math.hypot(...numbers.slice(0, 10_000));
  const words = norm === 0 ? "0" : normAsText(norm);
  return {
    ...base,
    words,
    attribute: String(norm),
    ink: Number.isFinite(norm) ? (norm === 0 ? "negative" : "positive") : "warning",
  };
}

function inkOf(gradient: number): Ink {
  if (!Number.isFinite(gradient)) return "warning";
  return gradient > 0 ? "positive" : "negative";
}

function usageOf({ told }: State, span: SourceSpan | null): Usage {
  const isHere = ({ kind, span: other }: GraphNode): boolean =>
    kind === "leaf" && span !== null && other !== null && isSameSpan(other, span);
  const node = told?.graphs.flatMap(({ graph }) => graph.nodes).find(isHere);
  if (node === undefined) return "in no loss";
  return node.gradient.kind === "frozen" ? "frozen" : "asks";
}
