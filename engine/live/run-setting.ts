/** What comes with a program for its runs: the tables of its bundle, and what its host can and cannot do. */
import type { Site } from "../graph/run-report.js";
import type { Replacement } from "./host.js";
import type { Pausing } from "./pausing.js";

export interface RunSetting {
  readonly sites: readonly Site[];
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** For hosts that may have to end a run: tells the leaves as they stand, also before the end, at most this often. */
  readonly snapshotEveryMs?: number;
  /** Lets every op after so many milliseconds throw: for runs that nobody has asked for. */
  readonly patienceMs?: number;
  /** For hosts whose memory is not the program's alone: as many bytes as it may keep. */
  readonly mayKeep?: number;
  /** For hosts that can let a run wait. */
  readonly pausing?: Pausing;
  /** For hosts that report unhandled rejections otherwise than by an event of the global object. */
  readonly listenToRejections?: (failed: (reason: unknown) => void) => Replacement;
}
