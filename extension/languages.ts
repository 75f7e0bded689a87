/**
 * Which documents GradLens looks at: the four languages, and of them those that name a library it knows.
 * The second question is a look at the text, cheap enough for every keystroke; the analysis asks it properly.
 */
import type { TextDocument } from "vscode";

export const languages = ["typescript", "typescriptreact", "javascript", "javascriptreact"] as const;

/** The schemes of documents that a person edits; a diff's other side or an output channel is none of them. */
export const schemes = ["file", "untitled", "vscode-vfs"] as const;

export function isProgram(document: TextDocument): boolean {
  return languages.some((language) => language === document.languageId);
}

export function namesTheEngine(document: TextDocument): boolean {
  return isProgram(document) && document.getText().includes("@gradlens/engine");
}

/** Whether reading it may say something: the run needs the engine, the findings any library that has a table. */
export function namesALibrary(document: TextDocument): boolean {
  return (
    isProgram(document) && /@gradlens\/engine|@tensorflow\/tfjs|@jax-js\/jax|\btf\.variable\b/.test(document.getText())
  );
}
