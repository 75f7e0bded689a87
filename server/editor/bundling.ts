/**
 * Finds the bundler for `gradlens/bundle`: native esbuild in a checkout, its WASM twin beside the server in the
 * extension. It starts with the first bundle, not with the server.
 */
import childProcess from "node:child_process";
import { createRequire } from "node:module";
import type * as Esbuild from "esbuild";
import { URI } from "vscode-uri";
import type { BundleResult } from "../protocol.js";
import { bundleProgram } from "../source/bundle.js";

type Bundler = Pick<typeof Esbuild, "build">;

/** `serverFile` is the file that this process runs. */
export function bundler(
  serverFile: string,
): (uri: string, textOf: (uri: string) => string | null) => Promise<BundleResult> {
  let esbuild: Promise<Bundler> | null = null;
  return async (uri, textOf) => {
    const { scheme, fsPath } = URI.parse(uri);
    if (scheme !== "file") {
      const message = "Only a file on disk can run, since its imports are found beside it. Save it first.";
      return { kind: "failed", message, span: null };
    }
    esbuild ??= loadEsbuild(serverFile);
    return bundleProgram({
      entryPath: fsPath,
      readOpenDocument: (path) => textOf(URI.file(path).toString()),
      esbuild: await esbuild,
    });
  };
}

async function loadEsbuild(serverFile: string): Promise<Bundler> {
  try {
    return await import("esbuild");
  } catch {
    runNodeAsOurselves();
    const twin: Bundler = createRequire(serverFile)("./esbuild-wasm");
    return twin;
  }
}

/**
 * esbuild's WASM twin starts its service as `node`, which is not there on a machine that has VS Code alone. This
 * process is a Node, so the service can be one more of it.
 */
function runNodeAsOurselves(): void {
  const { spawn } = childProcess;
  const spawnService = (command: string, words: readonly string[], options: childProcess.SpawnOptions) =>
    spawn(command === "node" ? process.execPath : command, words, options);
  Object.assign(childProcess, { spawn: spawnService });
}
