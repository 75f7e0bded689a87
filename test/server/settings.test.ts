/** How severe a finding is: the rule's word, that of the nearest `gradlens.json`, that of the editor's settings. */
import { join } from "node:path";
import type { Diagnostic } from "vscode-languageserver/node";
import { describe, expect, it } from "vitest";
import { folderWith, gradlens, reportOf } from "./command.js";
import { Conversation, diskOf, pushing } from "./conversation.js";

const program = [
  'import { tensor } from "@gradlens/engine";',
  "const x = tensor(1, { requiresGrad: true });",
  "x.mul(2).detach().backward();",
  "",
].join("\n");
const rules = (said: Readonly<Record<string, string>>): string => JSON.stringify({ rules: said });

async function severities(cwd: string, ...paths: readonly string[]): Promise<readonly string[]> {
  const { files } = await reportOf(cwd, ...paths);
  return files
    .flatMap(({ path, findings }) => findings.map(({ severity, code }) => `${path} ${severity} ${code}`))
    .sort();
}

describe("a gradlens.json", () => {
  it("says how severe findings are, and the nearest one speaks", async () => {
    const folder = folderWith({
      "gradlens.json": rules({ "cut-by-detach": "off", "never-receives-gradient": "hint" }),
      "a.ts": program,
      "inner/gradlens.json": '{\n  // Comments are allowed.\n  "rules": { "cut-by-detach": "error" },\n}',
      "inner/b.ts": program,
    });
    expect(await severities(folder)).toEqual([
      "a.ts error loss-has-no-grad",
      "a.ts hint never-receives-gradient",
      "inner/b.ts error cut-by-detach",
      "inner/b.ts error loss-has-no-grad",
      "inner/b.ts warning never-receives-gradient",
    ]);
    expect(await severities(join(folder, "inner"), "../a.ts")).toHaveLength(2);
  });

  it("decides whether the check fails", async () => {
    const off = { "never-receives-gradient": "off", "loss-has-no-grad": "information" };
    const folder = folderWith({ "gradlens.json": rules(off), "a.ts": program });
    expect((await gradlens(folder, "check")).code).toBe(0);
    expect((await gradlens(folder, "check", "--fail-on", "information")).code).toBe(1);
  });

  it.each([
    [
      '{ "rules": { "cut-by-detahc": "off" } }',
      /^gradlens\.json:1:14: `cut-by-detahc` is no code of a finding, so it sets nothing\. Did you mean `cut-by-detach`\?$/,
    ],
    [
      '{ "rules": { "zebra": "off" } }',
      /`zebra` is no code of a finding, so it sets nothing\. `gradlens explain` lists all codes$/,
    ],
    [
      '{ "rules": { "cut-by-detach": "loud" } }',
      /:1:31: `"loud"` is no severity, so the rule keeps its own\. Write "off", /,
    ],
    ['{ "rules": { "cut-by-detach": 3 } }', /`3` is no severity/],
    ['{ "rules": [] }', /:1:12: `rules` is no object/],
    ['{ "rulez": {} }', /:1:3: `rulez` is no setting of GradLens/],
    ["[]", /:1:1: this is no object/],
    ['{ "rules": { ', /^gradlens\.json:1:\d+: /],
  ])("that cannot be meant is one line: %s", async (text, message) => {
    const folder = folderWith({ "gradlens.json": text, "a.ts": program });
    const { code, stdout, stderr } = await gradlens(folder, "check");
    expect({ code, stdout, lines: stderr.length }).toEqual({ code: 2, stdout: "", lines: 1 });
    expect(stderr[0]).toMatch(message);
  });

  it("may be empty", async () => {
    expect(await severities(folderWith({ "gradlens.json": "", "a.ts": program }))).toHaveLength(3);
    expect(await severities(folderWith({ "gradlens.json": "{}", "a.ts": program }))).toHaveLength(3);
  });
});

describe("in the editor", () => {
  const uri = "file:///project/src/a.ts";
  const settingsUri = "file:///project/gradlens.json";
  const told = (diagnostics: readonly Diagnostic[]): readonly string[] =>
    diagnostics.map(({ code, severity }) => `${severity} ${code}`).sort();
  const usual = ["1 loss-has-no-grad", "2 never-receives-gradient", "3 cut-by-detach"];

  it("the client's settings win over the file", async () => {
    const disk = diskOf(new Map([[settingsUri, rules({ "cut-by-detach": "off", "loss-has-no-grad": "off" })]]));
    const own = { rules: { "loss-has-no-grad": "hint", nobody: "off", "never-receives-gradient": 7 } };
    const conversation = await Conversation.withSession({ disk }, pushing, own);
    await conversation.open(uri, program);
    expect(told(await conversation.diagnostics(uri, 1))).toEqual(["2 never-receives-gradient", "4 loss-has-no-grad"]);
    const settings = { gradlens: { rules: { "cut-by-detach": "information", "loss-has-no-grad": "error" } } };
    await conversation.client.sendNotification("workspace/didChangeConfiguration", { settings });
    await conversation.publication(({ diagnostics }) => told(diagnostics).join() === usual.join());
  });

  it("settings that say nothing of rules change nothing", async () => {
    const conversation = await Conversation.withSession({}, pushing, { rules: { "cut-by-detach": "off" } });
    await conversation.client.sendNotification("workspace/didChangeConfiguration", { settings: null });
    await conversation.open(uri, program);
    expect(told(await conversation.diagnostics(uri, 1))).toEqual(usual.slice(0, 2));
  });

  it("an open gradlens.json is heard at once, and told what is wrong with it", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, program);
    expect(told(await conversation.diagnostics(uri, 1))).toEqual(usual);
    await conversation.open(settingsUri, '{ "rules": { "cut-by-detahc": "off" } }', "json");
    const [fault] = (await conversation.publication((params) => params.uri === settingsUri)).diagnostics;
    expect(fault?.message).toContain("Did you mean `cut-by-detach`?");
    expect(fault?.range).toEqual(conversation.rangeOf(settingsUri, '"cut-by-detahc"'));
    await conversation.replace(settingsUri, "detahc", "detach");
    await conversation.publication((params) => params.uri === settingsUri && params.diagnostics.length === 0);
    await conversation.publication((params) => params.uri === uri && params.diagnostics.length === 2);
  });
});
