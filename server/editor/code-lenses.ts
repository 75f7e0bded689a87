/** The line above a call such as `backward()`: how many leaves it reaches, and a click opens the graph. */
import type { CodeLens } from "vscode-languageserver";
import type { OverviewLoss } from "../protocol.js";
import { toRange } from "./convert.js";

/** A command of the client, and the file that it is to be asked for. */
interface Asked {
  readonly command: string;
  readonly uri: string;
}

export function toCodeLenses(losses: readonly OverviewLoss[], { command, uri }: Asked): CodeLens[] {
  return losses.map(({ span, text }) => ({
    range: toRange(span),
    command: { title: `∂ ${text} · open graph`, command, arguments: [uri] },
  }));
}
