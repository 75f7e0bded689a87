/**
 * The documents of the workspace that the journeys walk through, and what the editor says about them.
 */
import * as vscode from "vscode";
import { until } from "./workbench.js";

export async function openProgram(name: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error("The window has no folder.");
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, name));
  return vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
}

export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

export function gradlensFindings(uri: vscode.Uri): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source?.toLowerCase() === "gradlens");
}

export async function findingsOf(uri: vscode.Uri): Promise<readonly vscode.Diagnostic[]> {
  return until(`findings in ${uri.path}`, () => {
    const found = gradlensFindings(uri);
    return found.length > 0 ? found : null;
  });
}

/** The first line of the function that is called so. */
export function lineOf(document: vscode.TextDocument, text: string, from = 0): number {
  for (let line = from; line < document.lineCount; line++) {
    if (document.lineAt(line).text.includes(text)) return line;
  }
  throw new Error(`${document.uri.path} has no line with ${text}.`);
}
