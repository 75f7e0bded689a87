/**
 * Every example, cut at every place: after each op a `detach()`, around it a `noGrad()`, in its stead a tensor rebuilt
 * from its value. Each such program is read and run; what is said never to receive a gradient must not receive one.
 */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import ts from "typescript";
import * as esbuild from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { composites, opTable } from "@gradlens/engine/ops";
import { analyze } from "@gradlens/server/analysis";
import { URI } from "vscode-uri";
import { diskSources } from "../server/disk.js";
import { bundleProgram } from "../server/source/bundle.js";
import { canMove, parsed, visitAll } from "./metamorphic/syntax.js";
import { contradictions, deadFindings, isOf, programsIn } from "./support/agreement.js";
import { proofDepth } from "./support/proofs.js";
import { runBundle, type LiveRun } from "./support/live-run.js";

/** Programs of others widen the test where their folder lies beside the checkout; a deeper proof takes the fixtures. */
const programs = [
  // Each mutant of the transformer runs for a second; there are dozens, and a longer proof is the place for them.
  ...programsIn(resolve("examples")).filter((path) => proofDepth > 1 || !path.endsWith("transformer-block.ts")),
  ...programsIn(resolve("../shared/activity")),
  ...(proofDepth === 1 ? [] : programsIn(resolve("test/fixtures"))),
].filter((path) => readFileSync(path, "utf8").includes("@gradlens/engine"));
const ops = new Set([...Object.keys(opTable), ...Object.keys(composites)]);
const imports = 'import { noGrad as pausedHere, tensor as rebuiltHere } from "@gradlens/engine"; ';
const cuts: Readonly<Record<string, (op: string) => string>> = {
  "detach()": (op) => `${op}.detach()`,
  "noGrad()": (op) => `pausedHere(() => ${op})`,
  "a rebuilt tensor": (op) => `rebuiltHere(${op}.tolist())`,
};
const counts = { mutants: 0, run: 0, nevers: 0, unreceived: 0 };

describe.each(Object.entries(cuts))("with %s at every op", (_, cut) => {
  it.each(
    programs.map((path) => [basename(path) === "main.ts" ? path.split("/").slice(-2).join("/") : basename(path), path]),
  )("no leaf of %s receives that is said not to", async (name, path) => {
    const wrong: string[] = [];
    for (const { text, line } of mutantsOf(readFileSync(path, "utf8"), cut)) {
      const messages = await untrueOf(path, text);
      wrong.push(...messages.map((message) => `${name}, cut on line ${line + 1}: ${message}\n${text}`));
    }
    expect(wrong.join("\n\n")).toBe("");
  });
});

afterAll(() => {
  const { mutants, run, nevers, unreceived } = counts;
  process.stdout.write(
    `mutation: ${mutants} programs with one more cut, ${run} of them run; ${nevers} of ${unreceived} leaves without a gradient were reported, none that received\n`,
  );
});

interface Mutant {
  readonly text: string;
  readonly line: number;
}

function mutantsOf(text: string, cut: (op: string) => string): readonly Mutant[] {
  const source = parsed(text);
  const mutants: Mutant[] = [];
  visitAll(source, (node) => {
    if (!isOpCall(node) || !canMove(node)) return;
    const [start, end] = [node.getStart(source), node.getEnd()];
    const changed = `${imports}${text.slice(0, start)}${cut(text.slice(start, end))}${text.slice(end)}`;
    mutants.push({ text: changed, line: source.getLineAndCharacterOfPosition(start).line });
  });
  return mutants;
}

/** A call of an op as a method that makes a new tensor. */
function isOpCall(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { name, expression, questionDotToken } = node.expression;
  const isChained = questionDotToken !== undefined || (node.flags & ts.NodeFlags.OptionalChain) !== 0;
  return ops.has(name.text) && !isChained && expression.getText() !== "Math";
}

/** What is said of a program and not borne out by its run; a program of which nothing is said need not run. */
async function untrueOf(path: string, text: string): Promise<readonly string[]> {
  const uri = URI.file(path).toString();
  const disk = diskSources([uri]);
  const read = (wanted: string): string | null => (wanted === uri ? text : disk.read(wanted));
  const findings = analyze({ ...disk, read }).files.flatMap((file) => file.findings);
  const dead = deadFindings(findings);
  counts.mutants++;
  if (dead.length === 0 && findings.every(({ code }) => code !== "loss-has-no-grad")) return [];
  const run = await runText(path, text);
  counts.run++;
  const unreceived = run.leaves.filter(({ received, span }) => !received && span?.uri === uri);
  counts.unreceived += unreceived.length;
  counts.nevers += unreceived.filter((leaf) => dead.some((finding) => isOf(leaf, finding))).length;
  return contradictions(findings, run, uri);
}

async function runText(path: string, text: string): Promise<LiveRun> {
  const readOpenDocument = (wanted: string): string | null => (wanted === path ? text : null);
  const result = await bundleProgram({ entryPath: path, readOpenDocument, esbuild });
  if (result.kind === "failed") throw new Error(result.message);
  return runBundle(result.program);
}
