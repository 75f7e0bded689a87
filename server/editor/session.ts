/**
 * One conversation with an editor: which requests are answered, and by what. Every handler is guarded; what an answer
 * looks like stands in the files beside this one. The disk and the bundler are handed in.
 */
import type { LiveValue } from "@gradlens/engine/graph";
import {
  CodeActionKind,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  TextDocuments,
  TextDocumentSyncKind,
  type CodeAction,
  type CodeLens,
  type Connection,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  type Hover,
  type HoverParams,
  type InitializeParams,
  type InitializeResult,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { explainAt, overview, pageOfCode, staticGraphs } from "../analysis.js";
import {
  bundleRequest,
  digestNotification,
  explainRequest,
  fixesRequest,
  gradientGraphRequest,
  overviewRequest,
  pageRequest,
  type BundleAnswer,
  type BundleParams,
  type BundleResult,
  type DigestParams,
  type ExplainParams,
  type ExplainResult,
  type FixesParams,
  type FixesResult,
  type GradientGraphParams,
  type GradientGraphResult,
  type Overview,
  type OverviewParams,
  type PageParams,
  type PageResult,
} from "../protocol.js";
import { abilitiesOf, ownSeverities, type Abilities } from "./abilities.js";
import { toCodeActions } from "./code-actions.js";
import { toCodeLenses } from "./code-lenses.js";
import { guarded } from "./guarded.js";
import { liveValueAt, toHover } from "./hover.js";
import { canonical, canonicalSpan, OpenDocuments, type Disk } from "./open-documents.js";
import { isSettingsFile, libraryFileEnding, settingsFileName } from "../project-settings.js";
import { Publishing } from "./publishing.js";

export interface Surroundings {
  readonly disk: Disk;
  /** Bundles the program that starts at a file; `textOf` gives what is open in the editor. */
  readonly bundle: (uri: string, textOf: (uri: string) => string | null) => Promise<BundleResult>;
}

export function startSession(connection: Connection, { disk, bundle }: Surroundings): void {
  const opened = new TextDocuments(TextDocument);
  const documents = new OpenDocuments(() => opened.all(), disk);
  /** What the last runs saw, by the file that was run. */
  const digests = new Map<string, readonly LiveValue[]>();
  let abilities: Abilities = abilitiesOf({}, null);
  let publishing = new Publishing(connection, documents, abilities.delivery);
  let root: string | null = null;

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    abilities = abilitiesOf(params.capabilities, params.initializationOptions);
    publishing = new Publishing(connection, documents, abilities.delivery);
    root = params.workspaceFolders?.[0]?.uri ?? null;
    documents.configure({ root, own: ownSeverities(params.initializationOptions) ?? {} });
    return {
      serverInfo: { name: "gradlens" },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        ...(abilities.graphCommand === null ? {} : { codeLensProvider: { resolveProvider: false } }),
        ...(abilities.delivery.kind === "pull"
          ? { diagnosticProvider: { identifier: "gradlens", interFileDependencies: true, workspaceDiagnostics: false } }
          : {}),
      },
    };
  });

  connection.onInitialized(() => {
    if (abilities.watching === "can be asked for") {
      const watchers = [
        "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}",
        "**/{ts,js}config*.json",
        `**/${settingsFileName}`,
        `**/*${libraryFileEnding}`,
      ];
      connection.client
        .register(DidChangeWatchedFilesNotification.type, {
          watchers: watchers.map((globPattern) => ({ globPattern })),
        })
        .catch((error: unknown) => connection.console.warn(`no file watching: ${String(error)}`));
    }
  });

  connection.onDidChangeConfiguration(({ settings }) => {
    const own = ownSeverities(settings);
    if (own === null) return;
    documents.configure({ root, own });
    publishing.refresh();
  });

  opened.onDidOpen(() => {
    documents.forgetDisk();
    publishing.opened();
  });
  opened.onDidChangeContent(({ document }) => {
    // Where nobody tells of changes on the disk, every key is a reason to look.
    if (abilities.watching === "not offered") documents.forgetDisk();
    else documents.forget();
    forgetValuesOf(document.uri, digests);
    publishing.changed(document.uri);
    if (isSettingsFile(canonical(document.uri))) publishing.refresh();
  });
  opened.onDidSave(() => {
    documents.forgetDisk();
    publishing.refresh();
  });
  opened.onDidClose(({ document }) => {
    documents.forgetDisk();
    publishing.closed(document.uri);
  });
  connection.onDidChangeWatchedFiles(() => {
    documents.forgetDisk();
    publishing.refresh();
  });

  connection.languages.diagnostics.on(
    guarded<DocumentDiagnosticParams, DocumentDiagnosticReport>(
      "textDocument/diagnostic",
      connection.console,
      { kind: DocumentDiagnosticReportKind.Full, items: [] },
      ({ textDocument, previousResultId }, token) => publishing.answer(textDocument.uri, previousResultId, token),
    ),
  );

  connection.onHover(
    guarded<HoverParams, Hover | null>("textDocument/hover", connection.console, null, ({ textDocument, position }) => {
      const uri = documents.analyzed(textDocument.uri);
      const explanation = explainAt(documents.analysis(), uri, position);
      const values = [...digests.values()].flat();
      const name = documents.nameAt(uri, position);
      const live = liveValueAt(values, uri, position, explanation?.span ?? null, name);
      return toHover(explanation, live, abilities.markup);
    }),
  );

  connection.onCodeAction(
    guarded("textDocument/codeAction", connection.console, Array<CodeAction>(), (params) => {
      const findings = documents.fileAnalysis(params.textDocument.uri)?.findings ?? [];
      const lineAt = (line: number): string => documents.line(params.textDocument.uri, line);
      return toCodeActions(findings, params, lineAt, documents.toClient, abilities.edits);
    }),
  );

  connection.onRequest(
    gradientGraphRequest,
    guarded<GradientGraphParams, GradientGraphResult>(gradientGraphRequest, connection.console, [], ({ uri }) =>
      staticGraphs(documents.analysisWith(uri), documents.analyzed(uri)),
    ),
  );

  connection.onCodeLens(
    guarded("textDocument/codeLens", connection.console, Array<CodeLens>(), ({ textDocument: { uri } }) => {
      if (abilities.graphCommand === null) return [];
      const { losses } = overview(documents.analysisWith(uri), documents.analyzed(uri));
      return toCodeLenses(losses, { command: abilities.graphCommand, uri });
    }),
  );

  connection.onRequest(
    overviewRequest,
    guarded<OverviewParams, Overview>(overviewRequest, connection.console, { leaves: [], losses: [] }, ({ uri }) =>
      overview(documents.analysisWith(uri), documents.analyzed(uri)),
    ),
  );

  connection.onRequest(
    fixesRequest,
    guarded<FixesParams, FixesResult>(fixesRequest, connection.console, [], ({ uri }) => {
      const wanted = documents.analyzed(uri);
      const file = documents.analysisWith(uri).files.find((candidate) => candidate.uri === wanted);
      return (file?.findings ?? []).flatMap(({ code, span, fixes }) =>
        fixes.map(({ title, edits }) => ({ code, span, title, edits })),
      );
    }),
  );

  connection.onRequest(
    explainRequest,
    guarded<ExplainParams, ExplainResult>(explainRequest, connection.console, [], ({ uri, position }) =>
      documents.explain(uri, position),
    ),
  );

  connection.onRequest(
    pageRequest,
    guarded<PageParams, PageResult>(pageRequest, connection.console, null, ({ code }) => pageOfCode(code)),
  );

  const noBundle: BundleAnswer = {
    kind: "failed",
    message: "The program could not be bundled; the language server's log says why.",
    span: null,
  };
  connection.onRequest(
    bundleRequest,
    guarded<BundleParams, BundleAnswer>(bundleRequest, connection.console, noBundle, async ({ uri }) =>
      bundleAnswer(await bundle(uri, (other) => documents.text(other))),
    ),
  );

  connection.onNotification(
    digestNotification,
    guarded<DigestParams, undefined>(digestNotification, connection.console, undefined, ({ uri, values }) => {
      digests.set(
        canonical(uri),
        values.map((value) => ({ ...value, span: canonicalSpan(value.span) })),
      );
      return undefined;
    }),
  );

  connection.onShutdown(() => publishing.dispose());
  opened.listen(connection);
  connection.listen();
}

function bundleAnswer(result: BundleResult): BundleAnswer {
  if (result.kind === "failed") return result;
  const files = Object.entries(result.program.files);
  const encoded = files.map(([path, bytes]) => [path, Buffer.from(bytes).toString("base64")] as const);
  return { kind: "bundled", program: { ...result.program, files: Object.fromEntries(encoded) } };
}

/** Values of a text that is no longer there are not shown. */
function forgetValuesOf(uri: string, digests: Map<string, readonly LiveValue[]>): void {
  const changed = canonical(uri);
  for (const [entry, values] of digests) {
    digests.set(
      entry,
      values.filter(({ span }) => span.uri !== changed),
    );
  }
}
