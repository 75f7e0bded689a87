/** The same run with the cuts in view ignored: asked for by itself where runs are quick, shown on a click. Pure. */
import type { RunRequest, SiteId } from "@gradlens/engine/graph";
import { outcomeCommands, post } from "./posts.js";
import { requestOf } from "./program-run.js";
import { shownOf } from "./shown.js";
import type { Command, State, Updated, WhatIf } from "./state.js";
import { hear, nothingTold, type Told } from "./told.js";
import { sitesOfCuts } from "./what-if.js";
import type { Batch } from "./worker/worker-messages.js";

/** Runs up to this length are compared with their what-if without being asked. */
const quickMs = 1000;
const deadlineMs = 3000;

export function preview(state: State, preview: State["preview"]): Updated {
  if (preview === "off") return withoutPreview(state);
  const { sites } = cutsInView(state);
  if (sites.length === 0 || state.told === null) return { state, commands: [] };
  const next: State = { ...state, preview, scrub: null };
  const posted = post({ kind: "ignoredCuts", sites });
  const isThere = isWhatIfOf(next.whatIf, next.told, sites) && next.whatIf?.state !== "gave up";
  if (isThere) return { state: next, commands: [posted, ...outcomeCommands(next)] };
  const { state: asked, commands } = askWhatIf(next, state.told, sites, null);
  return { state: asked, commands: [posted, ...commands] };
}

export function withoutPreview(state: State): Updated {
  if (state.preview === "off") return { state, commands: [] };
  const next: State = { ...state, preview: "off" };
  return { state: next, commands: [post({ kind: "ignoredCuts", sites: [] }), ...outcomeCommands(next)] };
}

/** Asks for the what-if of the cuts in view, where a run of the program was quick and it is not known yet. */
export function compared({ state, commands }: Updated): Updated {
  const { told } = state;
  const { sites } = cutsInView(state);
  const isQuick = told !== null && told.outcome !== null && told.milliseconds < quickMs && state.running !== "running";
  if (!isQuick || sites.length === 0 || isWhatIfOf(state.whatIf, told, sites)) return { state, commands };
  const asked = askWhatIf(state, told, sites, deadlineMs);
  return { state: asked.state, commands: [...commands, ...asked.commands] };
}

export function heardWhatIf(state: State, tag: number, batch: Batch): Updated {
  const { whatIf } = state;
  if (whatIf === null || whatIf.incoming === null || whatIf.tag !== tag) return { state, commands: [] };
  const incoming = hear(whatIf.incoming, batch);
  if (incoming.outcome === null) return { state: { ...state, whatIf: { ...whatIf, incoming } }, commands: [] };
  const next: State = { ...state, whatIf: { ...whatIf, told: incoming, incoming: null, state: "told" } };
  return { state: next, commands: next.preview === "on" ? outcomeCommands(next) : [] };
}

export function whatIfGaveUp(state: State): Updated {
  const { whatIf } = state;
  if (whatIf === null) return { state, commands: [] };
  const next: State = { ...state, whatIf: { ...whatIf, incoming: null, state: "gave up" } };
  return whatIf.told === null ? withoutPreview(next) : { state: next, commands: [] };
}

function askWhatIf(state: State, of: Told, sites: readonly SiteId[], deadline: number | null): Updated {
  // Until the new one is complete, the one for the same cuts stays on the screen.
  const last = state.whatIf !== null && isSame(state.whatIf.sites, sites) ? state.whatIf.told : null;
  const tag = (state.whatIf?.tag ?? 0) + 1;
  const whatIf: WhatIf = { sites, of, tag, told: last, incoming: nothingTold, state: "asked" };
  const request: RunRequest = {
    ...requestOf(state),
    ignoredCuts: sites,
    recording: { kind: "every pass" },
    steps: "untold",
  };
  const ask: Command = { kind: "ask", purpose: "whatIf", wish: { tag, request, deadlineMs: deadline } };
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

function isSame(a: readonly SiteId[], b: readonly SiteId[]): boolean {
  return a.length === b.length && a.every((site, index) => site === b[index]);
}
