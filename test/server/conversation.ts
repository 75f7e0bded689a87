/**
 * An editor for tests: it talks to a language server over a pipe, opens and edits documents, and remembers the
 * diagnostics it was sent. The server is the real one, in this process or in another.
 */
import { PassThrough } from "node:stream";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  createConnection,
  createProtocolConnection,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { readProject } from "../../server/source/project.js";
import type { Disk } from "../../server/editor/open-documents.js";
import { startSession, type Surroundings } from "../../server/editor/session.js";

/** A disk in memory; the resolver knows relative imports of `.ts` files. */
export function diskOf(files: Map<string, string>): Disk {
  return {
    read: (uri) => files.get(uri) ?? null,
    resolver: () => (specifier, fromUri) => {
      if (!specifier.startsWith(".")) return null;
      const target = new URL(specifier.replace(/\.js$/, ".ts"), fromUri).toString();
      return [target, `${target}.ts`].find((uri) => files.has(uri)) ?? null;
    },
    projects: (readable) => {
      const programs = [...files.keys()].filter((uri) => uri.endsWith(".ts"));
      const project = readProject({ programs, others: [] }, readable);
      return () => project;
    },
  };
}

export const pushing: ClientCapabilities = {
  textDocument: { publishDiagnostics: { relatedInformation: true, versionSupport: true } },
  workspace: { workspaceEdit: { documentChanges: true } },
};

export class Conversation {
  readonly published: PublishDiagnosticsParams[] = [];
  private readonly texts = new Map<string, TextDocument>();
  private waiting: (() => void)[] = [];

  private constructor(
    readonly client: ProtocolConnection,
    readonly initialized: InitializeResult,
  ) {
    client.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.published.push(params);
      this.waiting.splice(0).forEach((wake) => wake());
    });
  }

  static async withSession(
    surroundings: Partial<Surroundings>,
    capabilities: ClientCapabilities = pushing,
    initializationOptions: unknown = {},
  ): Promise<Conversation> {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
    startSession(server, {
      disk: diskOf(new Map()),
      bundle: () => Promise.resolve({ kind: "failed", message: "no bundler here", span: null }),
      ...surroundings,
    });
    const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    return Conversation.over(client, capabilities, initializationOptions);
  }

  static async over(
    client: ProtocolConnection,
    capabilities: ClientCapabilities,
    initializationOptions: unknown = {},
  ): Promise<Conversation> {
    client.listen();
    const initialized = await client.sendRequest<InitializeResult>("initialize", {
      processId: null,
      rootUri: null,
      capabilities,
      initializationOptions,
    });
    await client.sendNotification("initialized", {});
    return new Conversation(client, initialized);
  }

  async open(uri: string, text: string, languageId = "typescript"): Promise<void> {
    this.texts.set(uri, TextDocument.create(uri, languageId, 1, text));
    await this.client.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Edits as an editor does: ranges, one version further. */
  async edit(uri: string, edits: readonly TextEdit[]): Promise<number> {
    const document = this.document(uri);
    const version = document.version + 1;
    // From the end to the start, so that each range still means what it meant.
    const contentChanges = [...edits]
      .sort((one, other) => document.offsetAt(other.range.start) - document.offsetAt(one.range.start))
      .map(({ range, newText }) => ({ range, text: newText }));
    this.texts.set(uri, TextDocument.update(document, contentChanges, version));
    await this.client.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges });
    return version;
  }

  /** Replaces the first place where a piece of text stands. */
  replace(uri: string, piece: string, newText: string): Promise<number> {
    return this.edit(uri, [{ range: this.rangeOf(uri, piece), newText }]);
  }

  async apply({ documentChanges = [] }: WorkspaceEdit): Promise<void> {
    for (const change of documentChanges) {
      if (!("edits" in change)) throw new Error("only edits of text are expected");
      const edits = change.edits.flatMap((edit) => ("newText" in edit && "range" in edit ? [edit] : []));
      await this.edit(change.textDocument.uri, edits);
    }
  }

  async close(uri: string): Promise<void> {
    await this.client.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  text(uri: string): string {
    return this.document(uri).getText();
  }

  rangeOf(uri: string, piece: string, occurrence = 0) {
    const document = this.document(uri);
    let offset = document.getText().indexOf(piece);
    for (let count = 0; count < occurrence; count++) offset = document.getText().indexOf(piece, offset + 1);
    if (offset < 0) throw new Error(`\`${piece}\` does not stand in ${uri}`);
    return { start: document.positionAt(offset), end: document.positionAt(offset + piece.length) };
  }

  /** The diagnostics of a version of a document, once they come. */
  async diagnostics(uri: string, version: number): Promise<readonly Diagnostic[]> {
    return (await this.publication((params) => params.uri === uri && params.version === version)).diagnostics;
  }

  async publication(isWanted: (params: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = this.published.findLast(isWanted);
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error("the diagnostics did not come");
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        setTimeout(resolve, 500);
      });
    }
  }

  private document(uri: string): TextDocument {
    const document = this.texts.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open`);
    return document;
  }
}
