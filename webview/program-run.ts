/** The run of the program itself: asking for it, hearing what it tells, and its ends. Pure, a part of `update`. */
import type { RunOutcome, RunRequest } from "@gradlens/engine/graph";
import { compared } from "./preview.js";
import { forward, outcomeCommands, post } from "./posts.js";
import type { Ending } from "./runner.js";
import { initialState, type Command, type State, type Updated } from "./state.js";
import { hear, isBehind, nothingTold, type Told } from "./told.js";
import type { Batch } from "./worker/worker-messages.js";

/** A run that was this quick can afford a graph of every pass. */
const instantMs = 200;
/** A longer run replaces the one on the screen as soon as it has something to show. */
const longMs = 250;
/** Up to this length a run is made once more for the sake of one pass: the last one, or that under the scrubber. */
export const repeatableMs = 1500;

/** A run with the present what-if values; the newest wish wins, so a slider may ask as often as it likes. */
export function askProgram(state: State, before: readonly Command[] = []): Updated {
  const tag = state.lastTag + 1;
  const ask: Command = { kind: "ask", purpose: "program", wish: { tag, request: requestOf(state), deadlineMs: null } };
  const next: State = { ...state, lastTag: tag, running: "running", scrub: null };
  return { state: next, commands: [...before, ask] };
}

export function requestOf({ seed, overrides, recording }: State): RunRequest {
  return {
    seed,
    overrides: [...overrides].map(([site, values]) => ({ site, values })),
    ignoredCuts: [],
    recording,
    steps: "told",
  };
}

export function heardProgram(state: State, tag: number, batch: Batch): Updated {
  const isNewest = tag === state.lastTag;
  // What comes after the end was posted by the program's own timers.
  if (isNewest && state.running !== "running") return { state, commands: [] };
  const incoming = hear(state.incoming?.tag === tag ? state.incoming.told : nothingTold, batch);
  const isFirst = state.overrides.size === 0 && state.recording.kind === "sampled";
  const forwarded = isFirst ? batch.events.flatMap(forward) : [];
  if (incoming.outcome === null) {
    // A short re-run, or one for the sake of the last pass, replaces what is there when it is complete.
    const isLong = incoming.milliseconds > longMs && state.recording.kind !== "every pass";
    const isWorthShowing = incoming.graphs.length > 0 && (state.told === null || isLong);
    const told = isWorthShowing ? incoming : state.told;
    return { state: { ...state, incoming: { tag, told: incoming }, told }, commands: forwarded };
  }
  if (!isNewest) return { state: { ...state, told: incoming, incoming: null }, commands: [] };
  const next: State = { ...state, told: incoming, incoming: null, running: "ended" };
  if (incoming.milliseconds < repeatableMs && state.recording.kind === "sampled" && isBehind(incoming))
    return askProgram({ ...next, recording: { kind: "every pass" } }, forwarded);
  const isInstant = incoming.milliseconds < instantMs;
  const recording: State["recording"] = isInstant ? { kind: "every pass" } : initialState.recording;
  return compared({ state: { ...next, recording }, commands: [...forwarded, ...outcomeCommands(next)] });
}

/** The run ended without saying so itself. */
export function programGaveUp(state: State, ending: Ending): Updated {
  const error =
    ending.kind === "crashed"
      ? { name: "Error", message: ending.message, span: null }
      : { name: "Stopped", message: "The run was stopped.", span: null };
  const outcome: RunOutcome = { kind: "threw", error };
  const incoming = state.incoming?.told ?? nothingTold;
  const partial: Told = { ...incoming, outcome: ending.kind === "crashed" ? outcome : null };
  const isWorthShowing = partial.graphs.length > 0 || partial.console.length > 0 || state.told === null;
  const next: State = { ...state, told: isWorthShowing ? partial : state.told, incoming: null, running: ending };
  return {
    state: next,
    commands: [post({ kind: "event", event: { kind: "ended", outcome } }), ...outcomeCommands(next)],
  };
}
