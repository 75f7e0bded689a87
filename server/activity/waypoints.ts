/**
 * The named places on the way from a leaf to a loss, of which a story tells two: where the value is seen last before
 * the cut, and where it is seen first after it. A value that is handed to a function is seen there as its parameter.
 *
 *     const h = w.mul(2);          // computed: `h`
 *     const stop = (x) =>          // passed: `h` as `x`
 *       x.detach();                // the cut
 *     const code = stop(h);        // computed: `code`
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { FunctionCode, Target, Variable } from "../flow/code.js";
import type { Cut, FlowGraph, LeafSite, Loss } from "../flow/flow-graph.js";
import type { Value } from "../flow/value.js";

export type Seen = ReadonlyMap<Variable, Value>;

export type Waypoint =
  | { readonly kind: "computed"; readonly name: string; readonly span: SourceSpan }
  | {
      readonly kind: "passed";
      readonly what: "the leaf" | "a computed value";
      /** The variable that was handed over, where a computed value has one. */
      readonly name: string | null;
      readonly parameter: string;
      readonly callee: string | null;
      readonly span: SourceSpan;
    };

export interface Waypoints {
  readonly before: Waypoint | null;
  readonly after: Waypoint | null;
}

/** `cutAt` is the place in the path of the last node before its one cut. */
export function waypointsAround(
  cut: Cut,
  path: readonly number[],
  cutAt: number,
  { site, loss, seen }: { readonly site: LeafSite; readonly loss: Loss; readonly seen: Seen },
): Waypoints {
  const namesOf = variablesHolding(path, seen);
  const taken = [site.span, cut.span, loss.wordSpan];
  const last = path
    .slice(1, cutAt + 1)
    .toReversed()
    .flatMap((id) => plainNames(namesOf.get(id)))
    .find((variable) => !isOnLineOf(variable.span, taken));
  const parameter = handedTo(cut, namesOf.get(path[cutAt] ?? -1) ?? [], site);
  const before: Waypoint | null =
    parameter !== null
      ? passed(parameter, cutAt === 0 ? "the leaf" : "a computed value", last?.name ?? null)
      : last === undefined
        ? null
        : { kind: "computed", name: last.name, span: last.span };
  const next = path
    .slice(cutAt + 1)
    .flatMap((id) => plainNames(namesOf.get(id)))
    .find(({ span, name }) => !isOnLineOf(span, taken) && name !== loss.name);
  return { before, after: next === undefined ? null : { kind: "computed", name: next.name, span: next.span } };
}

/** The variables that take the values on a path, in its order, each once: for the story of a gradient that arrives. */
export function namedAlong(
  flow: FlowGraph,
  path: readonly number[],
  seen: Seen,
  taken: readonly SourceSpan[],
): readonly Variable[] {
  const namesOf = variablesHolding(path, seen);
  const named = path.slice(1).flatMap((id) => {
    const names = plainNames(namesOf.get(id));
    const own = names.find(({ name }) => name === flow.nodes[id]?.name) ?? names[0];
    return own === undefined ? [] : [own];
  });
  return [...new Set(named)].filter(({ span }) => !isOnLineOf(span, taken));
}

function passed(
  { name, span, owner }: Variable,
  what: "the leaf" | "a computed value",
  handed: string | null,
): Waypoint {
  return { kind: "passed", what, name: handed, parameter: name, callee: owner.name, span };
}

function variablesHolding(path: readonly number[], seen: Seen): ReadonlyMap<number, readonly Variable[]> {
  const wanted = new Set(path);
  const found = new Map<number, Variable[]>();
  for (const [variable, { tensors, hosts }] of seen) {
    for (const id of [...tensors, ...hosts]) {
      if (!wanted.has(id)) continue;
      const here = found.get(id) ?? [];
      here.push(variable);
      found.set(id, here);
    }
  }
  return found;
}

function plainNames(variables: readonly Variable[] = []): readonly Variable[] {
  return variables.filter((variable) => !isParameter(variable) && variable.imported === null);
}

/** The parameter by which the value came into the innermost function around the cut, if the leaf stands outside it. */
function handedTo(cut: Cut, holding: readonly Variable[], site: LeafSite): Variable | null {
  const candidates = holding.filter(
    (variable) =>
      isParameter(variable) && isInside(cut.span, variable.owner.span) && !isInside(site.span, variable.owner.span),
  );
  return candidates.reduce<Variable | null>(
    (inner, each) => (inner === null || isInside(each.owner.span, inner.owner.span) ? each : inner),
    null,
  );
}

function isParameter(variable: Variable): boolean {
  const { parameters, rest }: FunctionCode = variable.owner;
  return [...parameters, ...(rest === null ? [] : [rest])].some((target) => binds(target, variable));
}

function binds(target: Target, variable: Variable): boolean {
  switch (target.kind) {
    case "variable":
      return target.variable === variable;
    case "default":
      return binds(target.target, variable);
    case "array":
      return [...target.elements, target.rest].some((each) => each !== null && binds(each, variable));
    case "object":
      return (
        target.properties.some((property) => binds(property.target, variable)) ||
        (target.rest !== null && binds(target.rest, variable))
      );
    case "property":
    case "superProperty":
    case "global":
      return false;
  }
}

/** What stands on a line that the story names anyway adds nothing to it. */
function isOnLineOf({ uri, start }: SourceSpan, taken: readonly SourceSpan[]): boolean {
  return taken.some((other) => other.uri === uri && other.start.line === start.line);
}

function isInside(inner: SourceSpan, { uri, start, end }: SourceSpan): boolean {
  return inner.uri === uri && isOrdered(start, inner.start) && isOrdered(inner.end, end);
}

function isOrdered(one: SourceSpan["start"], other: SourceSpan["start"]): boolean {
  return one.line < other.line || (one.line === other.line && one.character <= other.character);
}
