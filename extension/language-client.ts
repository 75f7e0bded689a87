/**
 * Starts the language server beside the extension and puts its custom requests into typed functions.
 * The client library is large, so it is loaded after activation; requests wait for it.
 */
import type { LiveValue, Position, TensorSummary } from "@gradlens/engine/graph";
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
} from "@gradlens/server/protocol";
import { env, Uri, workspace, type Disposable, type ExtensionContext, type LogOutputChannel } from "vscode";
import type { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";
import { bytesOfFiles } from "./file-bytes.js";
import { languages, schemes } from "./languages.js";
import { readRules, readSettings } from "./settings.js";

export class LanguageServer implements Disposable {
  readonly #context: ExtensionContext;
  readonly #log: LogOutputChannel;
  #started: Promise<LanguageClient> | null = null;

  constructor(context: ExtensionContext, log: LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  /** Starting twice is starting once; a start that failed is tried again. */
  start(): Promise<LanguageClient> {
    this.#started ??= startClient(this.#context, this.#log).catch((error: unknown) => {
      this.#started = null;
      throw error;
    });
    return this.#started;
  }

  async bundle(uri: string): Promise<BundleResult> {
    const params: BundleParams = { uri };
    const answer = await this.#request<BundleAnswer>(bundleRequest, params);
    if (answer.kind === "failed") return answer;
    return { kind: "bundled", program: { ...answer.program, files: bytesOfFiles(answer.program.files) } };
  }

  async gradientGraphs(uri: string): Promise<GradientGraphResult> {
    const params: GradientGraphParams = { uri };
    return this.#request<GradientGraphResult>(gradientGraphRequest, params);
  }

  async fixes(uri: string): Promise<FixesResult> {
    const params: FixesParams = { uri };
    return this.#request<FixesResult>(fixesRequest, params);
  }

  async explain(uri: string, { line, character }: Position): Promise<ExplainResult> {
    const params: ExplainParams = { uri, position: { line, character } };
    return this.#request<ExplainResult>(explainRequest, params);
  }

  async overview(uri: string): Promise<Overview> {
    const params: OverviewParams = { uri };
    return this.#request<Overview>(overviewRequest, params);
  }

  async page(code: string): Promise<PageResult> {
    const params: PageParams = { code };
    return this.#request<PageResult>(pageRequest, params);
  }

  async tellValues(uri: string, values: readonly LiveValue[]): Promise<void> {
    const params: DigestParams = { uri, values: values.map(withoutNonFinite) };
    const client = await this.start();
    await client.sendNotification(digestNotification, params);
  }

  /** The user's severities have changed. */
  async tellRules(): Promise<void> {
    const client = await this.start();
    await client.sendNotification("workspace/didChangeConfiguration", {
      settings: { gradlens: { rules: readRules() } },
    });
  }

  /** The lines above `backward()` are to be asked for anew. */
  async refreshCodeLenses(): Promise<void> {
    const client = await this.start();
    const feature = client.getFeature("textDocument/codeLens");
    for (const document of workspace.textDocuments) feature.getProvider(document)?.onDidChangeCodeLensEmitter.fire();
  }

  async dispose(): Promise<void> {
    const started = this.#started;
    this.#started = null;
    const client = await started?.catch(() => null);
    if (client?.needsStop() === true) await client.stop();
  }

  async #request<Result>(method: string, params: object): Promise<Result> {
    const client = await this.start();
    return client.sendRequest<Result>(method, params);
  }
}

/** JSON has no word for NaN and the infinities, so the hover is not told of a tensor that holds one. */
function withoutNonFinite(live: LiveValue): LiveValue {
  const sayable = (summary: TensorSummary | null): TensorSummary | null =>
    summary === null || summary.nonFinite > 0 || !Number.isFinite(summary.norm) ? null : summary;
  const gradient = sayable(live.gradient);
  // A gradient that cannot be told must not look like one that is missing.
  const requiresGrad = live.requiresGrad && (gradient !== null || live.gradient === null);
  return { ...live, value: sayable(live.value), gradient, requiresGrad };
}

async function startClient(context: ExtensionContext, log: LogOutputChannel): Promise<LanguageClient> {
  const { LanguageClient, RevealOutputChannelOn, TransportKind } = await import("vscode-languageclient/node");
  const module = Uri.joinPath(context.extensionUri, "dist", "server.cjs").fsPath;
  const server = { module, transport: TransportKind.ipc };
  const serverOptions: ServerOptions = { run: server, debug: server };
  const clientOptions: LanguageClientOptions = {
    documentSelector: [
      ...languages.flatMap((language) => schemes.map((scheme) => ({ language, scheme }))),
      ...schemes.map((scheme) => ({ scheme, pattern: "**/{gradlens,*.gradlens}.json" })),
    ],
    initializationOptions: { uriScheme: env.uriScheme, rules: readRules(), graphCommand: "gradlens.showGraph" },
    middleware: {
      provideCodeLenses: (document, token, next) =>
        readSettings(document.uri).codeLens === "on" ? next(document, token) : [],
    },
    diagnosticCollectionName: "gradlens",
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    markdown: { isTrusted: { enabledCommands: ["gradlens.showGraph", "gradlens.runFile"] }, supportHtml: false },
  };
  const client = new LanguageClient("gradlens", "GradLens", serverOptions, clientOptions);
  await client.start();
  return client;
}
