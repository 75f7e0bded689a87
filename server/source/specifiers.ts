/**
 * What a text imports, found by searching it: nothing is parsed, so a file costs microseconds. It may name too much
 * (an import in a comment), never too little; whoever must be exact reads the lowered module.
 */

import { pageGlobalsIn } from "./page-globals.js";

/** Every module that an import, an export or a `require` of this text names, and the libraries of its page. */
export function specifiersIn(text: string): readonly string[] {
  const matches = text.matchAll(/\b(?:from|import|require)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`\n$]+)\1/g);
  const named = [...matches].flatMap(([, , specifier]) => (specifier === undefined ? [] : [specifier]));
  return [...named, ...pageGlobalsIn(text).map(({ specifier }) => specifier)];
}

/** Where an import that is only known at run time may lead: every file whose path starts so; "" is every file. */
export function openSpecifiersIn(text: string): readonly string[] {
  const calls = text.matchAll(/\b(?:import|require(?:\.context)?|import\.meta\.glob)\s*\(\s*(?:\/\*[^*]*\*\/\s*)?/g);
  return [...calls].flatMap(({ 0: call, index }) => openPrefix(text.slice(index + call.length, index + 400)) ?? []);
}

/** What stands before the first part that is not fixed; null where all of it is. */
function openPrefix(argument: string): string | null {
  const isSpecifier = /^(["'])[^"'\n*]*\1\s*[,)]/.test(argument) || /^`[^`$*]*`\s*[,)]/.test(argument);
  if (isSpecifier || argument.startsWith(")")) return null;
  return /^["'`]([^"'`\n$*]*)[$*]/.exec(argument)?.[1] ?? "";
}
