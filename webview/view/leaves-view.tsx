/** Every leaf of the run with its function, its value and its gradient, whichever loss the picture shows. */
import type { GraphNode, LeafReport, Site, SourceSpan } from "@gradlens/engine/graph";
import { flattened, nestedAsText, numberAsText, signedAsText } from "../numbers-as-text.js";
import { findBySpan, shownOf } from "../shown.js";
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
  readonly words: string;
  readonly attribute: string;
  readonly ink: "positive" | "negative" | "none" | "dim";
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
                <button class="plain" onClick={() => choose(row)}>
                  {row.name}
                </button>
                <small>
                  {row.group} {lineAsText(row.span)}
                </small>
              </td>
              <td>{row.value}</td>
              <td class={row.ink}>{row.words}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function rowsOf(state: State): readonly Row[] {
  const { told, origin } = shownOf(state);
  if (told === null || origin === "static") return [];
  return told.leaves.map((leaf) => rowOf(leaf, state.sites, frozenAt(state, leaf.span)));
}

function rowOf(leaf: LeafReport, sites: readonly Site[], isFrozen: boolean): Row {
  const group = leaf.site === null ? "" : (sites[leaf.site]?.group.at(-1) ?? "");
  const base = {
    name: visible(leaf.name ?? "leaf"),
    group: visible(group),
    span: leaf.span,
    value: nestedAsText(leaf.value),
  };
  if (leaf.grad === null)
    return {
      ...base,
      words: isFrozen ? "frozen" : "none",
      attribute: isFrozen ? "frozen" : "none",
      ink: isFrozen ? "dim" : "none",
    };
  const numbers = flattened(leaf.grad);
  const [only] = numbers;
  if (numbers.length === 1 && only !== undefined)
    return { ...base, words: signedAsText(only), attribute: String(only), ink: only > 0 ? "positive" : "negative" };
  const norm = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));
  return {
    ...base,
    words: norm === 0 ? "0" : `‖${numberAsText(norm)}‖`,
    attribute: String(norm),
    ink: norm === 0 ? "negative" : "positive",
  };
}

function frozenAt({ told }: State, span: SourceSpan | null): boolean {
  const isHere = (node: GraphNode): boolean =>
    node.gradient.kind === "frozen" &&
    node.span?.uri === span?.uri &&
    node.span?.start.line === span?.start.line &&
    node.span?.start.character === span?.start.character;
  return span !== null && (told?.graphs.some(({ graph }) => graph.nodes.some(isHere)) ?? false);
}
