/**
 * A leaf's value as something to take hold of: a slider and a number; of a tensor with several entries one at a time.
 * Each move runs the program again with that value; the file is not touched.
 */
import type { GraphNode, LeafReport, SiteId, SourceSpan } from "@gradlens/engine/graph";
import { useState } from "preact/hooks";
import { flattened, numberAsText, placeInShape, shapeAsText } from "../numbers-as-text.js";
import { leavesOf } from "../leaves.js";
import { shownOf } from "../shown.js";
import { isSameSpan } from "../spans.js";
import type { PanelEvent, State } from "../state.js";
import { labelOf } from "../words.js";

interface LeafValueProps {
  readonly state: State;
  readonly node: GraphNode;
  readonly dispatch: (event: PanelEvent) => void;
}

export function LeafValueView({ state, node, dispatch }: LeafValueProps) {
  const [chosen, setChosen] = useState(0);
  const leaf = node.kind === "leaf" ? leafAt(state, node.span) : null;
  if (leaf === null) return node.kind === "leaf" && node.value !== null ? <FixedValue node={node} /> : null;
  const { site, report } = leaf;
  const values = state.overrides.get(site) ?? flattened(report.value);
  const index = Math.min(chosen, values.length - 1);
  const value = values[index];
  if (value === undefined) return <FixedValue node={node} />;
  const set = (next: number): void => {
    if (Number.isFinite(next)) dispatch({ kind: "setLeaf", site, values: values.with(index, next) });
  };
  const bound = boundOf(flattened(report.value)[index] ?? value, value);
  const name = labelOf(node);
  const where = values.length > 1 ? `${name}[${placeInShape(index, report.shape)}]` : name;
  const step = bound / 200;
  /** With Alt the wheel moves the value by a tenth of what the slider does. */
  const turn = (event: WheelEvent): void => {
    if (!event.altKey) return;
    event.preventDefault();
    set(Number((value - (Math.sign(event.deltaY) * step) / 10).toPrecision(12)));
  };
  return (
    <div class="leaf-value" onWheel={turn} title="Alt and the wheel move the value finely">
      <div class="field">
        <label for="leaf-number">value</label>
        {values.length > 1 && (
          <span class="entry">
            <button aria-label="Entry before" onClick={() => setChosen((index + values.length - 1) % values.length)}>
              ‹
            </button>
            <span title={`${values.length} entries, ${shapeAsText(report.shape)}`}>{where}</span>
            <button aria-label="Entry after" onClick={() => setChosen((index + 1) % values.length)}>
              ›
            </button>
          </span>
        )}
        <input
          id="leaf-number"
          type="number"
          step="any"
          value={rounded(value)}
          onChange={({ currentTarget }) => set(currentTarget.valueAsNumber)}
        />
      </div>
      <input
        data-testid="slider"
        type="range"
        aria-label={`Value of ${where}`}
        min={-bound}
        max={bound}
        step={step}
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.valueAsNumber)}
      />
      <div class="ends">
        <small>{numberAsText(-bound)}</small>
        {state.overrides.has(site) && (
          <span class="what-if">
            <button class="link" data-testid="write-leaf" onClick={() => dispatch({ kind: "writeLeaf", site })}>
              write to file
            </button>
            <button class="link" onClick={() => dispatch({ kind: "resetLeaf", site })}>
              back to the file&apos;s
            </button>
          </span>
        )}
        <small>{numberAsText(bound)}</small>
      </div>
    </div>
  );
}

function FixedValue({ node }: { readonly node: GraphNode }) {
  if (node.value === null) return null;
  return (
    <p class="field">
      <span>value</span>
      <b>{node.value.first.slice(0, 4).map(numberAsText).join(", ")}</b>
    </p>
  );
}

/** A leaf can be changed where the run knows the call that makes it. */
function leafAt(state: State, span: SourceSpan | null): { readonly site: SiteId; readonly report: LeafReport } | null {
  const { origin, loss } = shownOf(state);
  if (span === null || origin === "static" || state.told === null) return null;
  const told = state.told.leaves;
  const leaves = told.length > 0 || loss === null ? told : leavesOf(loss.graph, state.sites);
  const report = leaves.find((each) => each.span !== null && isSameSpan(each.span, span));
  return report === undefined || report.site === null ? null : { site: report.site, report };
}

/** Round bounds around zero that do not move while the slider does. */
function boundOf(original: number, value: number): number {
  const reach = Number.isFinite(original) ? Math.abs(original) : 1;
  const bound = reach <= 10 ? 10 : 10 ** Math.ceil(Math.log10(reach));
  return Math.abs(value) <= bound || !Number.isFinite(value) ? bound : 10 ** Math.ceil(Math.log10(Math.abs(value)));
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(6)));
}
