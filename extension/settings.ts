/**
 * The user's settings, read and typed in one place. A value of a wrong type counts as not set;
 * the editor itself underlines it in the settings file.
 */
import { workspace, type Uri } from "vscode";

export interface Settings {
  /** Where the values of the last run appear. */
  readonly values: "decorations" | "off";
  /** Every run starts its random numbers here, so that it can be repeated. */
  readonly seed: number;
  /** Whether a line stands above `backward()` and its like. */
  readonly codeLens: "on" | "off";
}

/** The severities of findings, by code, as they stand there: the server reads them. They are one for the window. */
export function readRules(): Readonly<Record<string, unknown>> {
  const rules = workspace.getConfiguration("gradlens").get<unknown>("rules");
  return typeof rules === "object" && rules !== null ? { ...rules } : {};
}

export function readSettings(scope: Uri | null): Settings {
  const section = workspace.getConfiguration("gradlens", scope);
  const values = section.get<unknown>("values");
  const seed = section.get<unknown>("seed");
  return {
    values: values === "off" ? "off" : "decorations",
    codeLens: section.get<unknown>("codeLens") === false ? "off" : "on",
    seed: typeof seed === "number" && Number.isSafeInteger(seed) && seed >= 0 ? seed : 0,
  };
}
