/**
 * Where an error of the extension ends: in the log with the name of what failed, and before the user as one sentence.
 * A broken command must not end a session, and nobody should have to read a stack trace.
 */
import { window, type LogOutputChannel } from "vscode";

export type Guarded = <Arguments extends readonly unknown[]>(
  name: string,
  action: (...given: Arguments) => Promise<void>,
) => (...given: Arguments) => Promise<void>;

export function guardedBy(log: LogOutputChannel): Guarded {
  return (name, action) =>
    async (...given) => {
      try {
        await action(...given);
      } catch (error) {
        log.error(name, error instanceof Error ? (error.stack ?? error.message) : String(error));
        void window.showErrorMessage(`GradLens could not ${name}: ${firstLine(error)}`);
      }
    };
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n")[0] ?? message;
}
