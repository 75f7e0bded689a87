/**
 * The panel's state and the one function that changes it: `update(state, event)` gives the next state and the wishes
 * that it has of the world (post a message, start a run). Pure; `main.tsx` fulfills the wishes, `shown.ts` reads the state.
 */
import type {
  BundledProgram,
  GradientGraph,
  RunEvent,
  RunOutcome,
  RunRequest,
  Site,
  SiteId,
  SourceSpan,
} from "@gradlens/engine/graph";
import type { FromView, OfferedFix, ToView } from "./messages.js";
import type { Ending, Purpose, Wish } from "./runner.js";
import { findBySpan, shownOf } from "./shown.js";
import { nodeKeys } from "./twins.js";
import { digestOf, hear, isBehind, nothingTold, type Told } from "./told.js";
import { unreachable } from "./unreachable.js";
import { statusOf } from "./verdicts.js";
import { sitesOfCuts } from "./what-if.js";
import type { Batch } from "./worker/worker-messages.js";

/** A place of the picture under the window; null fits the whole picture. */
export type Camera = { readonly x: number; readonly y: number; readonly scale: number } | null;

/** The same run with cuts ignored. */
export interface WhatIf {
  readonly sites: readonly SiteId[];
  /** The run of the program that it is compared with. */
  readonly of: Told;
  readonly tag: number;
  /** The last one that is complete. */
  readonly told: Told | null;
  readonly incoming: Told | null;
  readonly state: "asked" | "told" | "gave up";
}

export interface State {
  readonly title: string;
  readonly uri: string;
  readonly sites: readonly Site[];
  readonly seed: number;
  readonly fixes: readonly OfferedFix[];
  /** Why nothing ran, where a run was asked for. */
  readonly notice: string | null;
  /** The graphs from reading the source. */
  readonly reading: readonly GradientGraph[];
  /** The run that is shown. */
  readonly told: Told | null;
  /** The run that is going on; while a slider moves it may be an older one than the last that was asked for. */
  readonly incoming: { readonly tag: number; readonly told: Told } | null;
  /** The tag of the last run of the program that was asked for. */
  readonly lastTag: number;
  readonly running: "never" | "running" | "ended" | Ending;
  readonly recording: RunRequest["recording"];
  readonly overrides: ReadonlyMap<SiteId, readonly number[]>;
  readonly whatIf: WhatIf | null;
  readonly preview: "off" | "on";
  readonly chosenLoss: string | null;
  readonly chosenVerdict: number;
  /** A node's key, which stays the same from run to run. */
  readonly selected: string | null;
  readonly page: "graph" | "table";
  readonly camera: Camera;
}

export type PanelEvent =
  | { readonly kind: "message"; readonly message: ToView }
  | { readonly kind: "told"; readonly purpose: Purpose; readonly tag: number; readonly batch: Batch }
  | { readonly kind: "gaveUp"; readonly purpose: Purpose; readonly ending: Ending }
  | { readonly kind: "chooseLoss"; readonly loss: string }
  | { readonly kind: "nextVerdict" }
  | { readonly kind: "select"; readonly node: string | null; readonly span: SourceSpan | null }
  | { readonly kind: "reveal"; readonly span: SourceSpan }
  | { readonly kind: "setLeaf"; readonly site: SiteId; readonly values: readonly number[] }
  | { readonly kind: "resetLeaf"; readonly site: SiteId }
  | { readonly kind: "preview"; readonly preview: "off" | "on" }
  | { readonly kind: "stop" | "runAgain" }
  | { readonly kind: "applyFix"; readonly fix: OfferedFix }
  | { readonly kind: "export"; readonly format: "svg" | "json"; readonly text: string }
  | { readonly kind: "page"; readonly page: State["page"] }
  | { readonly kind: "camera"; readonly camera: Camera };

/** What the world is asked to do. */
export type Command =
  | { readonly kind: "post"; readonly message: FromView }
  | { readonly kind: "load"; readonly program: BundledProgram }
  | { readonly kind: "ask"; readonly purpose: Purpose; readonly wish: Wish }
  | { readonly kind: "stop" };

export interface Updated {
  readonly state: State;
  readonly commands: readonly Command[];
}

/** Runs up to this length are compared with their what-if without being asked. */
const quickMs = 1000;
/** A run that was this quick can afford a graph of every pass. */
const instantMs = 200;
/** Up to this length a run whose graph is older than its last pass is run once more for the sake of that pass. */
const repeatableMs = 1500;
const whatIfDeadlineMs = 3000;

export const initialState: State = {
  title: "",
  uri: "",
  sites: [],
  seed: 0,
  fixes: [],
  notice: null,
  reading: [],
  told: null,
  incoming: null,
  lastTag: 0,
  running: "never",
  recording: { kind: "sampled", everyMs: 250 },
  overrides: new Map(),
  whatIf: null,
  preview: "off",
  chosenLoss: null,
  chosenVerdict: 0,
  selected: null,
  page: "graph",
  camera: null,
};

export function update(state: State, event: PanelEvent): Updated {
  switch (event.kind) {
    case "message":
      return updateByMessage(state, event.message);
    case "told":
      return event.purpose === "program"
        ? heardProgram(state, event.tag, event.batch)
        : heardWhatIf(state, event.tag, event.batch);
    case "gaveUp":
      return gaveUp(state, event.purpose, event.ending);
    case "chooseLoss":
      return compared(withoutPreview({ ...state, chosenLoss: event.loss, chosenVerdict: 0, selected: null }));
    case "nextVerdict": {
      const count = Math.max(1, shownOf(state).verdicts.length);
      const chosenVerdict = (shownOf(state).verdictIndex + 1) % count;
      return compared(withoutPreview({ ...state, chosenVerdict, selected: null }));
    }
    case "select": {
      const commands = event.span === null ? [] : [post({ kind: "reveal", span: event.span })];
      return compared({ state: withVerdictOf({ ...state, selected: event.node }), commands });
    }
    case "reveal":
      return { state, commands: [post({ kind: "reveal", span: event.span })] };
    case "setLeaf":
      return askProgram({ ...state, overrides: new Map(state.overrides).set(event.site, event.values) });
    case "resetLeaf": {
      const overrides = new Map(state.overrides);
      overrides.delete(event.site);
      return askProgram({ ...state, overrides });
    }
    case "preview":
      return preview(state, event.preview);
    case "stop":
      return { state, commands: [{ kind: "stop" }] };
    case "runAgain":
      return { state, commands: [post({ kind: "runAgain" })] };
    case "applyFix": {
      const { code, span, title } = event.fix;
      return { state, commands: [post({ kind: "applyFix", code, span, title })] };
    }
    case "export":
      return { state, commands: [post({ kind: "export", format: event.format, text: event.text })] };
    case "page":
      return { state: { ...state, page: event.page }, commands: [] };
    case "camera":
      return { state: { ...state, camera: event.camera }, commands: [] };
    default:
      return unreachable(event);
  }
}

function updateByMessage(state: State, message: ToView): Updated {
  switch (message.kind) {
    case "run": {
      const { title, uri, program, seed, fixes } = message;
      const kept = uri === state.uri ? state : { ...freshFor(state), reading: [] };
      const next: State = {
        ...kept,
        title,
        uri,
        seed,
        fixes,
        sites: program.sites,
        notice: null,
        incoming: null,
        recording: initialState.recording,
        // Sites are numbered anew with every bundle, so what-if values of the last one mean nothing now.
        overrides: new Map(),
        whatIf: null,
        preview: "off",
      };
      return askProgram(next, [{ kind: "load", program }]);
    }
    case "stop":
      return { state, commands: [{ kind: "stop" }] };
    case "staticGraph": {
      const { title, uri, graphs, fixes, notice } = message;
      const isOther = uri !== state.uri;
      const kept = isOther || notice !== null ? { ...freshFor(state), running: "never" as const } : state;
      const next: State = { ...kept, title, uri, fixes, notice, reading: graphs };
      const commands: readonly Command[] = isOther || notice !== null ? [{ kind: "stop" }] : [];
      return { state: next, commands: [...commands, ...(next.told === null ? statusCommands(next) : [])] };
    }
    case "select": {
      const found = findBySpan(state, message.span);
      if (found === null) return { state, commands: [] };
      return compared({
        state: withVerdictOf({ ...state, chosenLoss: found.loss, selected: found.node }),
        commands: [],
      });
    }
    default:
      return unreachable(message);
  }
}

/** Nothing of another file's run stays; the camera and the page are the user's own. */
function freshFor({ page }: State): State {
  return { ...initialState, page };
}

function heardProgram(state: State, tag: number, batch: Batch): Updated {
  const isNewest = tag === state.lastTag;
  // What comes after the end was posted by the program's own timers.
  if (isNewest && state.running !== "running") return { state, commands: [] };
  const incoming = hear(state.incoming?.tag === tag ? state.incoming.told : nothingTold, batch);
  const isFirst = state.overrides.size === 0 && state.recording.kind === "sampled";
  const forwarded = isFirst ? batch.events.flatMap(forward) : [];
  if (incoming.outcome === null) {
    // A short re-run replaces the last one when it is complete, a long one as soon as it has something to show.
    const isLong = incoming.milliseconds > quickMs / 4;
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

function heardWhatIf(state: State, tag: number, batch: Batch): Updated {
  const { whatIf } = state;
  if (whatIf === null || whatIf.incoming === null || whatIf.tag !== tag) return { state, commands: [] };
  const incoming = hear(whatIf.incoming, batch);
  if (incoming.outcome === null) return { state: { ...state, whatIf: { ...whatIf, incoming } }, commands: [] };
  const next: State = { ...state, whatIf: { ...whatIf, told: incoming, incoming: null, state: "told" } };
  return { state: next, commands: next.preview === "on" ? outcomeCommands(next) : [] };
}

function gaveUp(state: State, purpose: Purpose, ending: Ending): Updated {
  if (purpose === "whatIf") {
    const { whatIf } = state;
    if (whatIf === null) return { state, commands: [] };
    const next: State = { ...state, whatIf: { ...whatIf, incoming: null, state: "gave up" } };
    return whatIf.told === null ? withoutPreview(next) : { state: next, commands: [] };
  }
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

function preview(state: State, preview: State["preview"]): Updated {
  if (preview === "off") return withoutPreview(state);
  const { sites } = cutsInView(state);
  if (sites.length === 0 || state.told === null) return { state, commands: [] };
  const next: State = { ...state, preview };
  const posted = post({ kind: "ignoredCuts", sites });
  const isThere = isWhatIfOf(next.whatIf, next.told, sites) && next.whatIf?.state !== "gave up";
  if (isThere) return { state: next, commands: [posted, ...outcomeCommands(next)] };
  const { state: asked, commands } = askWhatIf(next, state.told, sites, null);
  return { state: asked, commands: [posted, ...commands] };
}

function withoutPreview(state: State): Updated {
  if (state.preview === "off") return { state, commands: [] };
  const next: State = { ...state, preview: "off" };
  return { state: next, commands: [post({ kind: "ignoredCuts", sites: [] }), ...outcomeCommands(next)] };
}

/** Asks for the what-if of the cuts in view, where a run of the program was quick and it is not known yet. */
function compared({ state, commands }: Updated): Updated {
  const { told } = state;
  const { sites } = cutsInView(state);
  const isQuick = told !== null && told.outcome !== null && told.milliseconds < quickMs && state.running !== "running";
  if (!isQuick || sites.length === 0 || isWhatIfOf(state.whatIf, told, sites)) return { state, commands };
  const asked = askWhatIf(state, told, sites, whatIfDeadlineMs);
  return { state: asked.state, commands: [...commands, ...asked.commands] };
}

function askWhatIf(state: State, of: Told, sites: readonly SiteId[], deadlineMs: number | null): Updated {
  // Until the new one is complete, the one for the same cuts stays on the screen.
  const last = state.whatIf !== null && isSame(state.whatIf.sites, sites) ? state.whatIf.told : null;
  const tag = (state.whatIf?.tag ?? 0) + 1;
  const whatIf: WhatIf = { sites, of, tag, told: last, incoming: nothingTold, state: "asked" };
  const request: RunRequest = { ...requestOf(state), ignoredCuts: sites, recording: { kind: "every pass" } };
  const ask: Command = { kind: "ask", purpose: "whatIf", wish: { tag, request, deadlineMs } };
  return { state: { ...state, whatIf }, commands: [ask] };
}

function isWhatIfOf(whatIf: WhatIf | null, told: Told | null, sites: readonly SiteId[]): boolean {
  return whatIf !== null && whatIf.of === told && isSame(whatIf.sites, sites);
}

/** The cuts of the verdict that the strip shows. */
function cutsInView(state: State): { readonly sites: readonly SiteId[] } {
  const { verdict, origin } = shownOf(state);
  return { sites: verdict === null || origin === "static" ? [] : sitesOfCuts(verdict.cuts, state.sites) };
}

/** Choosing a leaf that the strip has something to say about brings that to the front. */
function withVerdictOf(state: State): State {
  const { verdicts, loss } = shownOf(state);
  if (loss === null || state.selected === null || state.preview === "on") return state;
  const keys = nodeKeys(loss.graph);
  const index = verdicts.findIndex(({ nodes }) => nodes.some((id) => keys.get(id) === state.selected));
  return index < 0 ? state : { ...state, chosenVerdict: index };
}

/** A run with the present what-if values; the newest wish wins, so a slider may ask as often as it likes. */
function askProgram(state: State, before: readonly Command[] = []): Updated {
  const tag = state.lastTag + 1;
  const ask: Command = { kind: "ask", purpose: "program", wish: { tag, request: requestOf(state), deadlineMs: null } };
  return { state: { ...state, lastTag: tag, running: "running" }, commands: [...before, ask] };
}

function requestOf({ seed, overrides, recording }: State): RunRequest {
  return {
    seed,
    overrides: [...overrides].map(([site, values]) => ({ site, values })),
    ignoredCuts: [],
    recording,
  };
}

/** What the editor shows of a run: values beside the code, and one line in the status bar. */
function outcomeCommands(state: State): readonly Command[] {
  const told = state.preview === "on" ? (state.whatIf?.told ?? state.told) : state.told;
  if (told === null) return statusCommands(state);
  return [post({ kind: "digest", uri: state.uri, values: digestOf(told) }), ...statusCommands(state)];
}

function statusCommands(state: State): readonly Command[] {
  const { graph, loss } = shownOf(state);
  return graph === null || loss === null ? [] : [post({ kind: "status", text: statusOf(graph, loss.short) })];
}

function forward(event: RunEvent): readonly Command[] {
  return event.kind === "graph" ? [] : [post({ kind: "event", event })];
}

function post(message: FromView): Command {
  return { kind: "post", message };
}

function isSame(a: readonly SiteId[], b: readonly SiteId[]): boolean {
  return a.length === b.length && a.every((site, index) => site === b[index]);
}
