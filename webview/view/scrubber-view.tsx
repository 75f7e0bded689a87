/**
 * The scrubber over the steps of a loss, with a mark where each trouble began. Moving it moves the picture, the charts,
 * the table and the values in the editor together.
 */
import { numberAsText } from "../numbers-as-text.js";
import { shownOf, stepsOf } from "../shown.js";
import type { PanelEvent, State } from "../state.js";
import { plain } from "../words.js";
import { Icon } from "./icons.js";

interface ScrubberProps {
  readonly state: State;
  readonly dispatch: (event: PanelEvent) => void;
}

export function ScrubberView({ state, dispatch }: ScrubberProps) {
  const { loss, verdicts } = shownOf(state);
  if (loss === null || loss.training === null || loss.lastStep === null) return null;
  const { lastStep } = loss;
  const step = state.scrub?.step ?? lastStep;
  const records = stepsOf(state.told, loss.site);
  const record = records.findLast((each) => each.step <= step);
  const go = (wanted: number): void => dispatch({ kind: "scrub", step: Math.min(lastStep, Math.max(1, wanted)) });
  const marks = verdicts.filter((verdict) => verdict.step !== null);
  return (
    <div class="scrubber" role="group" aria-label="Steps of the training run">
      <button
        class="quiet"
        title="The step before ( [ )"
        aria-label="The step before"
        disabled={step <= 1}
        onClick={() => go(step - 1)}
      >
        <Icon name="left" />
      </button>
      <button
        class="quiet"
        title="The step after ( ] )"
        aria-label="The step after"
        disabled={step >= lastStep}
        onClick={() => go(step + 1)}
      >
        <Icon name="right" />
      </button>
      <div class="rail">
        {marks.map((verdict) => (
          <button
            key={verdict.kind}
            class={`mark ${verdict.tone}`}
            style={{ left: `${(100 * ((verdict.step ?? 1) - 1)) / Math.max(1, lastStep - 1)}%` }}
            title={plain(verdict.sentence)}
            aria-label={`Go to step ${verdict.step}: ${plain(verdict.sentence)}`}
            onClick={() => go(verdict.step ?? 1)}
          />
        ))}
        <input
          type="range"
          data-testid="scrubber"
          aria-label="Step"
          aria-valuetext={`step ${step} of ${lastStep}`}
          min="1"
          max={lastStep}
          value={step}
          onInput={({ currentTarget }) => go(Number(currentTarget.value))}
        />
      </div>
      <span>
        step <b data-testid="step">{step}</b> of {lastStep}
      </span>
      {record !== undefined && (
        <span>
          loss <b>{numberAsText(record.loss)}</b>
        </span>
      )}
      <StepOfPicture state={state} shownStep={loss.step} lastStep={lastStep} dispatch={dispatch} />
      {state.running === "ended" && state.told !== null && (
        <span class="pace">{paceOf(state.told.milliseconds / lastStep)} per step</span>
      )}
    </div>
  );
}

/** The picture of a step that was not recorded is an earlier one until a second run has made its own. */
interface StepOfPictureProps extends ScrubberProps {
  readonly shownStep: number | null;
  readonly lastStep: number;
}

function StepOfPicture({ state, shownStep, lastStep, dispatch }: StepOfPictureProps) {
  const { scrub } = state;
  const wanted = scrub?.step ?? lastStep;
  if (shownStep === wanted) return null;
  if (scrub?.state === "asked") return <span class="note">running to step {wanted} …</span>;
  return (
    <>
      <span class="note">picture of step {shownStep}</span>
      {state.running !== "running" && (
        <button class="quiet" data-testid="run-to-step" onClick={() => dispatch({ kind: "runToStep" })}>
          Run to step {wanted}
        </button>
      )}
    </>
  );
}

function paceOf(milliseconds: number): string {
  if (milliseconds >= 1) return `${Number(milliseconds.toPrecision(2))} ms`;
  return `${Number((milliseconds * 1000).toPrecision(2))} µs`;
}
