/**
 * Layouts in a thread of their own, so that a graph of twenty thousand nodes never holds up a key or a frame. Small
 * graphs are placed at once by whoever draws them: their layout takes less time than the way to a worker and back.
 */
import source from "inline-worker:./worker/place.ts";
import { placementOf, type Placement, type Skeleton } from "./layout/placement.js";
import type { FromPlacer, ToPlacer } from "./worker/place.js";

export class Placer {
  readonly #waiting = new Map<
    number,
    { readonly skeleton: Skeleton; readonly placed: (placement: Placement) => void }
  >();
  #worker: Worker | null = null;
  #last = 0;

  /** Starts the thread, which then warms up, so that the first large graph is placed as fast as any. */
  start(): void {
    if (this.#worker !== null) return;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(address, { name: "GradLens: layout" });
    worker.onmessage = ({ data: { sequence, placement } }: MessageEvent<FromPlacer>) => {
      URL.revokeObjectURL(address);
      this.#finish(sequence, () => placement);
    };
    // Without its thread the page does the work; slow is better than no picture.
    worker.onerror = () => {
      for (const [sequence, { skeleton }] of this.#waiting) this.#finish(sequence, () => placementOf(skeleton));
    };
    this.#worker = worker;
  }

  place(skeleton: Skeleton): Promise<Placement> {
    this.start();
    const sequence = ++this.#last;
    const message: ToPlacer = { sequence, skeleton };
    return new Promise((placed) => {
      this.#waiting.set(sequence, { skeleton, placed });
      this.#worker?.postMessage(message);
    });
  }

  #finish(sequence: number, placement: () => Placement): void {
    const wish = this.#waiting.get(sequence);
    // The thread passes over older wishes; nobody waits for those.
    for (const older of this.#waiting.keys()) if (older <= sequence) this.#waiting.delete(older);
    wish?.placed(placement());
  }
}
