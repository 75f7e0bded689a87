/** `gradlens check --format sarif`: the report as SARIF 2.1.0, whose lines and columns count from one. */
import type { CheckReport, Range, ReportedFinding, Severity } from "./check-report.js";

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  information: "note",
  hint: "note",
};

export function formatSarif(report: CheckReport): string {
  const codes = [...new Set(report.files.flatMap((file) => file.findings.map((finding) => finding.code)))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "gradlens", rules: codes.map((id) => ({ id })) } },
        columnKind: "utf16CodeUnits",
        results: report.files.flatMap((file) => file.findings.map((finding) => result(file.path, finding, codes))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result(path: string, finding: ReportedFinding, codes: readonly string[]) {
  return {
    ruleId: finding.code,
    ruleIndex: codes.indexOf(finding.code),
    level: levels[finding.severity],
    message: { text: finding.message },
    locations: [{ physicalLocation: place(path, finding.range) }],
    relatedLocations: finding.related.map((related, id) => ({
      id,
      physicalLocation: place(related.path, related.range),
      message: { text: related.message },
    })),
  };
}

function place(path: string, { start, end }: Range) {
  return {
    artifactLocation: { uri: path.split("/").map(encodeURIComponent).join("/") },
    region: {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    },
  };
}
