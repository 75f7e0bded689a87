/** One row of the table: something that TypeScript programs do with values. */
import type { Builder } from "./builder.js";

export interface Construct {
  readonly name: string;
  /** How many coins it needs to be worth writing. */
  readonly coins?: number;
  /** Where it may stand; anywhere if it does not say. */
  readonly fits?: (builder: Builder) => boolean;
  /** Its place is rare, so it is taken where there is one. */
  readonly eager?: "yes";
  /** Beyond what the analysis follows by design: it must stay silent, and that does not count as missed. */
  readonly beyond?: "yes";
  readonly write: (builder: Builder) => void;
}
