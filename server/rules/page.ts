/** The page of a finding: what it means, with one bad and one good example. Shown by the editor and the command line. */
import { rules } from "./index.js";
import type { Rule } from "./rule.js";

export function pageOf({ code, severity, explanation }: Pick<Rule, "code" | "severity" | "explanation">): string {
  return `# ${code}\n\nSeverity: ${severity}\n\n${explanation.trim()}`;
}

/** Null for a code that no finding has. */
export function pageOfCode(code: string): string | null {
  const rule = rules.find((each) => each.code === code);
  return rule === undefined ? null : pageOf(rule);
}
