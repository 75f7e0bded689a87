/**
 * The console that a watched program sees: every call becomes one text, told in order. A flood is bounded: after the
 * limit only the count goes on, and the last word says how much is missing.
 */
import { formatLine, inspect } from "./inspect.js";

export type ConsoleLevel = "log" | "info" | "warn" | "error" | "debug";

export interface ConsoleSetting {
  tell(level: ConsoleLevel, text: string): void;
  readonly now: () => number;
}

export interface CapturedConsole {
  readonly console: Readonly<Record<string, unknown>>;
  /** Says what the limit left out. */
  end(): void;
}

const mostLines = 10_000;
const mostCharacters = 4_000_000;
const longestLine = 20_000;

export function captureConsole(setting: ConsoleSetting): CapturedConsole {
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  let indentation = "";
  let lineCount = 0;
  let characterCount = 0;

  const say = (level: ConsoleLevel, text: string): void => {
    lineCount++;
    if (lineCount > mostLines || characterCount > mostCharacters) return;
    const indented = indentation === "" ? text : indentation + text.replaceAll("\n", `\n${indentation}`);
    const rest = indented.length - longestLine;
    const shown = rest > 0 ? `${indented.slice(0, longestLine)}… ${rest} more characters` : indented;
    characterCount += shown.length;
    setting.tell(level, shown);
  };
  const at =
    (level: ConsoleLevel) =>
    (...values: unknown[]): void =>
      say(level, formatLine(values));
  const group = (...values: unknown[]): void => {
    if (values.length > 0) say("log", formatLine(values));
    indentation += "  ";
  };
  const elapsed = (label: string): string => `${label}: ${(setting.now() - (timers.get(label) ?? 0)).toFixed(3)}ms`;

  return {
    console: {
      log: at("log"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      debug: at("debug"),
      trace: (...values: unknown[]) => say("error", `Trace: ${formatLine(values)}`),
      dir: (value: unknown) => say("log", inspect(value)),
      dirxml: at("log"),
      table: (rows: unknown) => say("log", tableOf(rows)),
      assert: (condition: unknown, ...values: unknown[]) => {
        const words = values.length === 0 ? "" : `: ${formatLine(values)}`;
        if (!condition) say("error", `Assertion failed${words}`);
      },
      count: (label = "default") => {
        const count = (counts.get(label) ?? 0) + 1;
        counts.set(label, count);
        say("log", `${label}: ${count}`);
      },
      countReset: (label = "default") => counts.delete(label),
      time: (label = "default") => timers.set(label, setting.now()),
      timeLog: (label = "default", ...values: unknown[]) => say("log", formatLine([elapsed(label), ...values])),
      timeEnd: (label = "default") => {
        say("log", elapsed(label));
        timers.delete(label);
      },
      timeStamp: () => undefined,
      group,
      groupCollapsed: group,
      groupEnd: () => {
        indentation = indentation.slice(2);
      },
      clear: () => undefined,
    },
    end: () => {
      const missing = lineCount - mostLines;
      if (missing > 0) setting.tell("warn", `… ${missing} more lines are not shown.`);
      else if (characterCount > mostCharacters) setting.tell("warn", "… what followed is not shown: too much text.");
    },
  };
}

/** Rows and columns as text; whatever has no rows is shown as it is. */
function tableOf(rows: unknown): string {
  if (typeof rows !== "object" || rows === null) return formatLine([rows]);
  const columns: string[] = [];
  const lines = Object.entries(rows).map(([index, row]): ReadonlyMap<string, string> => {
    const cells: readonly (readonly [string, unknown])[] =
      typeof row === "object" && row !== null ? Object.entries(row) : [["Values", row]];
    for (const [column] of cells) if (!columns.includes(column)) columns.push(column);
    return new Map([["(index)", index], ...cells.map(([key, value]) => [key, inspect(value)] as const)]);
  });
  const head = [
    "(index)",
    ...columns.filter((column) => column !== "Values"),
    ...columns.filter((c) => c === "Values"),
  ];
  const widths = head.map((column) => Math.max(column.length, ...lines.map((line) => line.get(column)?.length ?? 0)));
  const rule = (left: string, middle: string, right: string): string =>
    left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  const written = (cells: readonly string[]): string =>
    `│${cells.map((cell, index) => ` ${cell.padEnd(widths[index] ?? 0)} `).join("│")}│`;
  return [
    rule("┌", "┬", "┐"),
    written(head),
    rule("├", "┼", "┤"),
    ...lines.map((line) => written(head.map((column) => line.get(column) ?? ""))),
    rule("└", "┴", "┘"),
  ].join("\n");
}
