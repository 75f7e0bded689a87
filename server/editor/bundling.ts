/**
 * Finds the bundler for `gradlens/bundle`: native esbuild in a checkout, its WASM twin beside the server in the
 * extension. It starts with the first bundle, not with the server.
 */
import { createRequire } from "node:module";
import type * as Esbuild from "esbuild";
import { URI } from "vscode-uri";
import type { BundleResult } from "../protocol.js";
import { bundleProgram } from "../source/bundle.js";

/** `serverFile` is the file that this process runs. */
export function bundler(
  serverFile: string,
): (uri: string, textOf: (uri: string) => string | null) => Promise<BundleResult> {
  let esbuild: Promise<Pick<typeof Esbuild, "build">> | null = null;
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

async function loadEsbuild(serverFile: string): Promise<Pick<typeof Esbuild, "build">> {
  try {
    return await import("esbuild");
  } catch {
    const beside = createRequire(serverFile);
    const twin: Pick<typeof Esbuild, "build"> = beside("./esbuild-wasm");
    return twin;
  }
}
