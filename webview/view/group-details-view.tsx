/** A selected group in the right column: what it is made of, its parameters with their gradients, and how to open it. */
import type { GradientGraph } from "@gradlens/engine/graph";
import { gradientWords } from "../appearance.js";
import type { Fold } from "../folding/fold.js";
import { shapeAsText } from "../numbers-as-text.js";
import type { PanelEvent } from "../state.js";
import { counted, labelOf, lineAsText, visible } from "../words.js";
import { nodeKeys } from "../twins.js";

interface GroupDetailsProps {
  readonly graph: GradientGraph;
  readonly fold: Fold;
  readonly dispatch: (event: PanelEvent) => void;
}

export function GroupDetailsView({
  graph,
  fold: { group, opCount, iterations, parameters },
  dispatch,
}: GroupDetailsProps) {
  const { span } = group;
  const keys = nodeKeys(graph);
  return (
    <section class="details" aria-label={`Selected: ${group.name}`}>
      <h2>
        <span class="name" title={group.name}>
          {visible(group.name)}
        </span>
        <small>
          {iterations === null ? group.kind : `loop, ${counted(iterations, "iteration")}`}, {counted(opCount, "op")}
        </small>
        {span !== null && (
          <button class="link" onClick={() => dispatch({ kind: "reveal", span })} title="Show the line">
            {lineAsText(span)}
          </button>
        )}
      </h2>
      <div class="row">
        <button
          data-testid="open-group"
          onClick={() => dispatch({ kind: "fold", groups: [group.key], to: "open", selected: null })}
        >
          Open it in the picture
        </button>
      </div>
      {parameters.length > 0 && (
        <>
          <h3>
            Parameters <small>{parameters.length}</small>
          </h3>
          <table class="leaves">
            <tbody>
              {parameters.map((leaf) => {
                const { words, ink } = gradientWords(leaf, "plain");
                return (
                  <tr key={leaf.id}>
                    <td>
                      <button
                        class="plain"
                        title={labelOf(leaf)}
                        onClick={() => dispatch({ kind: "select", node: keys.get(leaf.id) ?? null, span: leaf.span })}
                      >
                        {labelOf(leaf)}
                      </button>
                    </td>
                    <td>{leaf.shape === null ? "" : shapeAsText(leaf.shape)}</td>
                    <td class={ink}>{words.replace(/^grad /, "")}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
