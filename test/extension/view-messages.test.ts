// What the panel's page may say: the user's program shares that page, so anything can arrive.
import { describe, expect, it } from "vitest";
import { readFromView } from "../../extension/view-messages.js";

const span = { uri: "file:///a.ts", start: { line: 1, character: 2 }, end: { line: 1, character: 9 } };
const summary = { first: [1], norm: 1, min: 1, max: 1, mean: 1, exactZeros: 0, nonFinite: 0, size: 1, histogram: null };
const value = { name: "x", span, value: summary, gradient: null, requiresGrad: true };

describe("a message of the panel", () => {
  it.each([
    ["ready", { kind: "ready" }],
    ["run again", { kind: "runAgain" }],
    ["reveal", { kind: "reveal", span }],
    ["what-if values for a call", { kind: "writeLeaf", span, values: [1, -2.5] }],
    ["a sign of life", { kind: "here" }],
    ["a fix by its name", { kind: "applyFix", code: "cut-by-detach", span, title: "Remove `detach()`" }],
    ["a digest", { kind: "digest", uri: "file:///a.ts", values: [value] }],
    ["the status", { kind: "status", text: "∂ L 25, 1 leaf cut off" }],
    ["ignored cuts", { kind: "ignoredCuts", sites: [3, 4] }],
    ["an export", { kind: "export", format: "svg", text: "<svg/>" }],
    ["the end of a run", { kind: "event", event: { kind: "ended", outcome: { kind: "finished" } } }],
  ])("is taken as it is: %s", (_, message) => {
    expect(readFromView(message)).toEqual(message);
  });

  it.each([
    ["nothing", undefined],
    ["a text", "ready"],
    ["a list", [{ kind: "ready" }]],
    ["an unknown kind", { kind: "executeCommand", command: "workbench.action.terminal.new" }],
    ["a span without an end", { kind: "reveal", span: { uri: "file:///a.ts", start: span.start } }],
    ["a negative line", { kind: "reveal", span: { ...span, start: { line: -1, character: 0 } } }],
    ["a line that is no number", { kind: "reveal", span: { ...span, end: { line: "1", character: 0 } } }],
    ["a value that is no number", { kind: "writeLeaf", span, values: ["1); evil("] }],
    ["a value that cannot be written", { kind: "writeLeaf", span, values: [Number.NaN] }],
    ["a fix with edits but no title", { kind: "applyFix", code: "x", span, edits: [{ span, text: "rm -rf" }] }],
    ["a status of two lines", { kind: "status", text: "fine\n$(error)" }],
    [
      "a digest with a malformed value",
      { kind: "digest", uri: "file:///a.ts", values: [{ ...value, value: { first: 1 } }] },
    ],
    ["sites that are no numbers", { kind: "ignoredCuts", sites: ["3"] }],
    ["an export in another format", { kind: "export", format: "exe", text: "" }],
  ])("is passed over: %s", (_, message) => {
    expect(readFromView(message)).toBeNull();
  });

  it("keeps only the fields that its kind has", () => {
    expect(readFromView({ kind: "applyFix", code: "c", span, title: "t", edits: [] })).toEqual({
      kind: "applyFix",
      code: "c",
      span,
      title: "t",
    });
  });

  it("is shortened where the status bar has no room for it", () => {
    const message = readFromView({ kind: "status", text: `∂ ${"L".repeat(500)} 25` });
    expect(message).toEqual({ kind: "status", text: `∂ ${"L".repeat(57)}…` });
  });

  it("keeps a NaN, which is a value like others", () => {
    const nan = { ...value, value: { ...summary, first: [Number.NaN], mean: Number.NaN } };
    expect(readFromView({ kind: "digest", uri: "file:///a.ts", values: [nan] })).toEqual({
      kind: "digest",
      uri: "file:///a.ts",
      values: [nan],
    });
  });
});
