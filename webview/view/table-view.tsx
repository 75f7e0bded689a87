/** The picture as a table with the same content, for screen readers and for everyone who prefers to read. */
import type { GradientGraph, GraphNode } from "@gradlens/engine/graph";
import { gradientWords, roleOf, wordOf } from "../appearance.js";
import { shapeAsText, valueAsText } from "../numbers-as-text.js";
import type { PanelEvent } from "../state.js";
import { nodeKeys } from "../twins.js";
import { walkOf, withoutGradient, type Walk } from "../walk.js";
import { labelOf, visible } from "../words.js";
import { PlaceLink } from "./details-view.js";

interface TableProps {
  readonly graph: GradientGraph;
  readonly dispatch: (event: PanelEvent) => void;
}

export function TableView({ graph, dispatch }: TableProps) {
  const walk = walkOf(graph);
  const dead = withoutGradient(walk);
  const keys = nodeKeys(graph);
  return (
    <div class="table-page">
      <table>
        <caption class="unseen">The nodes of the gradient graph</caption>
        <thead>
          <tr>
            <th>name</th>
            <th>made by</th>
            <th>line</th>
            <th>shape</th>
            <th>value</th>
            <th>gradient</th>
            <th>inputs</th>
          </tr>
        </thead>
        <tbody>
          {graph.nodes.map((node) => {
            const { words, ink } = gradientWords(node, roleOf(walk, dead, node.id));
            return (
              <tr key={node.id}>
                <td>
                  <button
                    class="plain"
                    onClick={() => dispatch({ kind: "select", node: keys.get(node.id) ?? null, span: node.span })}
                  >
                    {labelOf(node)}
                  </button>
                </td>
                <td>{node.kind === "leaf" ? "leaf" : visible(node.op ?? node.kind)}</td>
                <td>
                  <PlaceLink node={node} dispatch={dispatch} />
                </td>
                <td>{node.shape === null ? "" : shapeAsText(node.shape)}</td>
                <td>{node.value === null ? "" : valueAsText(node.value)}</td>
                <td class={ink}>{words.replace(/^grad /, "")}</td>
                <td>{inputsOf(walk, node)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function inputsOf(walk: Walk, { id }: GraphNode): string {
  return (walk.incoming.get(id) ?? [])
    .map(({ from, flow }) => {
      const input = walk.node.get(from);
      const name = input === undefined ? "" : labelOf(input);
      return flow.kind === "flows" ? name : `${name} (${wordOf(flow)}: ${visible(flow.because).replaceAll("`", "")})`;
    })
    .join(", ");
}
