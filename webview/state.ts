/**
 * The panel's state and the one function that changes it: `update(state, event)` gives the next state and the wishes
 * that it has of the world (post a message, start a run). Pure; `main.tsx` fulfills the wishes, `shown.ts` reads the state.
 */
import type { BundledProgram, GradientGraph, RunRequest, Site, SiteId, SourceSpan } from "@gradlens/engine/graph";
import type { Folding, Level } from "./folding/fold.js";
import type { ExportFormat, FromView, OfferedFix, ToView } from "./messages.js";
import type { Overlay } from "./overlay.js";
import { post, statusCommands } from "./posts.js";
import { compared, heardWhatIf, preview, whatIfGaveUp, withoutPreview } from "./preview.js";
import { askProgram, heardProgram, programGaveUp } from "./program-run.js";
import type { Ending, Purpose, Wish } from "./runner.js";
import { heardStep, runToStep, scrubTo, stepGaveUp, type Scrub } from "./scrub.js";
import { findBySpan, keepShown, shownOf } from "./shown.js";
import { nodeKeys } from "./twins.js";
import type { Told } from "./told.js";
import { unreachable } from "./unreachable.js";
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
  /** Why there is no run, where one was asked for: a short sentence, and the reason. */
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
  /** The step that one looks at; null for the newest. */
  readonly scrub: Scrub | null;
  readonly preview: "off" | "on";
  readonly chosenLoss: string | null;
  readonly chosenVerdict: number;
  /** A node's key, which stays the same from run to run. */
  readonly selected: string | null;
  readonly page: "graph" | "table";
  /** How much of the graph stands on one card. */
  readonly folding: Folding;
  /** What stands beside the picture of a training run; null until the user has chosen. */
  readonly side: "tensor" | "training" | null;
  readonly camera: Camera;
  readonly overlay: Overlay;
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
  | { readonly kind: "resetLeaf" | "writeLeaf"; readonly site: SiteId }
  | { readonly kind: "preview"; readonly preview: "off" | "on" }
  | { readonly kind: "scrub"; readonly step: number | null }
  | { readonly kind: "side"; readonly side: "tensor" | "training" }
  | { readonly kind: "stop" | "runAgain" | "runToStep" | "pause" | "resume" }
  | { readonly kind: "applyFix"; readonly fix: OfferedFix }
  | { readonly kind: "export"; readonly format: ExportFormat; readonly text: string }
  | { readonly kind: "level"; readonly level: Level }
  /** Opens or closes groups by their keys; what is selected then is a node or a group. */
  | {
      readonly kind: "fold";
      readonly groups: readonly string[];
      readonly to: "open" | "closed";
      readonly selected: string | null;
    }
  | { readonly kind: "page"; readonly page: State["page"] }
  | { readonly kind: "overlay"; readonly overlay: Overlay }
  | { readonly kind: "camera"; readonly camera: Camera };

/** What the world is asked to do. */
export type Command =
  | { readonly kind: "post"; readonly message: FromView }
  | { readonly kind: "load"; readonly program: BundledProgram }
  | { readonly kind: "ask"; readonly purpose: Purpose; readonly wish: Wish }
  /** Gives up the run of one purpose, if it is the one that runs. */
  | { readonly kind: "leave"; readonly purpose: Purpose }
  | { readonly kind: "pause"; readonly wish: "pause" | "resume" }
  | { readonly kind: "stop" };

export interface Updated {
  readonly state: State;
  readonly commands: readonly Command[];
}

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
  scrub: null,
  preview: "off",
  chosenLoss: null,
  chosenVerdict: 0,
  selected: null,
  page: "graph",
  folding: { level: "module", toggled: new Map() },
  side: null,
  camera: null,
  overlay: "none",
};

export function update(state: State, event: PanelEvent): Updated {
  switch (event.kind) {
    case "message":
      return updateByMessage(state, event.message);
    case "told":
      return told(state, event);
    case "gaveUp":
      return gaveUp(state, event);
    case "chooseLoss": {
      const next: State = { ...state, chosenLoss: event.loss, chosenVerdict: 0, selected: null, scrub: null };
      return compared(withoutPreview(next));
    }
    case "nextVerdict": {
      const count = Math.max(1, shownOf(state).verdicts.length);
      const chosenVerdict = (shownOf(state).verdictIndex + 1) % count;
      return compared(withoutPreview({ ...state, chosenVerdict, selected: null }));
    }
    case "select": {
      const commands = event.span === null ? [] : [post({ kind: "reveal", span: event.span })];
      const side = event.node === null ? state.side : "tensor";
      return compared({ state: withVerdictOf({ ...state, selected: event.node, side }), commands });
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
    case "writeLeaf": {
      const values = state.overrides.get(event.site);
      const span = state.sites[event.site]?.span;
      const isThere = values !== undefined && span !== undefined;
      return { state, commands: isThere ? [post({ kind: "writeLeaf", span, values })] : [] };
    }
    case "preview":
      return preview(state, event.preview);
    case "scrub":
      return scrubTo(state, event.step);
    case "runToStep":
      return runToStep(state);
    case "side":
      return { state: { ...state, side: event.side }, commands: [] };
    case "pause":
    case "resume":
      return { state, commands: [{ kind: "pause", wish: event.kind }] };
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
    case "level":
      return { state: { ...state, folding: { level: event.level, toggled: new Map() }, camera: null }, commands: [] };
    case "fold": {
      const toggled = new Map(state.folding.toggled);
      for (const group of event.groups) toggled.set(group, event.to);
      const folding: Folding = { ...state.folding, toggled };
      return { state: { ...state, folding, selected: event.selected ?? state.selected, camera: null }, commands: [] };
    }
    case "page":
      return { state: { ...state, page: event.page }, commands: [] };
    case "overlay":
      return { state: { ...state, overlay: event.overlay }, commands: [] };
    case "camera": {
      const next: State = { ...state, camera: event.camera };
      // A drag moves the camera with each frame, and nothing that is shown depends on it.
      keepShown(state, next);
      return { state: next, commands: [] };
    }
    default:
      return unreachable(event);
  }
}

function told(state: State, { purpose, tag, batch }: Extract<PanelEvent, { kind: "told" }>): Updated {
  switch (purpose) {
    case "program":
      return heardProgram(state, tag, batch);
    case "step":
      return heardStep(state, tag, batch);
    case "whatIf":
      return heardWhatIf(state, tag, batch);
    default:
      return unreachable(purpose);
  }
}

function gaveUp(state: State, { purpose, ending }: Extract<PanelEvent, { kind: "gaveUp" }>): Updated {
  switch (purpose) {
    case "program":
      return programGaveUp(state, ending);
    case "step":
      return stepGaveUp(state);
    case "whatIf":
      return whatIfGaveUp(state);
    default:
      return unreachable(purpose);
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
    case "areYouThere":
      return { state, commands: [post({ kind: "here" })] };
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
function freshFor({ page, folding }: State): State {
  return { ...initialState, page, folding: { ...folding, toggled: new Map() } };
}

/** Choosing a leaf that the strip has something to say about brings that to the front. */
function withVerdictOf(state: State): State {
  const { verdicts, loss } = shownOf(state);
  if (loss === null || state.selected === null || state.preview === "on") return state;
  const keys = nodeKeys(loss.graph);
  const index = verdicts.findIndex(({ nodes }) => nodes.some((id) => keys.get(id) === state.selected));
  return index < 0 ? state : { ...state, chosenVerdict: index };
}
