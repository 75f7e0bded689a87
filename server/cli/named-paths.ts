/**
 * The paths a user names, as files to read. Whatever cannot be read is said in one line that names it; a file counts
 * as named if it was given itself, and not only a folder around it.
 */
import { isAbsolute, relative, resolve, sep } from "node:path";
import { URI } from "vscode-uri";
import { kindOfPath, readText, sourceFilesIn } from "../disk.js";
import { CommandFault } from "./terminal.js";

export interface NamedFiles {
  /** Absolute paths, sorted, each once. */
  readonly files: readonly string[];
  readonly named: ReadonlySet<string>;
  /** One line for everything in a folder that could not be read. */
  readonly unreadable: readonly string[];
}

export function filesAt(paths: readonly string[], cwd: string): NamedFiles {
  const files = new Set<string>();
  const named = new Set<string>();
  const unreadable: string[] = [];
  for (const path of paths.length === 0 ? ["."] : paths) {
    const absolute = resolve(cwd, path);
    if (path !== "" && kindOfPath(absolute) === "folder") {
      const content = sourceFilesIn(absolute);
      content.files.filter((file) => isReadable(file, cwd, unreadable)).forEach((file) => files.add(file));
      unreadable.push(...content.unreadable.map((folder) => cannotRead(shownPath(folder.path, cwd), folder.because)));
      if (content.unreadable.some((folder) => folder.path === absolute)) throw new CommandFault(unreadable.at(-1));
      continue;
    }
    const file = sourceFileAt(path, cwd);
    files.add(file);
    named.add(file);
  }
  return { files: [...files].sort(), named, unreadable };
}

/** The absolute path of one source file that was named, or the reason why it is none. */
export function sourceFileAt(path: string, cwd: string): string {
  const absolute = resolve(cwd, path);
  const kind = path === "" ? "missing" : kindOfPath(absolute);
  switch (kind) {
    case "missing":
      throw new CommandFault(`there is no file or folder \`${path}\``);
    case "folder":
      throw new CommandFault(`\`${path}\` is a folder; name one file`);
    case "declaration file":
      throw new CommandFault(`\`${path}\` is a declaration file: it holds types and no program`);
    case "unsupported":
      throw new CommandFault(
        `\`${path}\` is not TypeScript or JavaScript (.ts, .tsx, .mts, .cts, .js, .jsx, .mjs, .cjs)`,
      );
    case "source file": {
      const content = readText(absolute);
      if (content.kind === "unreadable") throw new CommandFault(cannotRead(path, content.because));
      if (content.kind === "binary") throw new CommandFault(`\`${path}\` holds binary data, not a program`);
      return absolute;
    }
  }
}

/** Relative to the working folder and with "/", as every report names its files. */
export function shownPath(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  return (isAbsolute(inside) ? path : inside).split(sep).join("/");
}

export function pathOfUri(uri: string, cwd: string): string {
  const parsed = URI.parse(uri);
  return parsed.scheme === "file" ? shownPath(parsed.fsPath, cwd) : uri;
}

export function uriOfPath(path: string): string {
  return URI.file(path).toString();
}

/** In a folder, a video that ends in `.ts` is passed over in silence. */
function isReadable(file: string, cwd: string, unreadable: string[]): boolean {
  const content = readText(file);
  if (content.kind === "unreadable") unreadable.push(cannotRead(shownPath(file, cwd), content.because));
  return content.kind === "text";
}

function cannotRead(path: string, because: string): string {
  return `cannot read \`${path === "" ? "." : path}\`: ${because}`;
}
