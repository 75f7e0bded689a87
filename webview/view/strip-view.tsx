/**
 * The strip on top: one sentence with the tensor, the cause and the line, and the buttons for what one would do next.
 * The most severe comes first; a count tells of the rest.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import { fixesFor, shortTitle } from "../fixes.js";
import { shownOf, type Shown } from "../shown.js";
import type { PanelEvent, State } from "../state.js";
import type { Tone, Verdict } from "../verdicts.js";
import { sitesOfCuts } from "../what-if.js";
import { code, listed, plain, strong, text, type Sentence } from "../words.js";
import { nameOfCut } from "../cuts.js";
import { Icon, type IconName } from "./icons.js";
import { SentenceView } from "./sentence-view.js";

interface StripProps {
  readonly state: State;
  readonly dispatch: (event: PanelEvent) => void;
}

interface Words {
  readonly tone: Tone | "quiet";
  readonly icon: IconName;
  readonly sentence: Sentence;
}

export function StripView({ state, dispatch }: StripProps) {
  const shown = shownOf(state);
  const { tone, icon, sentence } = wordsOf(state, shown);
  const { verdict, verdicts, verdictIndex } = shown;
  return (
    <header class={`strip ${tone}`} data-testid="strip">
      <Icon name={icon} />
      <p role="status" aria-live="polite" title={plain(sentence)}>
        <SentenceView sentence={sentence} />
      </p>
      <div class="buttons">
        {verdicts.length > 1 && (
          <button class="quiet" onClick={() => dispatch({ kind: "nextVerdict" })} title="Show the next">
            {verdictIndex + 1} of {verdicts.length}
          </button>
        )}
        {verdict !== null && <VerdictButtons {...{ state, shown, verdict, dispatch }} />}
        <PauseButton state={state} dispatch={dispatch} />
        {state.running === "running" && (
          <button data-testid="stop" class="stop" onClick={() => dispatch({ kind: "stop" })}>
            <Icon name="stop" /> Stop
          </button>
        )}
        {mayRunAgain(state) && (
          <button onClick={() => dispatch({ kind: "runAgain" })} data-testid="run-again">
            <Icon name="again" /> {state.running === "never" ? "Run" : "Run again"}
          </button>
        )}
      </div>
    </header>
  );
}

/** There where the program has a loop that may wait. */
function PauseButton({ state, dispatch }: StripProps) {
  const pause = state.incoming?.told.pause ?? "not offered";
  if (state.running !== "running" || pause === "not offered") return null;
  const isPaused = pause === "paused";
  return (
    <button data-testid="pause" onClick={() => dispatch({ kind: isPaused ? "resume" : "pause" })}>
      <Icon name={isPaused ? "play" : "pause"} /> {isPaused ? "Go on" : "Pause"}
    </button>
  );
}

interface ButtonsProps extends StripProps {
  readonly shown: Shown;
  readonly verdict: Verdict;
}

function VerdictButtons({ state, shown, verdict, dispatch }: ButtonsProps) {
  const place = placeOf(verdict);
  const canPreview = shown.origin !== "static" && sitesOfCuts(verdict.cuts, state.sites).length > 0;
  const fixes = fixesFor(verdict, state.fixes);
  const isOn = state.preview === "on";
  const cut = verdict.cuts.length === 1 ? "cut" : "cuts";
  return (
    <>
      {place !== null && (
        <button onClick={() => dispatch({ kind: "reveal", span: place })} data-testid="go-to-line">
          Go to line {place.start.line + 1}
        </button>
      )}
      {fixes.map((fix) => (
        <button
          key={fix.title + fix.span.start.line}
          title={fix.title}
          onClick={() => dispatch({ kind: "applyFix", fix })}
        >
          {shortTitle(fix.title)}
        </button>
      ))}
      {verdict.step !== null && verdict.step !== shown.loss?.step && (
        <button class="primary" data-testid="scrub-to" onClick={() => dispatch({ kind: "scrub", step: verdict.step })}>
          Go to step {verdict.step}
        </button>
      )}
      {canPreview && (
        <button
          class="primary"
          data-testid="preview"
          aria-pressed={isOn}
          onClick={() => dispatch({ kind: "preview", preview: isOn ? "off" : "on" })}
        >
          {isOn ? `Back to the program` : `Preview without the ${cut}`}
        </button>
      )}
    </>
  );
}

function placeOf({ cuts, place }: Verdict): SourceSpan | null {
  return cuts[0]?.at.span ?? place;
}

function mayRunAgain({ running, notice, title }: State): boolean {
  if (title === "" || running === "running") return false;
  return running === "never" || running !== "ended" || notice !== null;
}

const icons: Readonly<Record<Verdict["kind"], IconName>> = {
  threw: "fault",
  fault: "fault",
  notFinite: "warning",
  lostNumbers: "warning",
  addsUp: "warning",
  exploding: "warning",
  vanishing: "warning",
  dead: "warning",
  stuck: "information",
  cut: "scissors",
  none: "warning",
  zero: "zero",
  unreached: "warning",
  noLeaf: "information",
  partly: "scissors",
  elsewhere: "information",
  roundedAway: "zero",
  well: "tick",
};

function wordsOf(state: State, shown: Shown): Words {
  const { verdict, origin } = shown;
  if (state.notice !== null)
    return quiet("warning", [strong(`${openingOf(state.notice)} `), text(restOf(state.notice))]);
  if (verdict !== null && origin === "preview") return previewWords(verdict, shown);
  if (typeof state.running === "object" && verdict === null) return endedEarly(state.running.kind);
  if (verdict !== null) {
    const waits = state.preview === "on" ? [text(" Running without the cut…")] : [];
    return { tone: verdict.tone, icon: icons[verdict.kind], sentence: [...verdict.sentence, ...waits] };
  }
  if (state.running === "running") return quiet("information", [strong("Running"), text(` ${state.title} …`)]);
  if (state.running === "ended")
    return quiet("information", [
      strong("No backward pass ran."),
      text(" The program ended without a call of "),
      code("backward()"),
      text(", so there is no gradient to show."),
    ]);
  if (state.title === "")
    return quiet("information", [text("Open a TypeScript file and run it to see its gradients.")]);
  return quiet("information", [
    strong(`${state.title} has no backward pass yet.`),
    text(" Call "),
    code("backward()"),
    text(" on a loss to see where its gradient goes."),
  ]);
}

/** A notice begins with a short sentence that says what became of the run. */
function openingOf(notice: string): string {
  return /^.*?\.(?= |$)/s.exec(notice)?.[0] ?? notice;
}

function restOf(notice: string): string {
  return notice.slice(openingOf(notice).length).trim();
}

function previewWords(verdict: Verdict, shown: Shown): Words {
  const names = listed([...new Set(verdict.cuts.map(nameOfCut))]);
  const lines = [...new Set(verdict.cuts.flatMap(({ at }) => (at.span === null ? [] : [at.span.start.line + 1])))];
  const where = lines.length === 0 ? "" : ` on ${lines.length === 1 ? "line" : "lines"} ${listed(lines.map(String))}`;
  const leaves = shown.graph?.nodes.filter(({ kind, requiresGrad }) => kind === "leaf" && requiresGrad !== "no") ?? [];
  const reached = leaves.filter(({ gradient }) => gradient.kind === "received").length;
  const all = reached === 1 ? "the leaf gets" : reached === 2 ? "both leaves get" : `all ${reached} leaves get`;
  const effect = reached === leaves.length ? all : `${reached} of ${leaves.length} leaves get`;
  return {
    tone: "information",
    icon: "tick",
    sentence: [
      strong("Preview. "),
      text("Without "),
      code(names),
      text(`${where}, ${effect} a gradient. The file is unchanged.`),
    ],
  };
}

function endedEarly(kind: "stopped" | "tooLong" | "crashed"): Words {
  const words =
    kind === "stopped" ? "The run was stopped before a backward pass." : "The run ended before a backward pass.";
  return quiet("information", [strong(words)]);
}

function quiet(icon: IconName, sentence: Sentence): Words {
  return { tone: "quiet", icon, sentence };
}
