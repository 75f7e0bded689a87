/** What the state has to say to the extension: values beside the code, and one line in the status bar. */
import type { RunEvent } from "@gradlens/engine/graph";
import type { FromView } from "./messages.js";
import { shownOf } from "./shown.js";
import type { Command, State } from "./state.js";
import { digestOf } from "./told.js";
import { statusOf } from "./verdicts.js";

/** What the editor shows of a run. */
export function outcomeCommands(state: State): readonly Command[] {
  const { told, origin } = shownOf(state);
  const isLive = told !== null && origin !== "static";
  const shown = isLive ? told : state.told;
  if (shown === null) return statusCommands(state);
  return [post({ kind: "digest", uri: state.uri, values: digestOf(shown) }), ...statusCommands(state)];
}

export function statusCommands(state: State): readonly Command[] {
  const { graph, loss } = shownOf(state);
  return graph === null || loss === null
    ? []
    : [post({ kind: "status", text: statusOf(graph, loss.meant, loss.short) })];
}

/** Graphs, the numbers of each step and pauses are for the panel alone. */
export function forward(event: RunEvent): readonly Command[] {
  return event.kind === "graph" || event.kind === "steps" || event.kind === "pause"
    ? []
    : [post({ kind: "event", event })];
}

export function post(message: FromView): Command {
  return { kind: "post", message };
}
