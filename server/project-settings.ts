/**
 * Which `gradlens.json` speaks for a file: the nearest one in its folder or a folder above. Each is read once.
 * Pure: text comes through `read`, by uri; a document that lies in no folder takes the word of the workspace's root.
 */
import { rules } from "./rules/index.js";
import type { Severities } from "./rules/severities.js";
import { readSettingsFile, type SettingsFile } from "./source/settings-file.js";

export interface ProjectSettings {
  readonly severitiesFor: (uri: string) => Severities;
  /** The file that speaks for another, or null. */
  readonly fileFor: (uri: string) => SettingsFile | null;
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
  return { fileFor, severitiesFor: (uri) => ({ ...fileFor(uri)?.severities, ...own }) };
}

export const settingsFileName = "gradlens.json";

export function isSettingsFile(uri: string): boolean {
  return uri.endsWith(`/${settingsFileName}`);
}

export function settingsFileAt(uri: string, read: (uri: string) => string | null): SettingsFile | null {
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
