/**
 * Which leaves a rule may speak about: those without a gradient whose author has not said that this is meant.
 */
import type { Activity, Arrival, LeafArrival } from "../activity/activity.js";
import type { Cut } from "../flow/flow-graph.js";

export type CutArrival = Extract<Arrival, { kind: "cut" }>;

export interface CutLeaf extends Pick<LeafArrival, "site"> {
  readonly arrival: CutArrival;
}

export function cutLeaves({ arrivals }: Activity): readonly CutLeaf[] {
  return arrivals.flatMap(({ site, arrival, isTarget }) => {
    const isMeant = site.silenced || isTarget;
    if (arrival.kind !== "cut" || isMeant || arrival.cuts.some(({ meant }) => meant)) return [];
    return [{ site, arrival }];
  });
}

/** One that the program names as one to differentiate by is missed there, and not merely unused. */
export function unreachedLeaves({ arrivals }: Activity, named: "named" | "unnamed"): readonly LeafArrival[] {
  return arrivals.filter(
    ({ site, arrival, isTarget }) =>
      arrival.kind === "unreached" && !site.silenced && !isTarget && (site.named === null) === (named === "unnamed"),
  );
}

/** Cuts that an author wants for another leaf: nobody should be offered to delete them. */
export function wantedCuts({ arrivals }: Activity): ReadonlySet<Cut> {
  return new Set(
    arrivals.flatMap(({ site, arrival, isTarget }) =>
      (site.silenced || isTarget) && arrival.kind === "cut" ? arrival.cuts : [],
    ),
  );
}
