/** How `gradlens check --format pretty` looks: carets under what they mean, whatever the line is made of. */
import { describe, expect, it } from "vitest";
import { formatPretty } from "../../server/cli/check-pretty.js";
import type { CheckReport, Range, ReportedFinding } from "../../server/cli/check-report.js";
import type { Terminal } from "../../server/cli/terminal.js";

const terminal: Terminal = { cwd: "/", print: () => {}, complain: () => {}, color: "plain", columns: 100 };

/** The range of a piece of text on a line. */
function rangeOf(text: string, line: number, piece: string): Range {
  const character = (text.split(/\r?\n/)[line] ?? "").indexOf(piece);
  if (character < 0) throw new Error(`no ${piece} on line ${line}`);
  return { start: { line, character }, end: { line, character: character + piece.length } };
}

function reportOf(finding: Partial<ReportedFinding> & Pick<ReportedFinding, "range">): CheckReport {
  const plain = { code: "cut-by-detach", severity: "warning", message: "cut", related: [], fixes: [] } as const;
  return { version: 1, files: [{ path: "a.ts", findings: [{ ...plain, ...finding }] }] };
}

/** The lines between the arrow's bar and the summary. */
function shown(text: string, report: CheckReport, columns = 100): readonly string[] {
  const output = formatPretty(report, (path) => (path === "a.ts" ? text : null), { ...terminal, columns });
  return output.split("\n").slice(3, -3);
}

describe("a finding", () => {
  const text = [
    "const x = tensor(1);",
    "const a = x.mul(2).detach();",
    "",
    "const b = x.mul(3).detach();",
    "",
    "",
    "const L = a.sub(b);",
    "L.backward();",
  ].join("\n");

  it("tells its story in numbered labels and shows its fixes", () => {
    const report = reportOf({
      code: "never-receives-gradient",
      message: "`x` never receives a gradient: both operands are detached",
      range: rangeOf(text, 0, "x"),
      related: [
        { path: "a.ts", range: rangeOf(text, 0, "x"), message: "`x` is made here" },
        { path: "a.ts", range: rangeOf(text, 1, "detach()"), message: "`detach()` cuts" },
        { path: "a.ts", range: rangeOf(text, 3, "detach()"), message: "`detach()` cuts" },
        { path: "b.ts", range: rangeOf(text, 7, "L.backward()"), message: "the loss" },
      ],
      fixes: [
        {
          title: "Remove `detach()`",
          edits: [{ path: "a.ts", range: rangeOf(text, 1, ".detach()"), text: "" }],
        },
        {
          title: "It is intended",
          edits: [
            {
              path: "a.ts",
              range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
              text: "// gradlens-intended: \n",
            },
          ],
        },
      ],
    });
    expect(formatPretty(report, (path) => (path === "a.ts" ? text : null), terminal)).toBe(
      [
        "warning[never-receives-gradient]: `x` never receives a gradient: both operands are detached",
        " --> a.ts:1:7",
        "  |",
        "1 | const x = tensor(1);",
        "  |       ^ 1: `x` is made here",
        "2 | const a = x.mul(2).detach();",
        "  |                    -------- 2: `detach()` cuts",
        "3 |",
        "4 | const b = x.mul(3).detach();",
        "  |                    -------- 3: `detach()` cuts",
        " ::: b.ts:8:1",
        "  = note: 4: the loss",
        "help: Remove `detach()`",
        "  |",
        "2 - const a = x.mul(2).detach();",
        "2 + const a = x.mul(2);",
        "help: It is intended",
        "  |",
        "1 + // gradlens-intended:",
        "",
        "1 warning in 1 file",
        "",
      ].join("\n"),
    );
  });

  it("leaves out the lines between", () => {
    const report = reportOf({
      range: rangeOf(text, 0, "x"),
      related: [{ path: "a.ts", range: rangeOf(text, 7, "L"), message: "loss" }],
    });
    expect(shown(text, report)).toEqual([
      "1 | const x = tensor(1);",
      "  |       ^",
      "...",
      "8 | L.backward();",
      "  | - loss",
    ]);
  });
});

describe("carets", () => {
  it.each([
    ["tabs", "\tconst\tx = 1;", "x", "1 |     const   x = 1;", "  |             ^"],
    ["wide characters", 'f("日本語", x);', "x", '1 | f("日本語", x);', "  |             ^"],
    ["emoji", 'f("👩‍🔬🎉", x);', "x", '1 | f("👩‍🔬🎉", x);', "  |           ^"],
    ["combining marks", 'f("e\u0301", x);', "x", '1 | f("e\u0301", x);', "  |        ^"],
    ["a wide name", "const 重み = 1;", "重み", "1 | const 重み = 1;", "  |       ^^^^"],
    ["control characters", 'f("\u001b[31m", x);', "x", '1 | f("\ufffd[31m", x);', "  |            ^"],
  ])("stand below %s", (_what, line, piece, source, carets) => {
    expect(shown(line, reportOf({ range: rangeOf(line, 0, piece) }))).toEqual([source, carets]);
  });

  it("stand right in files with Windows line ends", () => {
    const text = "const a = 1;\r\nconst x = 2;\r\n";
    expect(shown(text, reportOf({ range: rangeOf(text, 1, "x") }))).toEqual(["2 | const x = 2;", "  |       ^"]);
  });

  it("run to the end of the first line where a place spans several", () => {
    const text = "f(\n  x,\n);";
    const range = { start: { line: 0, character: 0 }, end: { line: 2, character: 1 } };
    expect(shown(text, reportOf({ range }))).toEqual(["1 | f(", "  | ^^"]);
  });

  it("are at least one, also at the end of a line", () => {
    const range = { start: { line: 0, character: 3 }, end: { line: 0, character: 3 } };
    expect(shown("abc", reportOf({ range }))).toEqual(["1 | abc", "  |    ^"]);
  });
});

describe("long lines", () => {
  it.each([0, 40, 97, 200, 5_000, 99_000])("show the part around the caret at %i", (position) => {
    const line = `${"a".repeat(position)}x.detach()${"b".repeat(100_000)}`;
    const [source = "", carets = ""] = shown(line, reportOf({ range: rangeOf(line, 0, "x.detach()") }), 100);
    expect(source.length).toBeLessThanOrEqual(100);
    const start = carets.indexOf("^");
    expect(source.slice(start, start + 10)).toBe("x.detach()");
    expect(carets.slice(start)).toBe("^".repeat(10));
    expect(source.endsWith("…")).toBe(true);
  });

  it("show the end of the line without a gap", () => {
    const line = `${"a".repeat(500)}x.detach()`;
    const [source = "", carets = ""] = shown(line, reportOf({ range: rangeOf(line, 0, "x.detach()") }), 100);
    expect(source.endsWith("x.detach()")).toBe(true);
    expect(source.length).toBe(carets.length);
    expect(source.length).toBeLessThanOrEqual(100);
  });
});
