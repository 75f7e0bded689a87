/**
 * Asks the panel's page every few seconds whether it is still there. The program runs in a worker, so the page always
 * has time to answer; where it is silent for long, its process has ended, as it does when a program takes all memory.
 */
const betweenMs = 5000;
/** A page that is only slow, or a machine that slept, answers before so many questions. */
const mostUnanswered = 3;

export interface PulseParts {
  readonly ask: () => void;
  readonly lost: () => void;
}

export class Pulse {
  readonly #parts: PulseParts;
  #timer: NodeJS.Timeout | null = null;
  #unanswered = 0;

  constructor(parts: PulseParts) {
    this.#parts = parts;
  }

  start(): void {
    this.stop();
    this.#timer = setInterval(() => this.#beat(), betweenMs);
  }

  /** Whatever comes from the page is a sign of life. */
  heard(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#unanswered = 0;
  }

  #beat(): void {
    if (this.#unanswered === mostUnanswered) {
      this.stop();
      this.#parts.lost();
      return;
    }
    this.#unanswered++;
    this.#parts.ask();
  }
}
