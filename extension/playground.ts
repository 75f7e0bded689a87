/**
 * "GradLens: New Playground": a program to try things in, in the extension's own storage. It runs as it is, since the
 * engine comes with the panel, and its types lie beside it, where TypeScript looks for them.
 */
import { FileType, Uri, window, workspace, type ExtensionContext } from "vscode";

const text = `import { tensor } from "@gradlens/engine";

// Run this file with the button at the top right.
// Then change a number, or move a slider in the panel.
const x = tensor(1, { requiresGrad: true });
const y1 = tensor(2, { requiresGrad: true });
const y2 = tensor(7, { requiresGrad: true });

const out1 = x.mul(y1);
const out2 = x.mul(y2);

// detach() cuts out1 off: y1 never receives a gradient,
// and x receives 70 instead of 50. Delete it and run again.
const L = out1.detach().sub(out2).pow(2);
L.backward();
`;

export async function newPlayground({ globalStorageUri, extensionUri }: ExtensionContext): Promise<void> {
  const folder = Uri.joinPath(globalStorageUri, "playground");
  const types = Uri.joinPath(folder, "node_modules", "@gradlens", "engine");
  await workspace.fs.createDirectory(folder);
  await workspace.fs.copy(Uri.joinPath(extensionUri, "dist", "engine-types"), types, { overwrite: true });
  const file = Uri.joinPath(folder, await freeName(folder));
  await workspace.fs.writeFile(file, new TextEncoder().encode(text));
  await window.showTextDocument(file);
}

/** A playground that somebody has written in is never overwritten. */
async function freeName(folder: Uri): Promise<string> {
  const files = await workspace.fs.readDirectory(folder);
  const taken = new Set(files.filter(([, type]) => type === FileType.File).map(([name]) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? "playground.ts" : `playground-${number}.ts`;
    if (!taken.has(name)) return name;
  }
}
