/**
 * Shapes, as far as they are written in the program: of tensors made from literals, and of what follows from them
 * alone. A tensor that may have another shape in another run or round has none here.
 *
 *     const x = zeros([2, 3]);     // [2, 3]
 *     const y = x.mul(2).relu();   // [2, 3]
 *     const z = y.reshape(sizes);  // not known
 */
import { knownElements } from "./containers.js";
import { argumentAt, type Arguments, type LibraryPlace, type Run } from "./run.js";
import { onlyLiteral, type Value } from "./value.js";

export type Shape = readonly number[];

export class Shapes {
  private readonly known = new Map<number, Shape | null>();

  /** Says whether something that was known is known no more. */
  set(node: number, shape: Shape | null): "lost" | "kept" {
    const before = this.known.get(node);
    if (before === undefined) this.known.set(node, shape);
    if (before === undefined || before === null || (shape !== null && isSame(before, shape))) return "kept";
    this.known.set(node, null);
    return "lost";
  }

  /** The one shape that a value has, a number's being that of a scalar; null where that is not certain. */
  of({ tensors, objects, hosts, primitives, unknown }: Value): Shape | null {
    if (objects.length > 0 || unknown) return null;
    if (tensors.length === 0) return hosts.length === 0 && areNumbers(primitives) ? [] : null;
    const [first = null, ...others] = tensors.map((id) => this.known.get(id) ?? null);
    const isOne = first !== null && others.every((shape) => shape !== null && isSame(first, shape));
    return isOne && hosts.length === 0 && primitives.length === 0 ? first : null;
  }
}

export function noteShape(node: number, shape: Shape | null, run: Run): void {
  // What was concluded from it has to be concluded again.
  if (run.graph.shapes.set(node, shape) === "lost") run.growth++;
}

/** What a creation function makes of literals. */
export function noteMadeShape(name: string, made: Value, args: Arguments, { library }: LibraryPlace, run: Run): void {
  const data = argumentAt(args, 0);
  const from = library.shapes?.ofMade(name) ?? null;
  const shape = from === null ? null : from === "of its data" ? shapeOfData(data, run) : numbersIn(data, run);
  for (const node of made.tensors) noteShape(node, shape, run);
}

/** What an op makes, if it is given nothing but its inputs. */
export function noteOpShape(
  node: number,
  op: string,
  inputs: readonly Value[],
  count: number,
  { library }: LibraryPlace,
  run: Run,
): void {
  const shapes = inputs.map((input) => run.graph.shapes.of(input));
  const known = shapes.flatMap((shape) => (shape === null ? [] : [shape]));
  const isKnown = inputs.length === count && known.length === shapes.length;
  noteShape(node, isKnown ? (library.shapes?.ofOp(op, known) ?? null) : null, run);
}

/** Arrays in arrays, of one length at each depth. */
function shapeOfData(data: Value, run: Run): Shape | null {
  if (areNumbers(data.primitives) && data.tensors.length + data.objects.length + data.hosts.length === 0) return [];
  const elements = elementsIn(data, run);
  const [first, ...others] = (elements ?? []).map((element) => shapeOfData(element, run));
  if (elements === null || first === undefined || first === null) return null;
  return others.every((shape) => shape !== null && isSame(first, shape)) ? [elements.length, ...first] : null;
}

function numbersIn(value: Value, run: Run): Shape | null {
  const numbers = elementsIn(value, run)?.map((element) => onlyLiteral(element)?.value) ?? null;
  const known = numbers?.flatMap((number) => (typeof number === "number" ? [number] : [])) ?? null;
  return known === null || known.length !== numbers?.length ? null : known;
}

function elementsIn(value: Value, run: Run): readonly Value[] | null {
  const [only, ...others] = run.objectsOf(value);
  const isOne = only !== undefined && others.length === 0 && value.tensors.length + value.hosts.length === 0;
  return isOne && value.primitives.length === 0 && !value.unknown ? knownElements(only, run) : null;
}

function areNumbers(primitives: Value["primitives"]): boolean {
  return primitives !== "any" && primitives.length > 0 && primitives.every((each) => typeof each === "number");
}

function isSame(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, dim) => length === b[dim]);
}
