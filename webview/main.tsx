/**
 * The panel's rim: messages and clicks come in, `update` makes the next state and its commands, and both are carried
 * out here: rendering, posting to the extension, running the program in its worker.
 */
import "./style.css";
import { signal } from "@preact/signals";
import { options, render } from "preact";
import { isToView } from "./check-message.js";
import { keptOf, restored, type Kept } from "./kept.js";
import type { FromView } from "./messages.js";
import { Runner } from "./runner.js";
import { keepSpareWorker, spawnWorker } from "./spawn-worker.js";
import { update, type Command, type PanelEvent, type State } from "./state.js";
import { unreachable } from "./unreachable.js";
import { AppView } from "./view/app-view.js";

interface Editor {
  postMessage(message: FromView): void;
  getState(): Partial<Kept> | undefined;
  setState(kept: Kept): void;
}
declare function acquireVsCodeApi(): Editor;

const editor = acquireVsCodeApi();
const state = signal<State>(restored(editor.getState()));
let runner: Runner | null = null;

function dispatch(event: PanelEvent): void {
  const updated = update(state.value, event);
  state.value = updated.state;
  for (const command of updated.commands) perform(command);
  keepSoon();
}

/** What outlives a reload goes to the editor a few times a second, since a slider changes the state with every frame. */
const keepAfterMs = 200;
let keeping: ReturnType<typeof setTimeout> | null = null;

function keepSoon(): void {
  keeping ??= setTimeout(keep, keepAfterMs);
}

function keep(): void {
  if (keeping !== null) clearTimeout(keeping);
  keeping = null;
  editor.setState(keptOf(state.value));
}

function perform(command: Command): void {
  switch (command.kind) {
    case "post":
      editor.postMessage(command.message);
      return;
    case "load": {
      const { program } = command;
      runner?.dispose();
      runner = new Runner({
        program,
        spawn: () => spawnWorker(program),
        tell: (purpose, tag, batch) => guarded("told", () => dispatch({ kind: "told", purpose, tag, batch })),
        gaveUp: (purpose, ending) => guarded("gaveUp", () => dispatch({ kind: "gaveUp", purpose, ending })),
      });
      return;
    }
    case "ask":
      runner?.ask(command.purpose, command.wish);
      return;
    case "pause":
      runner?.pause(command.wish);
      return;
    case "leave":
      runner?.leave(command.purpose);
      return;
    case "stop":
      runner?.stop();
      return;
    default:
      unreachable(command);
  }
}

/** One message that cannot be handled must not end the panel: it is logged with its name. */
function guarded(name: string, handle: () => void): void {
  try {
    handle();
  } catch (error) {
    console.error(`GradLens: could not handle "${name}".`, error);
  }
}

function theme(): "dark" | "light" {
  const { classList } = document.body;
  return classList.contains("vscode-light") || classList.contains("vscode-high-contrast-light") ? "light" : "dark";
}

function Root() {
  return <AppView state={state.value} theme={theme} dispatch={dispatch} />;
}

window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  if (isToView(data)) guarded(data.kind, () => dispatch({ kind: "message", message: data }));
});
// A short run tells what it has in several messages; those that are there already are drawn together.
const { port1, port2 } = new MessageChannel();
let renderings: (() => void)[] = [];
port1.onmessage = () => {
  const due = renderings;
  renderings = [];
  for (const each of due) each();
};
options.debounceRendering = (rendering) => {
  renderings.push(rendering);
  if (renderings.length === 1) port2.postMessage(null);
};
window.addEventListener("pagehide", keep);
const root = document.getElementById("root");
if (root === null) throw new Error('The page of the panel has no element "root"; the extension must give it one.');
render(<Root />, root);
editor.postMessage({ kind: "ready" });
keepSpareWorker();
