/**
 * Which `gradlens.json` speaks for a file: the nearest one in its folder or a folder above. Each is read once.
 * Pure: text comes through `read`, by uri; a document that lies in no folder takes the word of the workspace's root.
 */
import { rules } from "./rules/index.js";
import type { Severities } from "./rules/severities.js";
import type { Library } from "./libraries/library.js";
import { readLibraryFile } from "./source/library-file.js";
import type { SyntaxFault } from "./source/parse.js";
import { readSettingsFile, type SettingsFile } from "./source/settings-file.js";

export interface ProjectSettings {
  readonly severitiesFor: (uri: string) => Severities;
  /** The file that speaks for another, or null. */
  readonly fileFor: (uri: string) => SettingsFile | null;
  /** The libraries that the projects of these files describe, and what is wrong with that. */
  readonly librariesFor: (uris: readonly string[]) => DescribedLibraries;
}

export interface DescribedLibraries {
  readonly libraries: readonly Library[];
  readonly faults: readonly SyntaxFault[];
}

/** `root` is the folder of documents that lie nowhere; `own` is what the editor's settings say, and it wins. */
export function projectSettings(
  read: (uri: string) => string | null,
  { root, own }: { readonly root: string | null; readonly own: Severities } = { root: null, own: {} },
): ProjectSettings {
  const inFolder = new Map<string, SettingsFile | null>();
  const nearest = (folder: string): SettingsFile | null => {
    const known = inFolder.get(folder);
    if (known !== undefined) return known;
    const here = settingsFileAt(`${folder}/${settingsFileName}`, read);
    const above = parentOf(folder);
    const found = here ?? (above === null ? null : nearest(above));
    inFolder.set(folder, found);
    return found;
  };
  const fileFor = (uri: string): SettingsFile | null => {
    const folder = uri.startsWith("untitled:") ? (root?.replace(/\/+$/, "") ?? null) : parentOf(uri);
    return folder === null ? null : nearest(folder);
  };
  const librariesFor = (uris: readonly string[]): DescribedLibraries => {
    const files = new Set(uris.flatMap((uri) => fileFor(uri) ?? []));
    const all = [...files].map((file) => librariesOf(file, read));
    return {
      libraries: all.flatMap(({ libraries }) => libraries),
      faults: all.flatMap(({ faults }) => faults),
    };
  };
  return { fileFor, librariesFor, severitiesFor: (uri) => ({ ...fileFor(uri)?.severities, ...own }) };
}

/** What the files describe that a settings file names. */
function librariesOf({ uri, libraries }: SettingsFile, read: (uri: string) => string | null): DescribedLibraries {
  const files = libraries.map(({ path, span }) => {
    const target = neighborOf(uri, path);
    const text = read(target);
    if (text !== null) return readLibraryFile(target, text);
    const message = `\`${path}\` cannot be read, so it describes no library. The path is relative to this file`;
    return { library: null, faults: [{ span, message }] };
  });
  return {
    libraries: files.flatMap(({ library }) => library ?? []),
    faults: files.flatMap(({ faults }) => faults),
  };
}

/** A relative path from a file of any scheme. */
function neighborOf(uri: string, path: string): string {
  const parts = uri.slice(0, uri.lastIndexOf("/")).split("/");
  for (const step of path.split("/").filter((each) => each !== "." && each !== "")) {
    if (step === "..") parts.pop();
    else parts.push(encodeURIComponent(step));
  }
  return parts.join("/");
}

export const settingsFileName = "gradlens.json";

/** Of files that describe a library. */
export const libraryFileEnding = `.${settingsFileName}`;

export function isSettingsFile(uri: string): boolean {
  return uri.endsWith(`/${settingsFileName}`) || uri.endsWith(libraryFileEnding);
}

/** What is wrong with a file of either kind. */
export function faultsOfSettings(uri: string, read: (uri: string) => string | null): readonly SyntaxFault[] {
  if (uri.endsWith(libraryFileEnding)) return readLibraryFile(uri, read(uri) ?? "{}").faults;
  const file = settingsFileAt(uri, read);
  if (file === null) return [];
  return [...file.faults, ...librariesOf(file, read).faults.filter(({ span }) => span.uri === uri)];
}

function settingsFileAt(uri: string, read: (uri: string) => string | null): SettingsFile | null {
  const text = read(uri);
  return text === null
    ? null
    : readSettingsFile(
        uri,
        text,
        rules.map(({ code }) => code),
      );
}

/** Null above the root of the scheme: `file:///a` lies in `file://`, and that in nothing. */
function parentOf(uri: string): string | null {
  const end = uri.lastIndexOf("/");
  const parent = uri.slice(0, Math.max(0, end));
  return /^[\w+.-]+:\/\/?[^/]*$/.test(uri) || parent === "" ? null : parent;
}
