/**
 * Is something that came over `postMessage` a message of the extension? Anything may post to a page, so kinds and the
 * fields that are used are checked before the state sees them.
 */
import type { ToView } from "./messages.js";

export function isToView(data: unknown): data is ToView {
  if (!isRecord(data)) return false;
  switch (data.kind) {
    case "run":
      return (
        hasTexts(data, ["title", "uri"]) &&
        typeof data.seed === "number" &&
        isProgram(data.program) &&
        isList(data.fixes)
      );
    case "stop":
    case "areYouThere":
      return true;
    case "staticGraph":
      return (
        hasTexts(data, ["title", "uri"]) &&
        isList(data.graphs) &&
        data.graphs.every(isGraph) &&
        isList(data.fixes) &&
        (data.notice === null || typeof data.notice === "string")
      );
    case "select":
      return isSpan(data.span);
    default:
      return false;
  }
}

function isProgram(data: unknown): boolean {
  return isRecord(data) && typeof data.code === "string" && isList(data.sites) && isRecord(data.files);
}

function isGraph(data: unknown): boolean {
  return isRecord(data) && isList(data.nodes) && isList(data.edges);
}

function isSpan(data: unknown): boolean {
  return isRecord(data) && typeof data.uri === "string" && isPosition(data.start) && isPosition(data.end);
}

function isPosition(data: unknown): boolean {
  return isRecord(data) && typeof data.line === "number" && typeof data.character === "number";
}

function hasTexts(data: Readonly<Record<string, unknown>>, fields: readonly string[]): boolean {
  return fields.every((field) => typeof data[field] === "string");
}

function isList(data: unknown): data is readonly unknown[] {
  return Array.isArray(data);
}

function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null;
}
