/**
 * A server as an editor starts it, in a folder of 500 files: how long from the start of its process to the findings of
 * the file that is open, beside a process that only loads the compiler and parses that file.
 */
import { execFileSync, fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";
import { createProtocolConnection, IPCMessageReader, IPCMessageWriter } from "vscode-languageserver/node";
import { URI } from "vscode-uri";
import { medianOf, type Comparison } from "./measure.js";
import { workspace } from "./reading.js";

const rounds = 9;

export async function startRow(): Promise<Comparison> {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-start-"));
  const files = workspace(10);
  for (const [uri, text] of files) writeFileSync(join(folder, basename(uri)), text);
  const server = join(folder, "server.cjs");
  await build({
    entryPoints: ["server/main.ts"],
    outfile: server,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    conditions: ["gradlens-source"],
    external: ["esbuild", "esbuild-wasm"],
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "error",
  });
  const [[name, text] = ["", ""]] = files;
  const path = join(folder, basename(name));
  const times = { ours: Array<number>(), theirs: Array<number>() };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await firstFindings(server, folder, path, text));
    const start = performance.now();
    execFileSync(process.execPath, ["-e", parseAlone, resolve("node_modules/typescript"), path]);
    times.theirs.push(performance.now() - start);
  }
  rmSync(folder, { recursive: true });
  return {
    what: "first findings of a new server, 500 files",
    ours: "start, open, findings",
    beside: "load the compiler and parse the file",
    oursMs: medianOf(times.ours),
    besideMs: medianOf(times.theirs),
  };
}

const parseAlone =
  "const [path, file] = process.argv.slice(1); const ts = require(path);" +
  'ts.createSourceFile(file, require("node:fs").readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);';

/** Milliseconds from the start of the process to the diagnostics of the file. */
async function firstFindings(server: string, folder: string, path: string, text: string): Promise<number> {
  const start = performance.now();
  const child = fork(server, ["--node-ipc"], { cwd: folder, execArgv: [] });
  const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.listen();
  const uri = URI.file(path).toString();
  const found = new Promise<void>((done) => {
    connection.onNotification("textDocument/publishDiagnostics", (published: { readonly uri: string }) => {
      if (published.uri === uri) done();
    });
  });
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: URI.file(folder).toString(),
    workspaceFolders: [{ uri: URI.file(folder).toString(), name: "bench" }],
    capabilities: { textDocument: { publishDiagnostics: {} } },
  });
  await connection.sendNotification("initialized", {});
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "typescript", version: 1, text },
  });
  await found;
  const took = performance.now() - start;
  connection.dispose();
  child.kill();
  return took;
}
