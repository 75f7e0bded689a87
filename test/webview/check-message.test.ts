/** What may come to the page over `postMessage`: messages of the extension, and nothing that only looks like one. */
import { describe, expect, it } from "vitest";
import { isToView } from "../../webview/check-message.js";
import type { ToView } from "../../webview/messages.js";

const uri = "file:///workspace/examples/one-cut.ts";
const nowhere = { uri, start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const program = { code: "", sites: [], files: {} };
const run: ToView = { kind: "run", title: "one-cut.ts", uri, program, seed: 7, fixes: [] };

describe("isToView", () => {
  it.each<[string, unknown, boolean]>([
    ["a run", run, true],
    ["stop", { kind: "stop" }, true],
    ["a question for a sign of life", { kind: "areYouThere" }, true],
    ["a selection", { kind: "select", span: nowhere }, true],
    ["no message", null, false],
    ["another kind", { kind: "evil" }, false],
    ["a run without a program", { ...run, program: null }, false],
    [
      "a graph without nodes",
      { kind: "staticGraph", title: "", uri: "", graphs: [{}], fixes: [], notice: null },
      false,
    ],
    ["a selection without a place", { kind: "select", span: { uri: "a" } }, false],
  ])("%s", (_case, data, expected) => {
    expect(isToView(data)).toBe(expected);
  });
});
