/**
 * The scrubber over the steps of a loss. The numbers of every step are there; the graph of one step is what the run
 * recorded, or a second run that records just that pass: runs are seeded, so it is the same pass. Pure.
 */
import type { RunRequest, SiteId } from "@gradlens/engine/graph";
import { outcomeCommands } from "./posts.js";
import { repeatableMs, requestOf } from "./program-run.js";
import { shownOf } from "./shown.js";
import type { Command, State, Updated } from "./state.js";
import { hear, nothingTold, type Told } from "./told.js";
import type { Batch } from "./worker/worker-messages.js";

export interface Scrub {
  readonly site: SiteId | null;
  readonly step: number;
  /** The second run: what it has told of this step. */
  readonly told: Told | null;
  readonly tag: number;
  readonly state: "not asked" | "asked" | "told" | "gave up";
}

/** Moves to a step of the chosen loss; null goes back to the newest. */
export function scrubTo(state: State, step: number | null): Updated {
  const { loss } = shownOf(state);
  const newest = state.told?.graphs.find(({ site }) => site === loss?.site)?.step;
  if (loss === null || step === null || (step === loss.lastStep && step === newest)) {
    const next: State = { ...state, scrub: null };
    return { state: next, commands: state.scrub === null ? [] : outcomeCommands(next) };
  }
  const scrub: Scrub = { site: loss.site, step, told: null, tag: state.scrub?.tag ?? 0, state: "not asked" };
  const next: State = { ...state, scrub, preview: "off" };
  const isKnown = state.told?.recorded.some((each) => each.site === loss.site && each.step === step) === true;
  if (isKnown) return { state: next, commands: outcomeCommands(next) };
  const { told } = state;
  const isQuick = told !== null && told.outcome !== null && told.milliseconds < repeatableMs;
  // A long run is made again only when somebody asks; till then picture and editor show the nearest step before it.
  return isQuick ? runToStep(next) : { state: next, commands: outcomeCommands(next) };
}

/** Runs the program once more for the step under the scrubber. */
export function runToStep(state: State): Updated {
  const scrub = state.scrub ?? scrubAtEnd(state);
  if (scrub === null) return { state, commands: [] };
  const tag = scrub.tag + 1;
  const recording: RunRequest["recording"] = { kind: "step", site: scrub.site, step: scrub.step };
  const request: RunRequest = { ...requestOf(state), recording, steps: "untold" };
  const ask: Command = { kind: "ask", purpose: "step", wish: { tag, request, deadlineMs: null } };
  return { state: { ...state, scrub: { ...scrub, tag, state: "asked" } }, commands: [ask] };
}

/** The last step of a run that was too long to be repeated without being asked. */
function scrubAtEnd(state: State): Scrub | null {
  const { loss } = shownOf(state);
  if (loss === null || loss.lastStep === null) return null;
  return { site: loss.site, step: loss.lastStep, told: null, tag: 0, state: "not asked" };
}

export function heardStep(state: State, tag: number, batch: Batch): Updated {
  const { scrub } = state;
  if (scrub === null || scrub.tag !== tag || scrub.state !== "asked") return { state, commands: [] };
  const told = hear(scrub.told ?? nothingTold, batch);
  const isThere = told.graphs.some(({ site, step }) => site === scrub.site && step === scrub.step);
  if (!isThere && told.outcome === null) return { state: { ...state, scrub: { ...scrub, told } }, commands: [] };
  const next: State = { ...state, scrub: { ...scrub, told, state: isThere ? "told" : "gave up" } };
  // What comes after the step that was asked for is of no interest.
  const end: readonly Command[] = told.outcome === null ? [{ kind: "leave", purpose: "step" }] : [];
  return { state: next, commands: [...end, ...outcomeCommands(next)] };
}

export function stepGaveUp(state: State): Updated {
  const { scrub } = state;
  return { state: scrub === null ? state : { ...state, scrub: { ...scrub, state: "gave up" } }, commands: [] };
}
