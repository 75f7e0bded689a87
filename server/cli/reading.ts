/**
 * What the commands ask of the analysis, as questions and answers in plain data, so that a question can be put to a
 * worker with a deep stack where the program is nested too deep for the ordinary one.
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { GradientGraph, SourceSpan } from "@gradlens/engine/graph";
import { analyze, explainName, findingsIn, staticGraphs, type FileAnalysis, type Story } from "../analysis.js";
import { readUri } from "../disk.js";
import { describeLibraries } from "../libraries/index.js";
import { projectSettings } from "../project-settings.js";
import { projectSources } from "../project-sources.js";

export type Question =
  /** Syntax errors are reported of files that are `named`, and of those that have to do with gradients. */
  | { readonly kind: "check"; readonly uris: readonly string[]; readonly named: readonly string[] }
  | { readonly kind: "graphs"; readonly uri: string }
  | { readonly kind: "explain"; readonly uris: readonly string[]; readonly name: string };

export interface Answer {
  readonly files: readonly FileAnalysis[];
  /** Of the one file that was asked about. */
  readonly graphs: readonly GradientGraph[];
  readonly explanations: readonly NamedExplanation[];
}

export interface NamedExplanation {
  readonly span: SourceSpan;
  readonly stories: readonly Story[];
}

/** `workerFile` is this program as one built file; it must call `answerAsWorker` when it starts as a worker. */
export async function ask(question: Question, workerFile: URL): Promise<Answer> {
  const first = answer(question);
  return first.files.some(isTooDeep) ? askWithDeepStack(question, workerFile) : first;
}

/** Whether a deeper stack would help. */
export function isTooDeep({ notAnalyzed }: FileAnalysis): boolean {
  return notAnalyzed !== null && notAnalyzed.includes("nested too deep");
}

/** Answers the question that this thread was started with; false in the main thread. */
export function answerAsWorker(): boolean {
  if (isMainThread || parentPort === null) return false;
  const question: Question = workerData;
  parentPort.postMessage(answer(question));
  return true;
}

const deepStackMegabytes = 64;

function answer(question: Question): Answer {
  const uris = question.kind === "graphs" ? [question.uri] : question.uris;
  const named = new Set(question.kind === "check" ? question.named : uris);
  const sources = { ...projectSources(uris), named };
  const { severitiesFor, librariesFor } = projectSettings(readUri);
  describeLibraries(librariesFor(uris).libraries);
  if (question.kind === "check")
    return { files: findingsIn(sources, severitiesFor).slice(0, uris.length), graphs: [], explanations: [] };
  const analysis = analyze(sources, severitiesFor);
  const plain: Answer = { files: analysis.files.slice(0, uris.length), graphs: [], explanations: [] };
  switch (question.kind) {
    case "graphs":
      return { ...plain, graphs: staticGraphs(analysis, question.uri) };
    case "explain":
      return {
        ...plain,
        explanations: uris.flatMap((uri) =>
          explainName(analysis, uri, question.name).map(({ span, stories }) => ({ span, stories })),
        ),
      };
  }
}

function askWithDeepStack(question: Question, workerFile: URL): Promise<Answer> {
  const worker = new Worker(workerFile, {
    workerData: question,
    resourceLimits: { stackSizeMb: deepStackMegabytes },
  });
  return new Promise((resolve, reject) => {
    worker.once("message", (answer: Answer) => resolve(answer));
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the analysis ended early, with code ${code}`)));
  });
}
