/**
 * The one wrapper around every handler: a handler that throws is logged with its request's name and answers with
 * nothing, so that one broken hover does not end a session.
 */
import { CancellationToken, type RemoteConsole } from "vscode-languageserver";

export function guarded<Params, Result>(
  request: string,
  console: RemoteConsole,
  nothing: Result,
  handle: (params: Params, token: CancellationToken) => Result | Promise<Result>,
): (params: Params, token?: CancellationToken) => Promise<Result> {
  return async (params, token) => {
    try {
      return await handle(params, token ?? CancellationToken.None);
    } catch (error) {
      console.error(`${request}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return nothing;
    }
  };
}
