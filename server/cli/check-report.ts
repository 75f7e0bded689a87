/**
 * What `gradlens check` found, as plain data: its JSON format is exactly this, and the other formats are made from it.
 * Paths are relative to the working folder with "/"; positions are zero-based.
 */
import type { Position } from "@gradlens/engine/graph";

export type Severity = "error" | "warning" | "information" | "hint";

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface CheckReport {
  readonly version: 1;
  readonly files: readonly CheckedFile[];
}

export interface CheckedFile {
  readonly path: string;
  readonly findings: readonly ReportedFinding[];
}

export interface ReportedFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly related: readonly { readonly path: string; readonly range: Range; readonly message: string }[];
  readonly fixes: readonly ReportedFix[];
}

export interface ReportedFix {
  readonly title: string;
  readonly edits: readonly { readonly path: string; readonly range: Range; readonly text: string }[];
}

const order: readonly Severity[] = ["error", "warning", "information", "hint"];

/** Whether a finding is at or above the severity that makes `check` fail. */
export function failsAt(report: CheckReport, failOn: Severity | "never"): boolean {
  if (failOn === "never") return false;
  const limit = order.indexOf(failOn);
  return report.files.some((file) => file.findings.some((finding) => order.indexOf(finding.severity) <= limit));
}

/** "1 error, 1 warning in 3 files." or "No findings in 3 files." */
export function summaryLine(report: CheckReport): string {
  const severities = report.files.flatMap((file) => file.findings.map((finding) => finding.severity));
  const files = counted(report.files.length, "file");
  const parts = order.flatMap((severity) => {
    const count = severities.filter((other) => other === severity).length;
    return count === 0 ? [] : [severity === "information" ? `${count} information` : counted(count, severity)];
  });
  return parts.length === 0 ? `No findings in ${files}.` : `${parts.join(", ")} in ${files}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
