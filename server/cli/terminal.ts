/**
 * Where a command speaks: the result goes to `print`, everything else to `complain`. Commands know no process, so
 * that a test can listen to them as well as a shell can.
 */
export interface Terminal {
  readonly cwd: string;
  /** Standard output: the result and nothing else. */
  readonly print: (text: string) => void;
  /** Standard error: one clear line. */
  readonly complain: (line: string) => void;
  readonly color: "color" | "plain";
  /** How many columns a line has room for. */
  readonly columns: number;
}

/** 0: done and clean; 1: done, and there is something to see to; 2: could not be done. */
export type ExitCode = 0 | 1 | 2;

/** A command that cannot do what it was asked; the message is the one line that its user reads. */
export class CommandFault extends Error {
  override readonly name = "CommandFault";
}

export type Style = "red" | "yellow" | "green" | "blue" | "cyan" | "bold";

const codes: Readonly<Record<Style, string>> = {
  red: "1;31",
  yellow: "1;33",
  green: "32",
  blue: "1;34",
  cyan: "1;36",
  bold: "1",
};

/** Text in a color, on terminals that have them. */
export function styled(text: string, style: Style, color: Terminal["color"]): string {
  return color === "plain" || text === "" ? text : `\u001b[${codes[style]}m${text}\u001b[0m`;
}

/** Text that cannot steer the terminal: control characters and direction marks become visible. */
export function printable(text: string): string {
  return text.replace(/(?!\t)[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, "\ufffd");
}
