/**
 * Where source text comes from: the one interface through which the analysis sees files.
 * Whoever calls the analysis (editor, command line, tests) brings an implementation; nothing here touches the disk.
 */
export interface Sources {
  /** The files to analyze and report on. */
  readonly roots: readonly string[];
  /** The text of any file, an open document first; null if it cannot be read. */
  read(uri: string): string | null;
  /** The uri of a relative import (or a path of the tsconfig); null for a package or an unknown file. */
  resolve(specifier: string, fromUri: string): string | null;
  /** Files that are parsed even if they have nothing to do with gradients: their syntax errors are wanted. */
  readonly named?: ReadonlySet<string>;
  /** Whether code that the analysis does not read may import this file; nobody else does where this is absent. */
  isNamedElsewhere?(uri: string): boolean;
}
