/**
 * What the client understands, in our own words: read once from its capabilities, so that nobody else has to look
 * into them.
 */
import { MarkupKind, type ClientCapabilities } from "vscode-languageserver";
import { severitiesIn, type Severities } from "../analysis.js";
import type { Delivery } from "./publishing.js";

export interface Abilities {
  readonly delivery: Delivery;
  readonly edits: "versioned" | "plain";
  readonly markup: MarkupKind;
  readonly watching: "can be asked for" | "not offered";
  /** The client's command that opens the graph of a file, by its URI; null where it has none. */
  readonly graphCommand: string | null;
}

/** `options` are the client's initialization options: our extension sends `{ uriScheme, rules, graphCommand }`. */
export function abilitiesOf({ textDocument, workspace }: ClientCapabilities, options: unknown): Abilities {
  const asks = textDocument?.diagnostic !== undefined;
  const tellsStory =
    textDocument?.publishDiagnostics?.relatedInformation === true ||
    textDocument?.diagnostic?.relatedInformation === true;
  const formats = textDocument?.hover?.contentFormat;
  return {
    delivery: {
      kind: asks ? "pull" : "push",
      style: {
        uriScheme: textOf(fieldOf(options, "uriScheme")),
        story: tellsStory ? "related information" : "in the message",
      },
      refresh: workspace?.diagnostics?.refreshSupport === true ? "understood" : "not understood",
    },
    edits: workspace?.workspaceEdit?.documentChanges === true ? "versioned" : "plain",
    markup: formats === undefined || formats.includes(MarkupKind.Markdown) ? MarkupKind.Markdown : MarkupKind.PlainText,
    watching: workspace?.didChangeWatchedFiles?.dynamicRegistration === true ? "can be asked for" : "not offered",
    graphCommand: textOf(fieldOf(options, "graphCommand")),
  };
}

/**
 * What a client says of `gradlens.rules`: in its initialization options, or as settings with or without the section.
 * Null where it says nothing of them.
 */
export function ownSeverities(given: unknown): Severities | null {
  const rules = fieldOf(fieldOf(given, "gradlens") ?? given, "rules");
  return rules === undefined ? null : severitiesIn(rules);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
