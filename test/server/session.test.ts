/** Conversations between an editor and the language server, over a pipe. */
import { readFileSync } from "node:fs";
import type { GradientGraph, LiveValue, TensorSummary } from "@gradlens/engine/graph";
import type { CodeAction, Diagnostic, Hover, MarkupContent } from "vscode-languageserver/node";
import { describe, expect, it } from "vitest";
import type { BundleAnswer, FixesResult } from "../../server/protocol.js";
import { Conversation, diskOf, pushing } from "./conversation.js";

const example = readFileSync("examples/selective-gradients.ts", "utf8");
const oneCut = readFileSync("examples/one-cut.ts", "utf8");
const uri = "file:///project/example.ts";

/** `code: the marked text` of each diagnostic, in order of place. */
function told(diagnostics: readonly Diagnostic[], text: string): readonly string[] {
  const lines = text.split("\n");
  return [...diagnostics]
    .sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character)
    .map(({ code, range }) => {
      const line = lines[range.start.line] ?? "";
      return `${code} on line ${range.start.line + 1}: ${line.slice(range.start.character, range.end.character)}`;
    });
}

async function actionsAt(conversation: Conversation, diagnostic: Diagnostic): Promise<readonly CodeAction[]> {
  return conversation.client.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range: diagnostic.range,
    context: { diagnostics: [diagnostic] },
  });
}

async function hoverAt(conversation: Conversation, piece: string, occurrence = 0): Promise<string | null> {
  const position = conversation.rangeOf(uri, piece, occurrence).start;
  const hover = await conversation.client.sendRequest<(Hover & { contents: MarkupContent }) | null>(
    "textDocument/hover",
    { textDocument: { uri }, position },
  );
  return hover?.contents.value ?? null;
}

describe("diagnostics", () => {
  it("are exactly those of case 4, with the story from the leaf to the loss", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, example);
    const diagnostics = await conversation.diagnostics(uri, 1);
    const codes = diagnostics.map(({ code }) => String(code)).sort();
    expect(codes).toEqual(["cut-by-detach", "cut-by-detach", "loss-has-no-grad", "never-receives-gradient"]);
    const start = conversation.rangeOf(uri, "function bothDetached").start.line;
    const end = conversation.rangeOf(uri, "function inference").start.line;
    expect(diagnostics.every(({ range }) => range.start.line > start && range.end.line < end)).toBe(true);
    const never = diagnostics.find(({ code }) => code === "never-receives-gradient");
    expect(never).toMatchObject({ severity: 2, source: "gradlens" });
    expect(never?.relatedInformation?.length).toBeGreaterThanOrEqual(2);
    expect(never?.relatedInformation?.every(({ location }) => location.uri === uri)).toBe(true);
  });

  it("follow the text while it is edited, each with its version", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, oneCut);
    expect(told(await conversation.diagnostics(uri, 1), oneCut)).toContain("never-receives-gradient on line 4: y1");
    const version = await conversation.replace(uri, ".detach()", "");
    expect(await conversation.diagnostics(uri, version)).toEqual([]);
    const last = await conversation.replace(uri, "x.mul(y2)", "x.mul(y2).detach()");
    const now = told(await conversation.diagnostics(uri, last), conversation.text(uri));
    expect(now).toContain("never-receives-gradient on line 5: y2");
    expect(now).not.toContain("never-receives-gradient on line 4: y1");
  });

  it("are sent once for many keys, and never for a text that is gone", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, oneCut);
    await conversation.diagnostics(uri, 1);
    for (const letter of "abcdef") await conversation.replace(uri, "const d", `// ${letter}\nconst d`);
    await conversation.diagnostics(uri, 7);
    const versions = conversation.published.map(({ version }) => version ?? 0);
    expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
    expect(versions.length).toBeLessThan(7);
  });

  it("stay for a moment while a line is half typed", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, oneCut);
    const before = await conversation.diagnostics(uri, 1);
    expect(before.length).toBeGreaterThan(0);
    await conversation.replace(uri, "L.backward();", "L.backward(");
    await new Promise((resolve) => setTimeout(resolve, 250));
    const version = await conversation.replace(uri, "L.backward(", "L.backward();");
    expect(await conversation.diagnostics(uri, version)).toEqual(before);
    expect(conversation.published.map((params) => params.version)).toEqual([1, 3]);
  });

  it("go when the document is closed", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, oneCut);
    expect((await conversation.diagnostics(uri, 1)).length).toBeGreaterThan(0);
    await conversation.close(uri);
    const last = await conversation.publication(({ version }) => version === undefined);
    expect(last).toEqual({ uri, diagnostics: [] });
  });

  it("are given to a client that asks, and not sent to it", async () => {
    const capabilities = { textDocument: { diagnostic: { relatedInformation: true } } };
    const conversation = await Conversation.withSession({}, capabilities, { uriScheme: "vscode" });
    expect(conversation.initialized.capabilities.diagnosticProvider).toBeDefined();
    await conversation.open(uri, oneCut);
    const ask = (previousResultId?: string) =>
      conversation.client.sendRequest<{ kind: string; resultId: string; items: Diagnostic[] }>(
        "textDocument/diagnostic",
        { textDocument: { uri }, previousResultId },
      );
    const first = await ask();
    expect(told(first.items, oneCut)).toContain("never-receives-gradient on line 4: y1");
    expect(first.items[0]?.codeDescription?.href).toMatch(/^vscode:\/\/gradlens\.gradlens\/findings\/[a-z-]+$/);
    expect(await ask(first.resultId)).toEqual({ kind: "unchanged", resultId: first.resultId });
    await conversation.replace(uri, ".detach()", "");
    expect(await ask(first.resultId)).toMatchObject({ kind: "full", items: [] });
    expect(conversation.published).toEqual([]);
  });

  it("say the story in the message where related information is not understood", async () => {
    const conversation = await Conversation.withSession({}, {});
    await conversation.open(uri, oneCut);
    const [first] = await conversation.diagnostics(uri, 1);
    expect(first?.relatedInformation).toBeUndefined();
    expect(first?.message).toMatch(/\n1: /);
  });

  it("are none in a file that has nothing to do with gradients, in a declaration file and in a diff's past", async () => {
    const conversation = await Conversation.withSession({});
    const other = oneCut.replace("@gradlens/engine", "other-library");
    await conversation.open("file:///project/other.ts", other);
    await conversation.open("file:///project/types.d.ts", oneCut);
    await conversation.open("git:/project/example.ts", oneCut);
    await conversation.open(uri, oneCut);
    expect((await conversation.diagnostics(uri, 1)).length).toBeGreaterThan(0);
    const reported = conversation.published.filter(({ diagnostics }) => diagnostics.length > 0);
    expect(reported.map((params) => params.uri)).toEqual([uri]);
  });

  it("are told in the file that cuts, also if it imports no library itself", async () => {
    const helper = "file:///project/helper.js";
    const cutting = "export const f = (t) => t.mul(2).detach();\n";
    const main = [
      'import { tensor } from "@gradlens/engine";',
      'import { f } from "./helper.js";',
      "const x = tensor(1, { requiresGrad: true });",
      "f(x).backward();",
    ].join("\n");
    const conversation = await Conversation.withSession({ disk: diskOf(new Map([[helper, cutting]])) });
    await conversation.open(helper, cutting, "javascript");
    expect(await conversation.diagnostics(helper, 1)).toEqual([]);
    await conversation.open(uri, main);
    const told = await conversation.publication((params) => params.uri === helper && params.diagnostics.length > 0);
    expect(told.diagnostics.map(({ code }) => code)).toEqual(["cut-by-detach"]);
  });

  it("know who imports an open document, also where that file is not open", async () => {
    const params = "file:///project/params.ts";
    const leaf = [
      'import { tensor } from "@gradlens/engine";',
      "export const w = tensor(1, { requiresGrad: true });",
      "export const h = w.detach().mul(tensor(2, { requiresGrad: true }));",
    ].join("\n");
    const train = 'import { h } from "./params.js";\nh.backward();\n';
    const files = new Map([[params, leaf]]);
    const alone = await Conversation.withSession({ disk: diskOf(files) });
    await alone.open(params, leaf);
    expect(await alone.diagnostics(params, 1)).toEqual([]);

    files.set("file:///project/train.ts", train);
    const together = await Conversation.withSession({ disk: diskOf(files) });
    await together.open(params, leaf);
    expect(told(await together.diagnostics(params, 1), leaf)).toContain("never-receives-gradient on line 2: w");
  });

  it("follow the disk where the client tells of its changes", async () => {
    const model = "file:///project/model.ts";
    const files = new Map([[model, "export const f = (t: any) => t.detach();\n"]]);
    const main = oneCut.replace("x.mul(y1)", "f(x.mul(y1))").replace(".detach()", "");
    const capabilities = { ...pushing, workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } };
    const conversation = await Conversation.withSession({ disk: diskOf(files) }, capabilities);
    await conversation.open(uri, `import { f } from "./model";\n${main}`);
    expect((await conversation.diagnostics(uri, 1)).length).toBeGreaterThan(0);
    files.set(model, "export const f = (t: any) => t.mul(2);\n");
    await conversation.client.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: model, type: 2 }],
    });
    await conversation.publication((params) => params.uri === uri && params.diagnostics.length === 0);
  });

  it("are there for a document that was never saved", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open("untitled:Untitled-1", oneCut);
    const diagnostics = await conversation.diagnostics("untitled:Untitled-1", 1);
    expect(told(diagnostics, oneCut)).toContain("never-receives-gradient on line 4: y1");
    const places = diagnostics.flatMap(({ relatedInformation = [] }) =>
      relatedInformation.map(({ location }) => location),
    );
    expect(new Set(places.map((place) => place.uri))).toEqual(new Set(["untitled:Untitled-1"]));
  });

  it("follow an import: an open document wins over the disk, and a change of it is seen at once", async () => {
    const model = "file:///project/model.ts";
    const cutting =
      "import type { Tensor } from '@gradlens/engine';\nexport const f = (t: Tensor) => t.mul(2).detach();\n";
    const main = [
      'import { tensor } from "@gradlens/engine";',
      'import { f } from "./model.js";',
      "const x = tensor(1, { requiresGrad: true });",
      "f(x).backward();",
    ].join("\n");
    const files = new Map([[model, cutting]]);
    const conversation = await Conversation.withSession({ disk: diskOf(files) });
    await conversation.open(uri, main);
    expect(told(await conversation.diagnostics(uri, 1), main)).toContain("never-receives-gradient on line 3: x");

    await conversation.open(model, cutting.replace(".detach()", ""));
    const mended = await conversation.publication((params) => params.uri === uri && params.diagnostics.length === 0);
    expect(mended.version).toBe(1);
    await conversation.replace(model, "t.mul(2)", "t.mul(2).detach()");
    await expect
      .poll(() => conversation.published.findLast((params) => params.uri === uri)?.diagnostics.length)
      .toBe(2);
  });
});

describe("quick fixes", () => {
  it("make their finding vanish once applied", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, oneCut);
    const diagnostics = await conversation.diagnostics(uri, 1);
    const never = diagnostics.find(({ code }) => code === "never-receives-gradient");
    if (never === undefined) throw new Error("y1 is not reported");
    const actions = await actionsAt(conversation, never);
    expect(actions.every(({ kind }) => kind === "quickfix")).toBe(true);
    const preferred = actions.filter(({ isPreferred }) => isPreferred === true);
    expect(preferred).toHaveLength(1);
    const edit = preferred[0]?.edit;
    if (edit === undefined) throw new Error("the fix has no edit");
    await conversation.apply(edit);
    expect(conversation.text(uri)).toBe(oneCut.replace(".detach()", ""));
    expect(await conversation.diagnostics(uri, 2)).toEqual([]);
  });

  it("offer to say that a cut is intended, which silences it", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, example);
    const diagnostics = await conversation.diagnostics(uri, 1);
    const never = diagnostics.find(({ code }) => code === "never-receives-gradient");
    if (never === undefined) throw new Error("case 4 is not reported");
    const actions = await actionsAt(conversation, never);
    const intended = actions.find(({ edit }) => JSON.stringify(edit).includes("gradlens-intended"));
    expect(intended?.isPreferred).toBe(false);
    if (intended?.edit === undefined) throw new Error("there is no such fix");
    await conversation.apply(intended.edit);
    const after = await conversation.diagnostics(uri, 2);
    expect(after.map(({ code }) => code)).not.toContain("never-receives-gradient");
  });

  it("offer to ignore a code on a line", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, example);
    const before = await conversation.diagnostics(uri, 1);
    const throwing = before.find(({ code }) => code === "loss-has-no-grad");
    if (throwing === undefined) throw new Error("case 4 is not reported");
    const ignoring = (await actionsAt(conversation, throwing)).find(({ title }) => title.startsWith("Ignore"));
    expect(ignoring?.title).toBe("Ignore `loss-has-no-grad` on this line");
    if (ignoring?.edit === undefined) throw new Error("there is no such fix");
    await conversation.apply(ignoring.edit);
    expect(conversation.text(uri)).toContain("    // gradlens-ignore loss-has-no-grad\n    L.backward();");
    const after = await conversation.diagnostics(uri, 2);
    expect(after.map(({ code }) => code)).not.toContain("loss-has-no-grad");
    expect(after).toHaveLength(before.length - 1);
  });

  it("are none where nothing was found, and none for other kinds of action", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, oneCut);
    const [first] = await conversation.diagnostics(uri, 1);
    const range = conversation.rangeOf(uri, "import");
    const textDocument = { uri };
    const elsewhere = { textDocument, range, context: { diagnostics: [] } };
    expect(await conversation.client.sendRequest("textDocument/codeAction", elsewhere)).toEqual([]);
    const organize = { textDocument, range: first?.range, context: { diagnostics: [], only: ["source"] } };
    expect(await conversation.client.sendRequest("textDocument/codeAction", organize)).toEqual([]);
  });

  it("are offered to the panel with their edits", async () => {
    const conversation = await Conversation.withSession({ disk: diskOf(new Map([[uri, oneCut]])) });
    const fixes = await conversation.client.sendRequest<FixesResult>("gradlens/fixes", { uri });
    const removal = fixes.find(({ edits }) => edits.some(({ text }) => text === ""));
    expect(removal?.edits[0]?.span).toMatchObject({ uri, start: { line: 9 } });
  });
});

describe("the hover", () => {
  const scalar = (value: number): TensorSummary => ({
    first: [value],
    norm: Math.abs(value),
    min: value,
    max: value,
    mean: value,
    exactZeros: 0,
    nonFinite: 0,
    size: 1,
    histogram: null,
  });

  it("says why a variable receives no gradient, and nothing on a keyword", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, oneCut);
    expect(await hoverAt(conversation, "y1")).toMatch(/gradient/);
    expect(await hoverAt(conversation, "import")).toBeNull();
  });

  it("shows what the last run saw until the text changes", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, oneCut);
    const span = { uri, ...conversation.rangeOf(uri, "tensor(1, { requiresGrad: true })") };
    const value: LiveValue = { name: "x", span, value: scalar(1), gradient: scalar(-70), requiresGrad: true };
    await conversation.client.sendNotification("gradlens/digest", { uri, values: [value] });
    expect(await hoverAt(conversation, "x =")).toContain("**Last run of `x`:** value `1` · gradient `−70`");
    await conversation.replace(uri, "tensor(7", "tensor(8");
    expect((await hoverAt(conversation, "x =")) ?? "").not.toContain("Last run");
  });
});

describe("the panel's requests", () => {
  it("give the static graph of an open document and of a file on disk", async () => {
    const conversation = await Conversation.withSession({ disk: diskOf(new Map([[uri, example]])) });
    const graphs = await conversation.client.sendRequest<GradientGraph[]>("gradlens/gradientGraph", { uri });
    expect(graphs.length).toBeGreaterThanOrEqual(5);
    await conversation.open(uri, oneCut);
    const [graph, ...others] = await conversation.client.sendRequest<GradientGraph[]>("gradlens/gradientGraph", {
      uri,
    });
    expect(others).toEqual([]);
    expect(
      graph?.nodes
        .filter(({ kind }) => kind === "leaf")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["x", "y1", "y2"]);
  });

  it("bundle what the editor shows, and carry files as base64", async () => {
    const seen: (string | null)[] = [];
    const conversation = await Conversation.withSession({
      bundle: (entry, textOf) => {
        seen.push(textOf(entry));
        const files = { "a.bin": new Uint8Array([1, 2, 255]) };
        return Promise.resolve({ kind: "bundled", program: { code: "", sites: [], files } });
      },
    });
    await conversation.open(uri, "text in the editor");
    const answer = await conversation.client.sendRequest<BundleAnswer>("gradlens/bundle", { uri });
    expect(seen).toEqual(["text in the editor"]);
    expect(answer).toEqual({ kind: "bundled", program: { code: "", sites: [], files: { "a.bin": "AQL/" } } });
  });

  it("answer with nothing where something breaks, and the session goes on", async () => {
    const bundle = () => Promise.reject(new Error("broken"));
    const conversation = await Conversation.withSession({ bundle }, pushing);
    const answer = await conversation.client.sendRequest<BundleAnswer>("gradlens/bundle", { uri });
    expect(answer).toMatchObject({ kind: "failed", span: null });
    await conversation.open(uri, oneCut);
    expect((await conversation.diagnostics(uri, 1)).length).toBeGreaterThan(0);
  });
});
