/** Every leaf of a training run in one table, those in trouble first: its gradient now and over the steps, and how far it moves. */
import type { SourceSpan } from "@gradlens/engine/graph";
import { numberAsText, shapeAsText } from "../numbers-as-text.js";
import { findBySpan, shownOf, type Training } from "../shown.js";
import type { PanelEvent, State } from "../state.js";
import { indexOfStep, type LeafHistory } from "../training/history.js";
import { percent } from "../numbers-as-text.js";
import { Icon } from "./icons.js";

interface ParametersProps {
  readonly state: State;
  readonly dispatch: (event: PanelEvent) => void;
}

export function ParametersView({ state, dispatch }: ParametersProps) {
  const { loss } = shownOf(state);
  if (loss === null || loss.training === null || loss.training.history.leaves.length === 0) return null;
  const { history } = loss.training;
  const index = indexOfStep(history, state.scrub?.step ?? null);
  const rows = sorted(loss.training);
  const choose = (span: SourceSpan | null): void => {
    if (span === null) return;
    const found = findBySpan(state, span);
    if (found === null) dispatch({ kind: "reveal", span });
    else dispatch({ kind: "select", node: found.node, span });
  };
  return (
    <section class="parameters" aria-label="Parameters">
      <table data-testid="parameters">
        <thead>
          <tr>
            <th>parameter</th>
            <th>shape</th>
            <th title="The Euclidean norm of the gradient">‖∂‖</th>
            <th title="How the norm has changed since the first step">since step {history.steps[0] ?? 1}</th>
            <th title="Entries of the gradient that are exactly 0">exact zeros</th>
            <th title="How far the last update moved it, against its own size">update / weight</th>
            <th>all steps</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ leaf, isTroubled }) => (
            <tr key={leaf.name} class={isTroubled ? "troubled" : ""} data-leaf-name={leaf.name}>
              <td>
                {isTroubled && <Icon name="warning" />}
                <button class="plain" title={leaf.name} onClick={() => choose(leaf.span)}>
                  {leaf.name}
                </button>
              </td>
              <td>{shapeAsText(leaf.shape)}</td>
              <Numbers leaf={leaf} index={index} />
              <td>
                <Sparkline leaf={leaf} index={index} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function sorted({
  history,
  troubles,
}: Training): readonly { readonly leaf: LeafHistory; readonly isTroubled: boolean }[] {
  const isTroubled = (leaf: LeafHistory): boolean => troubles.some(({ leaves }) => leaves.includes(leaf));
  const rows = history.leaves.map((leaf) => ({ leaf, isTroubled: isTroubled(leaf) }));
  return [...rows.filter((row) => row.isTroubled), ...rows.filter((row) => !row.isTroubled)];
}

function Numbers({ leaf, index }: { readonly leaf: LeafHistory; readonly index: number }) {
  const now = leaf.steps[index] ?? null;
  const first = leaf.steps.find((step) => step !== null) ?? null;
  if (now === null)
    return (
      <>
        <td class="none">none</td>
        <td>–</td>
        <td>–</td>
        <td>–</td>
      </>
    );
  const { gradientNorm, zeros, updateNorm, valueNorm } = now;
  return (
    <>
      <td>{gradientNorm === 0 ? "0" : numberAsText(Number(gradientNorm.toPrecision(3)))}</td>
      <td>{first === null ? "–" : changeOf(first.gradientNorm, gradientNorm)}</td>
      <td>{zeros === 0 ? "0" : percent(zeros / leaf.size)}</td>
      <td>
        {updateNorm === null || valueNorm === 0 ? "–" : numberAsText(Number((updateNorm / valueNorm).toPrecision(2)))}
      </td>
    </>
  );
}

/** `−41 %`, `+8.2 %`, and by how many times where it is more than tenfold. */
function changeOf(before: number, now: number): string {
  const ratio = now / before;
  if (!Number.isFinite(ratio) || ratio === 0) return "–";
  const factor = (times: number): string => numberAsText(Number(times.toPrecision(2)));
  if (ratio >= 10) return `× ${factor(ratio)}`;
  if (ratio <= 0.1) return `÷ ${factor(1 / ratio)}`;
  const change = 100 * (ratio - 1);
  const digits = Math.abs(change) < 9.95 ? 1 : 0;
  return `${change < 0 ? "−" : "+"}${Math.abs(change).toFixed(digits)} %`;
}

const sparkWidth = 96;
const sparkHeight = 18;
const mostPoints = 64;

/** The norm over all steps on a scale of logarithms, with a dot at the step that is shown. */
function Sparkline({ leaf, index }: { readonly leaf: LeafHistory; readonly index: number }) {
  const logs = leaf.steps.map((step) => {
    const norm = step?.gradientNorm ?? NaN;
    return norm > 0 && Number.isFinite(norm) ? Math.log10(norm) : null;
  });
  const known = logs.filter((log) => log !== null);
  if (known.length < 2) return null;
  const low = known.reduce((least, log) => Math.min(least, log), Infinity);
  const high = known.reduce((most, log) => Math.max(most, log), -Infinity);
  const x = (at: number): number => Math.round((10 * at * sparkWidth) / Math.max(1, logs.length - 1)) / 10;
  // A tenth of a power of ten at least, so that a curve that hardly changes does not look wild.
  const room = Math.max(high - low, 0.1);
  const y = (log: number): number => Math.round(10 * (sparkHeight - 2 - ((log - low) / room) * (sparkHeight - 4))) / 10;
  const stride = Math.max(1, Math.floor(logs.length / mostPoints));
  const points = logs.flatMap((log, at) => {
    return log === null || (at % stride !== 0 && at !== logs.length - 1) ? [] : [`${x(at)} ${y(log)}`];
  });
  const now = logs[index] ?? null;
  return (
    <svg
      class="sparkline"
      width={sparkWidth + 4}
      height={sparkHeight}
      viewBox={`-2 0 ${sparkWidth + 4} ${sparkHeight}`}
      aria-hidden="true"
    >
      <path d={`M${points.join("L")}`} />
      {now !== null && <circle cx={x(index)} cy={y(now)} r="2" />}
    </svg>
  );
}
