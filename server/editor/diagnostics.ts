/**
 * A finding as a diagnostic: the story from the leaf to the loss becomes related information, the code links to its
 * page. Which documents get theirs, and when, is decided in `publishing.ts`.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver";
import type { Finding } from "../analysis.js";
import { severities, toLocation, toRange, type ToClient } from "./convert.js";

export const source = "gradlens";

export interface DiagnosticStyle {
  /** The client's scheme, which opens the page of a code in the extension; null for other clients. */
  readonly uriScheme: string | null;
  /** Where related information is not understood, the story follows the message. */
  readonly story: "related information" | "in the message";
}

export function toDiagnostic(finding: Finding, toClient: ToClient, style: DiagnosticStyle): Diagnostic {
  const { code, severity, message, span, path } = finding;
  const isTold = style.story === "related information";
  return {
    range: toRange(span),
    severity: severities[severity],
    source,
    code,
    ...(style.uriScheme === null
      ? {}
      : { codeDescription: { href: `${style.uriScheme}://gradlens.gradlens/findings/${code}` } }),
    message: isTold ? message : [message, ...path.map((step, index) => `${index + 1}: ${step.message}`)].join("\n"),
    ...(isTold && path.length > 0
      ? {
          relatedInformation: path.map((step) => ({
            location: toLocation(step.span, toClient),
            message: step.message,
          })),
        }
      : {}),
  };
}

/** Something in a `gradlens.json` that sets nothing. */
export interface Misset {
  readonly span: SourceSpan;
  readonly message: string;
}

export function missetDiagnostic({ span, message }: Misset): Diagnostic {
  return { range: toRange(span), severity: DiagnosticSeverity.Warning, source, message };
}
