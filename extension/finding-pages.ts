/**
 * The page behind a finding's code: a click on the code in the problems list is a link to this extension, and opens
 * what the server's rule says as a rendered, read-only document.
 */
import { commands, Disposable, Uri, window, workspace } from "vscode";
import type { Guarded } from "./guarded.js";
import type { LanguageServer } from "./language-client.js";

const scheme = "gradlens-explain";

export function registerFindingPages(server: Pick<LanguageServer, "page">, guarded: Guarded): Disposable {
  const open = guarded("open the page of a finding", async (code: string) => {
    if ((await server.page(code)) === null) throw new Error(`there is no finding with the code ${code}`);
    await commands.executeCommand("markdown.showPreview", Uri.from({ scheme, path: `/${code}.md` }));
  });
  return Disposable.from(
    workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: async ({ path }) => (await server.page(path.slice(1).replace(/\.md$/, ""))) ?? "",
    }),
    window.registerUriHandler({
      handleUri: ({ path }) => {
        const code = codeInPath(path);
        if (code !== null) void open(code);
      },
    }),
  );
}

/** `/findings/cut-by-detach` means that code; every other path means nothing. */
function codeInPath(path: string): string | null {
  return /^\/findings\/([a-z][a-z-]*)$/.exec(path)?.[1] ?? null;
}
