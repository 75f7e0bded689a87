/**
 * The right column: the selected node with its value and gradient, the walk back from the loss with a tick where the
 * gradient passes and scissors where it stops, and what each leaf would receive if the cut were removed.
 */
import type { GraphNode } from "@gradlens/engine/graph";
import { gradientWords, roleOf } from "../appearance.js";
import { flattened, shapeAsText, valueAsText } from "../numbers-as-text.js";
import { shownOf, type Shown } from "../shown.js";
import { isSameSpan } from "../spans.js";
import type { PanelEvent, State } from "../state.js";
import { nodeKeys } from "../twins.js";
import { walkOf, withoutGradient } from "../walk.js";
import { changesOf } from "../what-if.js";
import { labelOf, lineAsText, sentenceOf } from "../words.js";
import { DepthView } from "./depth-view.js";
import { LeafValueView } from "./leaf-value-view.js";
import { NumbersView } from "./numbers-view.js";
import { SentenceView } from "./sentence-view.js";
import { WayBackView } from "./way-back-view.js";

interface DetailsProps {
  readonly state: State;
  readonly dispatch: (event: PanelEvent) => void;
}

export function DetailsView({ state, dispatch }: DetailsProps) {
  const shown = shownOf(state);
  const { graph, selectedNode: node } = shown;
  if (graph === null || node === null) return null;
  return (
    <section class="details" aria-label={`Selected: ${labelOf(node)}`}>
      <h2>
        <span class="name" title={labelOf(node)}>
          {labelOf(node)}
        </span>
        <small>{kindOf(node)}</small>
        <PlaceLink node={node} dispatch={dispatch} />
      </h2>
      <LeafValueView state={state} node={node} dispatch={dispatch} />
      {node.kind !== "leaf" && node.value !== null && (
        <p class="field">
          <span>value</span>
          <b>{valueAsText(node.value)}</b>
        </p>
      )}
      <GradientBox shown={shown} node={node} />
      <NumbersView key={node.id} node={node} entries={entriesOf(state, node)} />
      <WayBackView graph={graph} node={node} dispatch={dispatch} />
      {shown.folded !== null && <DepthView folded={shown.folded} />}
      <Changes shown={shown} dispatch={dispatch} />
    </section>
  );
}

/** Of a leaf the run tells all numbers, of other values a summary. */
function entriesOf(state: State, { kind, span }: GraphNode) {
  const nothing = { value: null, gradient: null };
  const told = shownOf(state).told?.leaves;
  if (kind !== "leaf" || span === null || told === undefined) return nothing;
  const leaf = told.find((each) => each.span !== null && isSameSpan(each.span, span));
  if (leaf === undefined) return nothing;
  return { value: flattened(leaf.value), gradient: leaf.grad === null ? null : flattened(leaf.grad) };
}

function kindOf({ kind, op, requiresGrad, shape }: GraphNode): string {
  const size = shape === null || shape.length === 0 ? "" : `, ${shapeAsText(shape)}`;
  if (kind !== "leaf") return `${op ?? kind}${size}`;
  return requiresGrad === "no" ? `leaf${size}` : `leaf, requiresGrad${size}`;
}

interface PlaceLinkProps {
  readonly node: GraphNode;
  readonly dispatch: (event: PanelEvent) => void;
}

export function PlaceLink({ node: { span }, dispatch }: PlaceLinkProps) {
  if (span === null) return null;
  return (
    <button class="link" onClick={() => dispatch({ kind: "reveal", span })} title="Show the line">
      {lineAsText(span)}
    </button>
  );
}

function GradientBox({ shown: { graph }, node }: { readonly shown: Shown; readonly node: GraphNode }) {
  if (graph === null) return null;
  const walk = walkOf(graph);
  const role = roleOf(walk, withoutGradient(walk), node.id);
  const { words, ink } = gradientWords(node, role);
  if (words === "") return null;
  return (
    <div class={`gradient ${ink}`}>
      <span>gradient</span>
      <b>{words.replace(/^grad(ient)? /, "")}</b>
      <small>{explanation(node, role)}</small>
    </div>
  );
}

function explanation({ gradient, requiresGrad, kind }: GraphNode, role: string) {
  switch (gradient.kind) {
    case "none":
      return <SentenceView sentence={sentenceOf(`none is not 0: ${gradient.because}`)} />;
    case "frozen":
      return <>you asked for no gradient</>;
    case "received": {
      const { size, exactZeros } = gradient.summary;
      if (size === 1 && exactZeros === 1) return <>a path exists, so this is not none</>;
      return size > 1 && exactZeros > 0 ? <>{`${exactZeros} of ${size} entries are 0`}</> : null;
    }
    default:
      if (role === "dead") return <>no open path to the loss</>;
      return requiresGrad === "no" && kind === "leaf" ? <>requiresGrad is false</> : null;
  }
}

interface ChangesProps {
  readonly shown: Shown;
  readonly dispatch: (event: PanelEvent) => void;
}

function Changes({ shown: { loss, uncut, verdict, origin }, dispatch }: ChangesProps) {
  if (loss === null || verdict === null || verdict.cuts.length === 0) return null;
  const keys = nodeKeys(loss.graph);
  const cut = verdict.cuts.length === 1 ? "cut" : "cuts";
  const canBeIgnored = verdict.cuts.some(({ ignorable }) => ignorable === "yes");
  return (
    <>
      {uncut !== null && (
        <>
          <h3>
            If the {cut} {verdict.cuts.length === 1 ? "were" : "were all"} removed
          </h3>
          <table class="changes">
            <thead class="unseen">
              <tr>
                <th>leaf</th>
                <th>gradient now</th>
                <th></th>
                <th>then</th>
              </tr>
            </thead>
            <tbody>
              {changesOf(loss.graph, uncut).map(({ leaf, name, before, after }) => (
                <tr key={leaf.id}>
                  <td>
                    <button
                      class="plain"
                      onClick={() => dispatch({ kind: "select", node: keys.get(leaf.id) ?? null, span: null })}
                    >
                      {name}
                    </button>
                  </td>
                  <td class={before.ink}>{before.words}</td>
                  <td>→</td>
                  <td class={after.ink}>{after.words}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {!canBeIgnored && origin !== "static" && (
        <p class="note">The value leaves the tape here, so a run without the cut cannot be shown.</p>
      )}
    </>
  );
}
