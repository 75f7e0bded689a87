/**
 * Lets a run pause at the heads of its training loops, where its host can be heard: `$due` says whether it is time to
 * wait for the host, and `$tick` waits, as long as the host wants it. A host that cannot pause gives none, and then no
 * loop ever waits.
 */
export interface Pausing {
  /** Called once, when a run comes to a place where it may pause. */
  offered(): void;
  /** Resolves when messages of the host have been heard, and the run may go on. */
  wait(): Promise<void>;
}

/** A run listens this often. */
const listenEveryMs = 40;

export interface PauseMarks {
  readonly $due: () => boolean;
  readonly $tick: () => Promise<void>;
}

export function pauseMarks(pausing: Pausing | undefined, now: () => number): PauseMarks {
  if (pausing === undefined) return { $due: () => false, $tick: () => Promise.resolve() };
  let heardAt = now();
  let isOffered = false;
  return {
    $due: () => now() - heardAt > listenEveryMs,
    $tick: async () => {
      if (!isOffered) pausing.offered();
      isOffered = true;
      await pausing.wait();
      heardAt = now();
    },
  };
}
