/**
 * Turns what arrives from the panel into a `FromView`, or into null where it is not one. The user's program shares
 * the panel's page, so every field is looked at: its type, its size, and that a number is one.
 * Whether a span may be opened or a fix applied is for those who know the run.
 */
import type { LiveValue, SourceSpan, TensorSummary } from "@gradlens/engine/graph";
import type { FromView } from "@gradlens/webview/messages";

const longestText = 10_000;
const longestStatus = 60;
const longestExport = 50_000_000;
const mostValues = 20_000;
const mostWritten = 10_000;

export function readFromView(message: unknown): FromView | null {
  if (!isRecord(message)) return null;
  switch (message["kind"]) {
    case "ready":
    case "here":
    case "runAgain":
      return { kind: message["kind"] };
    case "digest":
      return readDigest(message);
    case "event": {
      const event = readEvent(message["event"]);
      return event === null ? null : { kind: "event", event };
    }
    case "status": {
      const text = oneLine(message["text"], longestText);
      return text === null ? null : { kind: "status", text: shortened(text, longestStatus) };
    }
    case "reveal": {
      const span = readSpan(message["span"]);
      return span === null ? null : { kind: "reveal", span };
    }
    case "applyFix": {
      const span = readSpan(message["span"]);
      const code = oneLine(message["code"], 200);
      const title = oneLine(message["title"], 500);
      return span === null || code === null || title === null ? null : { kind: "applyFix", code, span, title };
    }
    case "writeLeaf": {
      const span = readSpan(message["span"]);
      const { values } = message;
      const isWritable = Array.isArray(values) && values.length <= mostWritten && values.every(Number.isFinite);
      return span === null || !isWritable ? null : { kind: "writeLeaf", span, values };
    }
    case "ignoredCuts": {
      const { sites } = message;
      return Array.isArray(sites) && sites.every(isCount) ? { kind: "ignoredCuts", sites } : null;
    }
    case "export": {
      const { format, text } = message;
      const known = (["svg", "png", "dot", "json"] as const).find((name) => name === format);
      return known !== undefined && isText(text, longestExport) ? { kind: "export", format: known, text } : null;
    }
    default:
      return null;
  }
}

function readDigest(message: Fields): FromView | null {
  const { uri, values } = message;
  if (!isText(uri, longestText) || !Array.isArray(values)) return null;
  const read = values.slice(0, mostValues).map(readLiveValue);
  const whole = read.filter((value) => value !== null);
  return whole.length === read.length ? { kind: "digest", uri, values: whole } : null;
}

function readLiveValue(item: unknown): LiveValue | null {
  if (!isRecord(item)) return null;
  const span = readSpan(item["span"]);
  const { name, requiresGrad } = item;
  const value = readSummary(item["value"]);
  const gradient = readSummary(item["gradient"]);
  if (span === null || typeof requiresGrad !== "boolean") return null;
  if (name !== null && !isText(name, longestText)) return null;
  if (value === "malformed" || gradient === "malformed") return null;
  return { name, span, value, gradient, requiresGrad };
}

function readSummary(item: unknown): TensorSummary | null | "malformed" {
  if (item === null) return null;
  if (!isRecord(item)) return "malformed";
  const { first, norm, min, max, mean, exactZeros, nonFinite, size } = item;
  if (!Array.isArray(first) || !first.every(isNumber)) return "malformed";
  if (!isNumber(norm) || !isNumber(min) || !isNumber(max) || !isNumber(mean)) return "malformed";
  if (!isCount(exactZeros) || !isCount(nonFinite) || !isCount(size)) return "malformed";
  // The histogram is for the panel; nobody outside it asks.
  return { first: first.slice(0, 16), norm, min, max, mean, exactZeros, nonFinite, size, histogram: null };
}

/** Only what somebody outside the panel needs to know of an event: that the run goes on, what it printed, how it ended. */
function readEvent(event: unknown): Extract<FromView, { kind: "event" }>["event"] | null {
  if (!isRecord(event)) return null;
  switch (event["kind"]) {
    case "leaves":
      return { kind: "leaves", leaves: [] };
    case "progress": {
      const { site, step, loss } = event;
      const isSite = site === null || isCount(site);
      return isSite && isCount(step) && isNumber(loss) ? { kind: "progress", site, step, loss } : null;
    }
    case "console": {
      const { level, text } = event;
      const known = (["log", "info", "warn", "error", "debug"] as const).find((name) => name === level);
      return known !== undefined && isText(text, 1_000_000) ? { kind: "console", level: known, text } : null;
    }
    case "ended": {
      const { outcome } = event;
      if (!isRecord(outcome)) return null;
      if (outcome["kind"] === "finished") return { kind: "ended", outcome: { kind: "finished" } };
      const { error } = outcome;
      if (outcome["kind"] !== "threw" || !isRecord(error)) return null;
      const { name, message } = error;
      if (!isText(name, longestText) || !isText(message, 1_000_000)) return null;
      return { kind: "ended", outcome: { kind: "threw", error: { name, message, span: readSpan(error["span"]) } } };
    }
    default:
      return null;
  }
}

function readSpan(item: unknown): SourceSpan | null {
  if (!isRecord(item)) return null;
  const { uri, start, end } = item;
  if (!isText(uri, longestText) || !isRecord(start) || !isRecord(end)) return null;
  const { line: startLine, character: startCharacter } = start;
  const { line: endLine, character: endCharacter } = end;
  if (!isCount(startLine) || !isCount(startCharacter) || !isCount(endLine) || !isCount(endCharacter)) return null;
  return {
    uri,
    start: { line: startLine, character: startCharacter },
    end: { line: endLine, character: endCharacter },
  };
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown, most: number): value is string {
  return typeof value === "string" && value.length <= most;
}

function oneLine(value: unknown, most: number): string | null {
  return isText(value, most) && !/[\r\n]/.test(value) ? value : null;
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Not-a-number and the infinities are values like others here. */
function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
