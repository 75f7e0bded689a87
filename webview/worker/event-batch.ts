/**
 * Holds back what a run tells, so that a program that prints or trains in a tight loop cannot flood the panel: of each
 * loss the newest graph and step, of the console the first lines, everything in its order. Owned by one run.
 */
import type { RunEvent } from "@gradlens/engine/graph";

const mostLines = 500;
const longestLine = 4000;

export class EventBatch {
  #events: RunEvent[] = [];
  #lines = 0;
  #dropped = 0;

  add(event: RunEvent): void {
    switch (event.kind) {
      case "console":
        this.#addLine(event);
        return;
      case "graph":
      case "progress":
        this.#events = this.#events.filter((other) => other.kind !== event.kind || other.site !== event.site);
        this.#events.push(event);
        return;
      case "steps":
        this.#addSteps(event);
        return;
      default:
        this.#events.push(event);
    }
  }

  /** What came since the last time; the count of dropped lines is that of the whole run. */
  take(): { readonly events: readonly RunEvent[]; readonly droppedLines: number } {
    const events = this.#events;
    this.#events = [];
    return { events, droppedLines: this.#dropped };
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** Steps of the same loss go as one event. */
  #addSteps(event: Extract<RunEvent, { kind: "steps" }>): void {
    const before = this.#events.findIndex((other) => other.kind === "steps" && other.site === event.site);
    const known = this.#events[before];
    if (known?.kind !== "steps") this.#events.push(event);
    else this.#events[before] = { ...event, records: [...known.records, ...event.records] };
  }

  #addLine(event: Extract<RunEvent, { kind: "console" }>): void {
    if (this.#lines >= mostLines) {
      this.#dropped++;
      return;
    }
    this.#lines++;
    const { text } = event;
    const rest = text.length - longestLine;
    this.#events.push(rest <= 0 ? event : { ...event, text: `${text.slice(0, longestLine)}… ${rest} more characters` });
  }
}
