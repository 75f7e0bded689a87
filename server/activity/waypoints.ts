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
  const handed = handedOver(cut, path.slice(0, cutAt + 1), namesOf, site);
  const last = lastName(path.slice(1, (handed?.at ?? cutAt) + 1), namesOf, taken, handed?.parameter.owner ?? null);
  const next = path
    .slice(cutAt + 1)
    .flatMap((id) => plainNames(namesOf.get(id)))
    .find(({ span, name }) => !isOnLineOf(span, taken) && name !== loss.name);
  return {
    before: handed !== null ? passed(handed, last?.name ?? null) : last === null ? null : computed(last),
    after: next === undefined ? null : computed(next),
  };
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

function computed({ name, span }: Variable): Waypoint {
  return { kind: "computed", name, span };
}

function passed({ parameter, at }: Handed, name: string | null): Waypoint {
  const { name: parameterName, span, owner } = parameter;
  const what = at === 0 ? "the leaf" : "a computed value";
  return { kind: "passed", what, name, parameter: parameterName, callee: owner.name, span };
}

/** The last variable on the way that stands on no line that is told anyway, and not inside a function that is. */
function lastName(
  path: readonly number[],
  namesOf: NamesOf,
  taken: readonly SourceSpan[],
  told: FunctionCode | null,
): Variable | null {
  const named = path
    .toReversed()
    .flatMap((id) => plainNames(namesOf.get(id)))
    .find(({ span }) => (told === null ? !isOnLineOf(span, taken) : !isInside(span, told.span)));
  return named ?? null;
}

type NamesOf = ReadonlyMap<number, readonly Variable[]>;

function variablesHolding(path: readonly number[], seen: Seen): NamesOf {
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

interface Handed {
  readonly parameter: Variable;
  /** Its place in the path. */
  readonly at: number;
}

/** The parameter by which a value came into the innermost function around the cut, if the leaf stands outside it. */
function handedOver(cut: Cut, path: readonly number[], namesOf: NamesOf, site: LeafSite): Handed | null {
  const candidates = path
    .flatMap((id, at) => (namesOf.get(id) ?? []).map((parameter): Handed => ({ parameter, at })))
    .filter(
      ({ parameter }) =>
        isParameter(parameter) &&
        isInside(cut.span, parameter.owner.span) &&
        !isInside(site.span, parameter.owner.span),
    );
  return candidates.reduce<Handed | null>(
    (inner, each) => (inner === null || isInside(each.parameter.owner.span, inner.parameter.owner.span) ? each : inner),
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
