/**
 * Whether a file may be run here. Running takes the user's trust and files on disk; findings need neither.
 * Each refusal is one message that says what would help.
 */
import { commands, window, workspace, type TextDocument } from "vscode";

export async function mayRun(document: TextDocument): Promise<boolean> {
  if (!workspace.isTrusted) {
    const manage = "Manage Workspace Trust";
    const message = "GradLens runs programs only in a workspace that you trust. Its findings work here without.";
    const answer = await window.showWarningMessage(message, manage);
    if (answer === manage) await commands.executeCommand("workbench.trust.manage");
    return false;
  }
  if (document.uri.scheme !== "file") {
    const message = document.isUntitled
      ? "GradLens runs files on disk. Save this one, then run it."
      : "GradLens runs files on disk, and this one comes from elsewhere. Its findings work here without.";
    void window.showWarningMessage(message);
    return false;
  }
  return true;
}
