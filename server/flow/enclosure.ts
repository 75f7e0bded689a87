/**
 * For libraries that record only inside a function that they are given to differentiate: which such function is
 * running. What it takes from outside comes without its history; the edge that carries it in is a cut.
 *
 *     const h = w.mul(x);                        // recorded nowhere
 *     variableGrads(() => h.sub(y).sum());       // the edge from h to sub is a cut
 *     variableGrads(() => w.mul(x).sum());       // recorded
 */
import type { Site } from "./code.js";
import type { EdgeKind } from "./flow-graph.js";
import type { Place, Run } from "./run.js";

export type Enclosure =
  /** None. */
  | { readonly kind: "none" }
  /** In what code outside the program calls; it is taken to have no such function running. */
  | { readonly kind: "outside" }
  /** In what may run at any time, such as the steps of a generator. */
  | { readonly kind: "any" }
  /** The function that is given to this call; those that it gives away itself record along with it. */
  | { readonly kind: "running"; readonly id: string; readonly call: string };

export const noEnclosure: Enclosure = { kind: "none" };
export const anyEnclosure: Enclosure = { kind: "any" };

export interface Ends {
  readonly from: number;
  readonly to: number;
  readonly input: string;
}

export function inEnclosure<T>(enclosure: Enclosure, run: Run, body: () => T): T {
  const before = run.enclosure;
  run.enclosure = enclosure;
  const result = body();
  run.enclosure = before;
  return result;
}

/** Of a function that is given away to be differentiated here. */
export function enclosureOf(call: string, { frame, key }: Place, { enclosure }: Run): Enclosure {
  const isInside = enclosure.kind === "running" || enclosure.kind === "any";
  return isInside ? enclosure : { kind: "running", id: `${frame.id}/${key}`, call };
}

/** Tells the contexts of one function apart. */
export function enclosureKey(enclosure: Enclosure): string {
  switch (enclosure.kind) {
    case "none":
      return "";
    case "outside":
    case "any":
      return ` ${enclosure.kind}`;
    case "running":
      return ` within ${enclosure.id}`;
  }
}

/** Whether a value was made outside of the function that is running, so that its history is not recorded with it. */
export function comesFromOutside(node: number, { enclosure, graph }: Run): boolean {
  const made = graph.madeIn.get(node);
  if (enclosure.kind !== "running" || made === undefined || made.kind === "any") return false;
  return made.kind !== "running" || made.id !== enclosure.id;
}

/** The edge over which a value enters what is made here and now. */
export function edgeInto(ends: Ends, site: Site, run: Run): EdgeKind {
  const { enclosure, graph } = run;
  const { from, to } = ends;
  if (enclosure.kind !== "running" || !comesFromOutside(from, run)) return { kind: "derive" };
  if (graph.madeIn.get(from)?.kind === "outside")
    graph.entries.set(`${enclosure.id}/${from}/${to}`, { ...ends, enclosure: enclosure.id });
  const because = `it is computed outside the function given to \`${enclosure.call}\`, where ops are not recorded`;
  return { kind: "cut", cut: graph.cut("outsideClosure", labelOf(from, run), because, site, () => []) };
}

/** The variable that holds it, else what made it; the same in every round. */
export function labelOf(id: number, { graph, seen }: Run): string {
  const known = graph.labels.get(id);
  if (known !== undefined) return known;
  const holder = [...seen].find(([{ imported }, { tensors }]) => imported === null && tensors.includes(id))?.[0];
  const node = graph.nodes[id];
  const label = holder?.name ?? node?.name ?? `${node?.op ?? "value"}()`;
  graph.labels.set(id, label);
  return label;
}
