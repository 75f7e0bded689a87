/** The formats that other programs read: SARIF for code scanning, GitHub's annotations, DOT for Graphviz. */
import type { GradientGraph, GraphNode, NodeId } from "@gradlens/engine/graph";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { describe, expect, it } from "vitest";
import type { CheckReport } from "../../server/cli/check-report.js";
import { failsAt, summaryLine } from "../../server/cli/check-report.js";
import { formatDot } from "../../webview/dot.js";
import { formatGithub } from "../../server/cli/github.js";
import { formatSarif } from "../../server/cli/sarif.js";
import { stackedPictures } from "../../server/cli/stacked-pictures.js";

const range = { start: { line: 4, character: 2 }, end: { line: 4, character: 10 } };
const report: CheckReport = {
  version: 1,
  files: [
    {
      path: "src/näher #1.ts",
      findings: [
        {
          code: "cut-by-detach",
          severity: "information",
          message: "this cuts",
          range,
          related: [{ path: "../b.ts", range, message: "here" }],
          fixes: [{ title: "Remove it", edits: [{ path: "src/näher #1.ts", range, text: "" }] }],
        },
        { code: "never-receives-gradient", severity: "warning", message: "never", range, related: [], fixes: [] },
      ],
    },
    { path: "clean.ts", findings: [] },
  ],
};
const described = { code: "cut-by-detach", severity: "information", explanation: "A cut.\nIndeed.\n\nMore." } as const;

describe("a report", () => {
  it("fails at a severity and above it", () => {
    const limits = ["error", "warning", "information", "hint", "never"] as const;
    expect(limits.filter((limit) => failsAt(report, limit))).toEqual(["warning", "information", "hint"]);
  });

  it("counts in one line", () => {
    expect(summaryLine(report)).toBe("1 warning, 1 information in 2 files");
    expect(summaryLine({ version: 1, files: [] })).toBe("No findings in 0 files.");
  });
});

describe("GitHub's workflow commands", () => {
  it("name place and code, tell the story below the message, and keep what would end a command out of it", () => {
    expect(formatGithub(report).split("\n")).toEqual([
      "::notice file=src/näher #1.ts,line=5,col=3,endLine=5,endColumn=10,title=gradlens cut-by-detach::this cuts%0A../b.ts:5: here",
      "::warning file=src/näher #1.ts,line=5,col=3,endLine=5,endColumn=10,title=gradlens never-receives-gradient::never",
      "",
    ]);
    const findings = report.files.flatMap((file) => file.findings).slice(0, 1);
    const said = findings.map((finding) => ({ ...finding, message: "50 %\n::error::x", related: [] }));
    const odd: CheckReport = { version: 1, files: [{ path: "a,b:c%.ts", findings: said }] };
    expect(formatGithub(odd)).toBe(
      "::notice file=a%2Cb%3Ac%25.ts,line=5,col=3,endLine=5,endColumn=10,title=gradlens cut-by-detach::50 %25%0A::error::x\n",
    );
    expect(formatGithub({ version: 1, files: [] })).toBe("");
  });
});

describe("SARIF", () => {
  it("says everything in the words of its schema, counting from one", () => {
    const region = { startLine: 5, startColumn: 3, endLine: 5, endColumn: 11 };
    const file = { uri: "src/n%C3%A4her%20%231.ts" };
    expect(JSON.parse(formatSarif(report, [described], "1.2.3"))).toEqual({
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "gradlens",
              version: "1.2.3",
              rules: [
                {
                  id: "cut-by-detach",
                  shortDescription: { text: "A cut. Indeed." },
                  help: { text: "A cut.\nIndeed.\n\nMore.", markdown: "A cut.\nIndeed.\n\nMore." },
                  defaultConfiguration: { level: "note" },
                },
                { id: "never-receives-gradient" },
              ],
            },
          },
          invocations: [{ executionSuccessful: true }],
          columnKind: "utf16CodeUnits",
          results: [
            {
              ruleId: "cut-by-detach",
              ruleIndex: 0,
              level: "note",
              message: { text: "this cuts" },
              locations: [{ physicalLocation: { artifactLocation: file, region } }],
              relatedLocations: [
                {
                  id: 0,
                  physicalLocation: { artifactLocation: { uri: "../b.ts" }, region },
                  message: { text: "here" },
                },
              ],
              fixes: [
                {
                  description: { text: "Remove it" },
                  artifactChanges: [
                    {
                      artifactLocation: file,
                      replacements: [{ deletedRegion: region, insertedContent: { text: "" } }],
                    },
                  ],
                },
              ],
            },
            {
              ruleId: "never-receives-gradient",
              ruleIndex: 1,
              level: "warning",
              message: { text: "never" },
              locations: [{ physicalLocation: { artifactLocation: file, region } }],
              relatedLocations: [],
              fixes: [],
            },
          ],
        },
      ],
    });
  });
});

function node(id: NodeId, name: string, kind: GraphNode["kind"]): GraphNode {
  return {
    id,
    kind,
    name,
    op: kind === "leaf" ? null : "detach",
    group: [],
    frame: null,
    shape: [2, 3],
    requiresGrad: "yes",
    span: null,
    value: null,
    gradient: { kind: "none", because: "cut", wouldBe: null },
  };
}

const graph: GradientGraph = {
  origin: "static",
  library: "@gradlens/engine",
  loss: "n1",
  step: null,
  leftOut: 0,
  fault: null,
  frames: [],
  nodes: [node("n0", 'a "quoted" \\ name\nin two lines', "leaf"), node("n1", "L", "control")],
  edges: [{ from: "n0", to: "n1", input: "x", flow: { kind: "blocks", because: "detach cuts" }, certainty: "maybe" }],
};

describe("DOT", () => {
  it("is understood by Graphviz, whatever the names are", async () => {
    const graphviz = await Graphviz.load();
    const drawn = JSON.parse(graphviz.layout(formatDot("a.ts", [graph]), "json", "dot"));
    expect(drawn.objects.map(({ name }: { name: string }) => name)).toEqual(["n0", "n1"]);
    expect(graphviz.layout(formatDot("a.ts", [graph]), "svg", "dot")).toContain("a &quot;quoted&quot; \\ name");
    expect(drawn.edges).toHaveLength(1);
    expect(drawn.edges[0]).toMatchObject({ color: "red", label: "x: blocks: maybe" });
  });

  it("holds several losses as clusters of one graph", async () => {
    const graphviz = await Graphviz.load();
    const drawn = JSON.parse(graphviz.layout(formatDot("a.ts", [graph, graph]), "json", "dot"));
    const names = drawn.objects.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["cluster_1", "cluster_2", "1.n0", "1.n1", "2.n0", "2.n1"]);
    expect(drawn.edges).toHaveLength(2);
  });

  it("is an empty graph where there is no loss", async () => {
    const graphviz = await Graphviz.load();
    expect(graphviz.layout(formatDot("a.ts", []), "svg", "dot")).toContain("<svg");
  });
});

describe("several pictures", () => {
  it("stand below one another in one", () => {
    const picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20" width="30" height="20"><g/></svg>';
    expect(stackedPictures([picture])).toBe(picture);
    const both = stackedPictures([picture, picture]);
    expect(both).toContain('width="30" height="64" viewBox="0 0 30 64"');
    expect(both.match(/<svg y="(\d+)"/g)).toEqual(['<svg y="0"', '<svg y="44"']);
  });
});
