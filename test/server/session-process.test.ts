/** The language server as a process of its own: over standard streams, over IPC, and as the extension carries it. */
import { fork, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createProtocolConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { URI } from "vscode-uri";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BundleAnswer } from "../../server/protocol.js";
import { builtCommandLine, builtServer, type Built } from "./built.js";
import { Conversation, pushing } from "./conversation.js";

const example = readFileSync("examples/selective-gradients.ts", "utf8");
let commandLine: Built;
let server: Built;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradlens-session-"));
  writeFileSync(join(folder, "example.ts"), example);
  writeFileSync(join(folder, "data.csv"), "1,2\n");
  [commandLine, server] = await Promise.all([builtCommandLine(), builtServer()]);
});

afterAll(() => {
  commandLine.remove();
  server.remove();
  rmSync(folder, { recursive: true });
});

async function endOf(child: ChildProcess, conversation: Conversation): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  await conversation.client.sendRequest("shutdown");
  await conversation.client.sendNotification("exit");
  return ended;
}

async function overStreams(child: ChildProcess): Promise<Conversation> {
  if (child.stdout === null || child.stdin === null) throw new Error("the server has no streams");
  const reader = new StreamMessageReader(child.stdout);
  return Conversation.over(createProtocolConnection(reader, new StreamMessageWriter(child.stdin)), pushing);
}

describe("the language server as a process", () => {
  it.each([[["lsp"]], [["lsp", "--stdio"]]])("talks over standard streams: gradlens %s", async (words) => {
    const child = spawn(process.execPath, [commandLine.file, ...words], { cwd: folder });
    const conversation = await overStreams(child);
    const uri = URI.file(join(folder, "example.ts")).toString();
    await conversation.open(uri, example);
    const codes = (await conversation.diagnostics(uri, 1)).map(({ code }) => code);
    expect(codes).toContain("never-receives-gradient");
    expect(await endOf(child, conversation)).toBe(0);
  });

  it("bundles with what the extension carries, on a machine without a `node`", async () => {
    const child = fork(server.file, ["--node-ipc"], { cwd: folder, env: { PATH: "" }, execArgv: [] });
    const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    const conversation = await Conversation.over(connection, pushing);
    const uri = URI.file(join(folder, "example.ts")).toString();
    await conversation.open(uri, `${example}\nfetch("data.csv");\n`);
    const answer = await conversation.client.sendRequest<BundleAnswer>("gradlens/bundle", { uri });
    if (answer.kind === "failed") throw new Error(answer.message);
    expect(answer.program.code).toMatch(/^async function program\(\) \{/);
    expect(answer.program.sites.some(({ name, span }) => name === "out1" && span.uri === uri)).toBe(true);
    expect(answer.program.files).toEqual({ "data.csv": Buffer.from("1,2\n").toString("base64") });

    await conversation.replace(uri, 'fetch("data.csv");', "import './missing.js';");
    const failed = await conversation.client.sendRequest<BundleAnswer>("gradlens/bundle", { uri });
    expect(failed).toMatchObject({ kind: "failed", span: { uri } });
    const untitled = await conversation.client.sendRequest<BundleAnswer>("gradlens/bundle", { uri: "untitled:x" });
    expect(untitled).toMatchObject({ kind: "failed", message: expect.stringContaining("Save it") });
    expect(await endOf(child, conversation)).toBe(0);
  });
});
