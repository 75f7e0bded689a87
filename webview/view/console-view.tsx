/** What the program printed, and the error that ended it with the line where it happened. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { PanelEvent, State } from "../state.js";
import { visible } from "../words.js";

interface ConsoleProps {
  readonly state: State;
  readonly dispatch: (event: PanelEvent) => void;
}

export function ConsoleView({ state: { told, incoming }, dispatch }: ConsoleProps) {
  const [isOpen, setOpen] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const shown = told ?? incoming?.told ?? null;
  // The newest line counts: it is the error, or the last that was printed.
  useEffect(() => list.current?.scrollTo(0, list.current.scrollHeight), [shown, isOpen]);
  if (shown === null) return null;
  const error = shown.outcome?.kind === "threw" ? shown.outcome.error : null;
  const { console: lines, droppedLines } = shown;
  if (lines.length === 0 && error === null) return null;
  const last = lines.at(-1);
  const isExpanded = isOpen || error !== null;
  return (
    <section class="console" aria-label="Console">
      <button class="heading" aria-expanded={isExpanded} onClick={() => setOpen(!isOpen)}>
        Console <small>{lines.length + droppedLines}</small>
        {!isExpanded && last !== undefined && <span class="last">{visible(last.text)}</span>}
      </button>
      {isExpanded && (
        <ol ref={list}>
          {lines.map(({ level, text }, index) => (
            <li key={index} class={level}>
              {visible(text)}
            </li>
          ))}
          {droppedLines > 0 && <li class="dropped">{droppedLines} more lines were not kept</li>}
          {error !== null && (
            <li class="error" data-testid="error">
              {visible(`${error.name}: ${error.message}`)} <ErrorPlace span={error.span} dispatch={dispatch} />
            </li>
          )}
        </ol>
      )}
    </section>
  );
}

interface ErrorPlaceProps extends Pick<ConsoleProps, "dispatch"> {
  readonly span: Extract<PanelEvent, { kind: "reveal" }>["span"] | null;
}

function ErrorPlace({ span, dispatch }: ErrorPlaceProps) {
  if (span === null) return null;
  return (
    <button class="link" onClick={() => dispatch({ kind: "reveal", span })}>
      ln {span.start.line + 1}
    </button>
  );
}
