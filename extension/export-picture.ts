/**
 * Writes what the panel exports to a file that the user chooses, beside the program unless told otherwise.
 */
import { posix } from "node:path";
import { type Uri, window, workspace } from "vscode";

const filters = { svg: { "SVG picture": ["svg"] }, json: { "Gradient graph": ["json"] } };

export async function exportPicture(program: Uri, format: "svg" | "json", text: string): Promise<void> {
  const name = posix.basename(program.path).replace(/\.[^.]*$/, "");
  const beside = program.with({ path: posix.join(posix.dirname(program.path), `${name}.gradients.${format}`) });
  const target = await window.showSaveDialog({ defaultUri: beside, filters: filters[format] });
  if (target !== undefined) await workspace.fs.writeFile(target, new TextEncoder().encode(text));
}
