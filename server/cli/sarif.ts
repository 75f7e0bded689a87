/**
 * `gradlens check --format sarif`: the report as SARIF 2.1.0, whose lines and columns count from one. The explanation
 * of each code that was found travels with it, so that a viewer can show it.
 */
import type { Rule } from "../analysis.js";
import type { CheckReport, Range, ReportedFinding, ReportedFix, Severity } from "./check-report.js";

export type DescribedCode = Pick<Rule, "code" | "severity" | "explanation">;

export function formatSarif(report: CheckReport, described: readonly DescribedCode[], version: string): string {
  const codes = [...new Set(report.files.flatMap((file) => file.findings.map((finding) => finding.code)))].sort();
  const rules = codes.map((code) => reportingDescriptor(code, described));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "gradlens", version, rules } },
        invocations: [{ executionSuccessful: true }],
        columnKind: "utf16CodeUnits",
        results: report.files.flatMap((file) => file.findings.map((finding) => result(file.path, finding, codes))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const levels: Readonly<Record<Severity | "off", "error" | "warning" | "note" | "none">> = {
  error: "error",
  warning: "warning",
  information: "note",
  hint: "note",
  off: "none",
};

function reportingDescriptor(code: string, described: readonly DescribedCode[]) {
  const rule = described.find((candidate) => candidate.code === code);
  if (rule === undefined) return { id: code };
  const text = rule.explanation.trim();
  const [firstParagraph = text] = text.split(/\n\s*\n/);
  return {
    id: code,
    shortDescription: { text: firstParagraph.replace(/\s*\n\s*/g, " ") },
    help: { text, markdown: text },
    defaultConfiguration: { level: levels[rule.severity] },
  };
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
    fixes: finding.fixes.filter(({ edits }) => edits.length > 0).map(fix),
  };
}

function fix({ title, edits }: ReportedFix) {
  const paths = [...new Set(edits.map(({ path }) => path))];
  return {
    description: { text: title },
    artifactChanges: paths.map((path) => ({
      artifactLocation: artifact(path),
      replacements: edits
        .filter((edit) => edit.path === path)
        .map(({ range, text }) => ({ deletedRegion: region(range), insertedContent: { text } })),
    })),
  };
}

function place(path: string, range: Range) {
  return { artifactLocation: artifact(path), region: region(range) };
}

function artifact(path: string) {
  return { uri: path.split("/").map(encodeURIComponent).join("/") };
}

function region({ start, end }: Range) {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}
