/**
 * When diagnostics reach the client. Clients that ask are told at once and asked to ask again when another file has
 * changed; to the others they are sent shortly after the last key. They always belong to the text of that moment; for
 * a text that does not parse, the last ones stay for a second, since it is most often in the middle of being typed.
 */
import {
  DocumentDiagnosticReportKind,
  type CancellationToken,
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticReport,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { missetDiagnostic, toDiagnostic, type DiagnosticStyle } from "./diagnostics.js";
import type { OpenDocuments } from "./open-documents.js";

export interface Delivery {
  readonly kind: "push" | "pull";
  readonly style: DiagnosticStyle;
  /** Whether a client that asks can be asked to ask again. */
  readonly refresh: "understood" | "not understood";
}

export class Publishing {
  private readonly sent = new Map<string, Sent>();
  private readonly changedAt = new Map<string, number>();
  private timer: NodeJS.Timeout | null = null;
  private resultCount = 0;

  constructor(
    private readonly connection: Connection,
    private readonly documents: OpenDocuments,
    private readonly delivery: Delivery,
  ) {}

  /** A document was opened: its findings are wanted now. */
  opened(): void {
    if (this.delivery.kind === "push") this.schedule(0);
  }

  /** Somebody types. */
  changed(uri: string): void {
    this.changedAt.set(uri, Date.now());
    // Opening a document counts as its first change.
    if (this.delivery.kind === "push") this.schedule(this.sent.has(uri) ? typingDelay : 0);
  }

  /** Something on the disk or in the settings has changed. */
  refresh(): void {
    this.schedule(typingDelay);
  }

  closed(uri: string): void {
    this.changedAt.delete(uri);
    const wasSent = this.sent.delete(uri);
    if (this.delivery.kind === "pull") return;
    if (wasSent) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
    this.schedule(0);
  }

  /** Answers a client that asks, which it does at every key: only the last of several keys costs an analysis. */
  async answer(
    uri: string,
    previousResultId: string | undefined,
    token: CancellationToken,
  ): Promise<DocumentDiagnosticReport> {
    if (this.sent.has(uri)) await new Promise((resolve) => setTimeout(resolve, typingDelay));
    const isOutdated = token.isCancellationRequested && previousResultId !== undefined;
    return isOutdated
      ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: previousResultId }
      : this.report(uri, previousResultId);
  }

  private report(uri: string, previousResultId: string | undefined): DocumentDiagnosticReport {
    const last = this.sent.get(uri);
    const patience = this.patienceFor(uri);
    if (patience > 0 && last !== undefined && last.resultId === previousResultId) {
      this.schedule(patience);
      return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: last.resultId };
    }
    const items = this.diagnosticsOf(uri);
    const text = JSON.stringify(items);
    const isKnown = last !== undefined && last.text === text;
    const resultId = isKnown ? last.resultId : String(++this.resultCount);
    this.sent.set(uri, { text, version: null, resultId });
    return isKnown && resultId === previousResultId
      ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
      : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private schedule(delay: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.deliver(), delay);
  }

  private deliver(): void {
    this.timer = null;
    if (this.delivery.kind === "pull") {
      if (this.delivery.refresh === "understood") this.connection.languages.diagnostics.refresh().catch(this.log);
      return;
    }
    try {
      for (const document of [...this.documents.programs(), ...this.documents.settingsFiles()]) this.publish(document);
    } catch (error) {
      this.log(error);
    }
  }

  private readonly log = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.connection.console.error(`diagnostics: ${text}`);
  };

  private publish({ uri, version }: TextDocument): void {
    const last = this.sent.get(uri);
    const patience = last === undefined ? 0 : this.patienceFor(uri);
    if (patience > 0) {
      this.schedule(patience);
      return;
    }
    const diagnostics = this.diagnosticsOf(uri);
    const text = JSON.stringify(diagnostics);
    if (last?.text === text && last.version === version) return;
    this.sent.set(uri, { text, version, resultId: "" });
    void this.connection.sendDiagnostics({ uri, version, diagnostics });
  }

  /** How many milliseconds a text that does not parse keeps its last diagnostics. */
  private patienceFor(uri: string): number {
    const changedAt = this.changedAt.get(uri);
    const isBroken = (this.documents.fileAnalysis(uri)?.syntaxErrors.length ?? 0) > 0;
    if (changedAt === undefined || !isBroken) return 0;
    return Math.max(0, changedAt + brokenTextDelay - Date.now());
  }

  private diagnosticsOf(uri: string): Diagnostic[] {
    const misset = this.documents.missetIn(uri);
    if (misset !== null) return misset.map(missetDiagnostic);
    const findings = this.documents.fileAnalysis(uri)?.findings ?? [];
    return findings.map((finding) => toDiagnostic(finding, this.documents.toClient, this.delivery.style));
  }
}

interface Sent {
  readonly text: string;
  readonly version: number | null;
  readonly resultId: string;
}

const typingDelay = 100;
const brokenTextDelay = 1000;
