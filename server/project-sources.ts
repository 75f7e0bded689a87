/**
 * The disk with the projects around the files that are asked about: what lies beside them is read as far as it belongs
 * to the same programs, so that one file gets the findings that it gets with its whole project.
 */
import { dirname } from "node:path";
import { URI } from "vscode-uri";
import { diskSources, projectFilesIn, projectFolderOf } from "./disk.js";
import { noProject, readProject, type Project } from "./source/project.js";
import type { Sources } from "./source/sources.js";

/** The files asked about come first among the roots, and those of their programs behind them. */
export function projectSources(uris: readonly string[]): Sources {
  const disk = readingOnce(diskSources(uris));
  const projectOf = projectsOn(disk);
  const asked = new Map<Project, string[]>();
  for (const uri of uris) recall(asked, projectOf(uri), () => []).push(uri);
  const around = [...asked].flatMap(([project, members]) => project.around(members));
  return {
    ...disk,
    roots: [...new Set([...uris, ...around])],
    isNamedElsewhere: (uri) => projectOf(uri).isNamedElsewhere(uri),
  };
}

/** The project of each file; each is read when the first of its files is asked about. */
export function projectsOn(disk: Pick<Sources, "read" | "resolve">): (uri: string) => Project {
  const folders = new Map<string, string | null>();
  const projects = new Map<string, Project>();
  return (uri) => {
    const { scheme, fsPath } = URI.parse(uri);
    if (scheme !== "file") return noProject;
    const folder = recall(folders, dirname(fsPath), () => projectFolderOf(fsPath));
    return folder === null ? noProject : recall(projects, folder, () => readProject(projectFilesIn(folder), disk));
  };
}

function readingOnce(sources: Sources): Sources {
  const texts = new Map<string, string | null>();
  return { ...sources, read: (uri) => recall(texts, uri, () => sources.read(uri)) };
}

function recall<Key, T>(memory: Map<Key, T>, key: Key, find: () => T): T {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const found = find();
  memory.set(key, found);
  return found;
}
