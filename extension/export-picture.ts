/**
 * Writes what the panel exports to a file that the user chooses, beside the program unless told otherwise.
 */
import { posix } from "node:path";
import type { ExportFormat } from "@gradlens/webview/messages";
import { type Uri, window, workspace } from "vscode";

const filters: Readonly<Record<ExportFormat, Readonly<Record<string, string[]>>>> = {
  svg: { "SVG picture": ["svg"] },
  png: { "PNG picture": ["png"] },
  dot: { "Graphviz graph": ["dot"] },
  json: { "Gradient graph": ["json"] },
};

export async function exportPicture(program: Uri, format: ExportFormat, text: string): Promise<void> {
  const name = posix.basename(program.path).replace(/\.[^.]*$/, "");
  const beside = program.with({ path: posix.join(posix.dirname(program.path), `${name}.gradients.${format}`) });
  const target = await window.showSaveDialog({ defaultUri: beside, filters: filters[format] });
  if (target !== undefined) await workspace.fs.writeFile(target, bytesOf(format, text));
}

function bytesOf(format: ExportFormat, text: string): Uint8Array {
  return format === "png" ? Buffer.from(text, "base64") : new TextEncoder().encode(text);
}
