/** A training run beside its picture: the loss, the gradients of its layers and its units, over one axis of steps. */
import { historyOf, type History, type LayerHistory } from "../training/history.js";
import type { Trouble } from "../training/trouble.js";
import { percent } from "../numbers-as-text.js";
import { shownOf } from "../shown.js";
import type { PanelEvent, State } from "../state.js";
import { ChartView, type Curve } from "./chart-view.js";

interface TrainingProps {
  readonly state: State;
  readonly dispatch: (event: PanelEvent) => void;
}

const plainColors = ["blue", "orange", "green", "purple", "foreground"].map((name) => `var(--vscode-charts-${name})`);
const troubledColor = "var(--gradlens-warning)";
/** More curves than this cannot be told apart. */
const mostLayers = 6;

export function TrainingView({ state, dispatch }: TrainingProps) {
  const { loss } = shownOf(state);
  const steps = state.told?.steps.find(({ site }) => site === loss?.site);
  if (loss === null || loss.training === null || steps === undefined) return null;
  const history = historyOf(steps);
  const { troubles } = loss.training;
  const shared = {
    at: state.scrub?.step ?? loss.lastStep ?? 1,
    marks: [...new Set(troubles.map(({ step }) => step))],
    choose: (step: number): void => dispatch({ kind: "scrub", step }),
  };
  const layers = layersToShow(history, troubles);
  const rest = history.layers.length - layers.length;
  return (
    <section class="training" data-testid="training">
      <ChartView
        title="Loss"
        note="log scale"
        scale="sizes"
        steps={history.records.map(({ step }) => step)}
        curves={[{ name: "loss", color: "var(--vscode-foreground)", values: history.records.map((each) => each.loss) }]}
        {...shared}
      />
      {layers.length > 0 && (
        <ChartView
          title="Gradient norm by layer"
          note={rest > 0 ? `log scale · ${rest} more in the table` : "log scale"}
          scale="sizes"
          steps={history.steps}
          curves={curvesOf(layers, troubles)}
          {...shared}
        />
      )}
      {history.units.length > 0 && (
        <ChartView
          title={unitsTitle(history)}
          note="share of the units"
          scale="shares"
          steps={history.steps}
          curves={history.units.slice(0, mostLayers).map((unit, index): Curve => {
            const isStuck = troubles.some(({ units }) => units === unit);
            return { name: nameOfUnit(unit), color: isStuck ? troubledColor : colorAt(index), values: unit.shares };
          })}
          {...shared}
        />
      )}
    </section>
  );
}

function nameOfUnit({ name, shares }: History["units"][number]): string {
  const last = shares.findLast((share) => share !== null) ?? null;
  return last === null ? name : `${name} ${percent(last)}`;
}

function unitsTitle({ units }: History): string {
  const words = new Set(units.map(({ word }) => word));
  return words.size > 1 ? "Saturated or zero units" : words.has("zero") ? "Units at zero" : "Saturated units";
}

/** Layers in trouble first, then the others as they come. */
function layersToShow({ layers }: History, troubles: readonly Trouble[]): readonly LayerHistory[] {
  const isTroubled = (layer: LayerHistory): boolean => isInTrouble(layer, troubles);
  const inTurn = [...layers.filter(isTroubled), ...layers.filter((layer) => !isTroubled(layer))];
  const chosen = new Set(inTurn.slice(0, mostLayers));
  return layers.filter((layer) => chosen.has(layer));
}

function curvesOf(layers: readonly LayerHistory[], troubles: readonly Trouble[]): readonly Curve[] {
  let plain = 0;
  const common = commonStart(layers.map(({ name }) => name)).length;
  return layers.map((layer) => {
    const color = isInTrouble(layer, troubles) ? troubledColor : colorAt(plain++);
    return { name: layer.name.slice(common), color, values: layer.norms };
  });
}

/** `model.` of `model.0` and `model.2`: what need not be said at every curve. */
function commonStart(names: readonly string[]): string {
  const [first = ""] = names;
  const parts = first.split(".").slice(0, -1);
  const start = (count: number): string =>
    parts
      .slice(0, count)
      .map((part) => `${part}.`)
      .join("");
  let count = names.length > 1 ? parts.length : 0;
  while (count > 0 && !names.every((name) => name.startsWith(start(count)))) count--;
  return start(count);
}

function isInTrouble({ leaves }: LayerHistory, troubles: readonly Trouble[]): boolean {
  return troubles.some((trouble) => trouble.leaves.some((leaf) => leaves.includes(leaf)));
}

function colorAt(index: number): string {
  return plainColors[index % plainColors.length] ?? "var(--vscode-foreground)";
}
