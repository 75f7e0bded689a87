/**
 * Sums of products over several dimensions: `einsum`, `tensordot`, the bilinear form, distances of all pairs; and the
 * numerical gradient of samples. All are made of recorded ops, so their derivatives are those ops' own.
 */
import { EngineError, shapeText } from "./errors.js";
import { isFloat } from "./dtype.js";
import { concat } from "./functions.js";
import { Storage } from "./kernels/storage.js";
import { dimensionOf, elementCount } from "./shape.js";
import { Tensor } from "./tensor.js";

/**
 * Contracts dimensions of one letter and batches those of another: `einsum("bij,bjk->bik", a, b)`. A letter twice in one
 * operand takes its diagonal, `...` stands for any dimensions, which broadcast; without `->` the result has the letters
 * that occur once, in alphabetical order.
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  const { inputs, output } = parsed(equation, operands);
  const marked = operands.map((x, at) => diagonals(x, inputs[at]));
  checkLengths(equation, marked);
  const last = (letter: string, from: number): boolean =>
    !output.includes(letter) && marked.slice(from + 1).every(({ letters }) => !letters.includes(letter));
  const whole = marked.reduce((a, b, at) => contracted(a, b, (letter) => last(letter, at)));
  return arranged(
    summed(whole, (letter) => !output.includes(letter)),
    output,
  ).x;
}

/** Sums products over the last `dims` dimensions of a and the first of b, or over two lists of dimensions. */
export function tensordot(
  a: Tensor,
  b: Tensor,
  dims: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  const [ofA, ofB] = typeof dims === "number" ? facing(a, b, dims) : dims;
  const [left, right] = [
    ofA.map((dim) => dimensionOf("tensordot", dim, a.shape)),
    ofB.map((dim) => dimensionOf("tensordot", dim, b.shape)),
  ];
  const fits = left.length === right.length && left.every((dim, at) => a.shape[dim] === b.shape[right[at]]);
  if (!fits) {
    throw new EngineError(
      `tensordot: dimensions [${ofA.join(", ")}] of ${shapeText(a.shape)} with [${ofB.join(", ")}] of ${shapeText(b.shape)}`,
      "dimensions are summed in pairs of equal length",
      "Name as many dimensions of one as of the other, in the order of the pairs.",
    );
  }
  const [keptA, keptB] = [others(a, left), others(b, right)];
  const inner = elementCount(left.map((dim) => a.shape[dim]));
  const rows = a.permute([...keptA, ...left]).reshape([elementCount(keptA.map((dim) => a.shape[dim])), inner]);
  const columns = b.permute([...right, ...keptB]).reshape([inner, elementCount(keptB.map((dim) => b.shape[dim]))]);
  return rows.matmul(columns).reshape([...keptA.map((dim) => a.shape[dim]), ...keptB.map((dim) => b.shape[dim])]);
}

/** yₒ = aᵀ·Wₒ·b + biasₒ for a weight of shape [out, in of a, in of b]. */
export function bilinear(a: Tensor, b: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const [wide, narrow] = [a.shape[a.shape.length - 1], b.shape[b.shape.length - 1]];
  const batch = a.shape.slice(0, -1);
  const isBatchEqual = shapeText(batch) === shapeText(b.shape.slice(0, -1));
  if (weight.shape.length !== 3 || weight.shape[1] !== wide || weight.shape[2] !== narrow || !isBatchEqual) {
    throw new EngineError(
      `bilinear: inputs of shapes ${shapeText(a.shape)} and ${shapeText(b.shape)} with a weight of shape ${shapeText(weight.shape)}`,
      "the weight has shape [out, last of a, last of b], and all other dimensions of a and b are the same",
      "Check the lengths of the last dimensions.",
    );
  }
  const count = elementCount(batch);
  const form = weight.reshape([weight.shape[0] * wide, narrow]);
  const right = b.reshape([count, narrow]).matmul(form.t()).reshape([count, weight.shape[0], wide]);
  const out = right
    .mul(a.reshape([count, 1, wide]))
    .sum(-1)
    .reshape([...batch, weight.shape[0]]);
  return bias === null ? out : out.add(bias);
}

/** The p-distance of every row of a from every row of b: [..., P, M] and [..., R, M] give [..., P, R]. */
export function cdist(a: Tensor, b: Tensor, { p = 2 }: { readonly p?: number } = {}): Tensor {
  if (
    a.shape.length < 2 ||
    b.shape.length < 2 ||
    a.shape[a.shape.length - 1] !== b.shape[b.shape.length - 1] ||
    !(p >= 0)
  ) {
    throw new EngineError(
      `cdist: rows of shapes ${shapeText(a.shape)} and ${shapeText(b.shape)} with p = ${p}`,
      "both hold rows of one length, and p is at least 0",
      "Give each at least two dimensions, the last of the same length.",
    );
  }
  return lengths(a.unsqueeze(-2).sub(b.unsqueeze(-3)), p);
}

/** The distances of all pairs of rows of a matrix: of the first with all others, of the second with those behind it, … */
export function pdist(x: Tensor, { p = 2 }: { readonly p?: number } = {}): Tensor {
  if (x.shape.length !== 2 || !(p >= 0)) {
    throw new EngineError(
      `pdist: a tensor of shape ${shapeText(x.shape)} with p = ${p}`,
      "it takes the rows of a matrix, and p is at least 0",
      "Pass a tensor of two dimensions.",
    );
  }
  const [rows] = x.shape;
  const pairs = Array.from({ length: rows }, (_, first) =>
    Array.from({ length: rows - first - 1 }, (_row, at) => [first, first + 1 + at]),
  ).flat();
  const side = (which: 0 | 1): Tensor => {
    const places = pairs.map((pair) => pair[which]);
    return x.indexSelect(new Tensor(Storage.of("int32", places), [places.length]), 0);
  };
  return lengths(side(0).sub(side(1)), p);
}

function lengths(differences: Tensor, p: number): Tensor {
  // PyTorch gives zeros for the count of different elements, where a norm of its own has no gradient.
  if (p === 0) return differences.norm(-1, { p }).add(differences.mul(0).nanToNum({ posinf: 0, neginf: 0 }).sum(-1));
  // Rows of no elements are at no distance, also where the largest element would be asked for.
  return differences.shape[differences.shape.length - 1] === 0 ? differences.sum(-1) : differences.norm(-1, { p });
}

/** How `gradient` estimates derivatives from samples. */
export interface GradientOptions {
  /** The distance of neighboring samples: one number, one for each dimension, or the samples' places in each. */
  readonly spacing?: number | readonly (number | Tensor)[];
  /** Null, which it is unless given, is every dimension. */
  readonly dim?: number | readonly number[] | null;
  /** How exact the ends are: 1, unless given, by one difference, 2 by a parabola. */
  readonly edgeOrder?: 1 | 2;
}

/** The numerical gradient of sampled values along each dimension, by central differences of second order. */
export function gradient(x: Tensor, { spacing = 1, dim = null, edgeOrder = 1 }: GradientOptions = {}): Tensor[] {
  const asked = dim === null ? x.shape.map((_, at) => at) : typeof dim === "number" ? [dim] : dim;
  const dims = asked.map((each) => dimensionOf("gradient", each, x.shape));
  checkSamples(x, dims, spacing, edgeOrder);
  const values = isFloat(x.dtype) ? x : x.to("float32");
  return dims.map((at, position) =>
    slope(values, at, typeof spacing === "number" ? spacing : spacing[position], edgeOrder),
  );
}

interface Lettered {
  readonly x: Tensor;
  readonly letters: readonly string[];
}

interface Parsed {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** The letters of each operand and of the result; the dimensions of an ellipsis have digits for letters, counted from the end. */
function parsed(equation: string, operands: readonly Tensor[]): Parsed {
  const [left, right, ...rest] = equation.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  const isWritten = [...terms, right ?? ""].every((term) => /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term));
  if (rest.length > 0 || !isWritten || terms.length !== operands.length) {
    throw wrongEquation(
      equation,
      `${operands.length} operands need as many terms of letters and at most one \`...\` each`,
    );
  }
  const inputs = terms.map((term, at) => lettersOf(equation, term, operands[at].shape.length));
  const dots = Math.max(0, ...inputs.map((letters) => letters.filter(isDot).length));
  const output = right === undefined ? implied(inputs, dots) : outputLetters(right, dots);
  const unknown = output.find(
    (letter, at) => output.indexOf(letter) !== at || !inputs.some((each) => each.includes(letter)),
  );
  if (unknown !== undefined)
    throw wrongEquation(equation, `the result's \`${unknown}\` must occur once there, and in an operand`);
  return { inputs, output };
}

function isDot(letter: string): boolean {
  return letter.length > 1;
}

function dotLetters(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `.${count - at}`);
}

function lettersOf(equation: string, term: string, rank: number): string[] {
  const [before, after] = term.split("...");
  const named = term.replace("...", "").length;
  if (after === undefined ? named !== rank : named > rank) {
    throw wrongEquation(equation, `\`${term}\` names ${named} dimensions and its operand has ${rank}`);
  }
  return after === undefined ? [...before] : [...before, ...dotLetters(rank - named), ...after];
}

function outputLetters(term: string, dots: number): string[] {
  const [before, after] = term.split("...");
  if (after === undefined) return [...before];
  return [...before, ...dotLetters(dots), ...after];
}

function implied(inputs: readonly (readonly string[])[], dots: number): string[] {
  const every = inputs.flat().filter((letter) => !isDot(letter));
  const once = every.filter((letter) => every.indexOf(letter) === every.lastIndexOf(letter));
  return [...dotLetters(dots), ...once.sort()];
}

/** A letter twice in one operand takes the diagonal of its two dimensions. */
function diagonals(x: Tensor, letters: readonly string[]): Lettered {
  const twice = letters.findIndex((letter, at) => letters.indexOf(letter) !== at);
  if (twice < 0) return { x, letters };
  const first = letters.indexOf(letters[twice]);
  const left = letters.filter((_, at) => at !== first && at !== twice);
  if (x.shape[first] !== x.shape[twice]) {
    throw wrongEquation(
      letters.join(""),
      `\`${letters[twice]}\` stands for ${x.shape[first]} and ${x.shape[twice]} elements`,
    );
  }
  return diagonals(x.diagonal({ dim1: first, dim2: twice }), [...left, letters[twice]]);
}

function checkLengths(equation: string, operands: readonly Lettered[]): void {
  const lengths = new Map<string, number>();
  for (const { x, letters } of operands) {
    letters.forEach((letter, at) => {
      const [before, now] = [lengths.get(letter) ?? 1, x.shape[at]];
      if (before !== now && before !== 1 && now !== 1) {
        throw wrongEquation(equation, `\`${letter}\` stands for ${before} and for ${now} elements`);
      }
      if (before === 1) lengths.set(letter, now);
    });
  }
}

/** The product of two operands: letters of both that nobody needs later are summed by a matrix product. */
function contracted(a: Lettered, b: Lettered, isDone: (letter: string) => boolean): Lettered {
  const alone = (one: Lettered, other: Lettered): Lettered =>
    summed(one, (letter) => isDone(letter) && !other.letters.includes(letter));
  const [left, right] = [alone(a, b), alone(b, a)];
  const shared = left.letters.filter((letter) => right.letters.includes(letter));
  const length = ({ x, letters }: Lettered, letter: string): number => x.shape[letters.indexOf(letter)];
  // A dimension of length 1 against a longer one broadcasts; only equal ones are summed by a product.
  const inner = shared.filter((letter) => isDone(letter) && length(left, letter) === length(right, letter));
  const batch = shared.filter((letter) => !inner.includes(letter));
  const [rows, columns] = [left, right].map(({ letters }) => letters.filter((letter) => !shared.includes(letter)));
  const sizes = (one: Lettered, letters: readonly string[]): number[] => letters.map((letter) => length(one, letter));
  const tall = arranged(left, [...batch, ...rows, ...inner]).x;
  const wide = arranged(right, [...batch, ...inner, ...columns]).x;
  const [m, k, n] = [sizes(left, rows), sizes(left, inner), sizes(right, columns)].map(elementCount);
  const product = tall.reshape([...sizes(left, batch), m, k]).matmul(wide.reshape([...sizes(right, batch), k, n]));
  const shape = [...product.shape.slice(0, -2), ...sizes(left, rows), ...sizes(right, columns)];
  const whole = { x: product.reshape(shape), letters: [...batch, ...rows, ...columns] };
  return summed(whole, (letter) => isDone(letter));
}

function summed({ x, letters }: Lettered, isDone: (letter: string) => boolean): Lettered {
  const dims = letters.flatMap((letter, at) => (isDone(letter) ? [at] : []));
  if (dims.length === 0) return { x, letters };
  return { x: x.sum(dims).to(x.dtype), letters: letters.filter((letter) => !isDone(letter)) };
}

function arranged({ x, letters }: Lettered, order: readonly string[]): Lettered {
  const missing = order.filter((letter) => !letters.includes(letter));
  const whole = missing.reduce((each: Tensor) => each.unsqueeze(-1), x);
  const all = [...letters, ...missing];
  return { x: whole.permute(order.map((letter) => all.indexOf(letter))), letters: order };
}

function wrongEquation(equation: string, because: string): EngineError {
  return new EngineError(
    `einsum: the equation is \`${equation}\``,
    because,
    'Write it as in `einsum("ij,jk->ik", a, b)`.',
  );
}

function others({ shape }: Tensor, dims: readonly number[]): number[] {
  return shape.map((_, at) => at).filter((at) => !dims.includes(at));
}

function facing(a: Tensor, b: Tensor, count: number): readonly [number[], number[]] {
  if (!Number.isInteger(count) || count < 0 || count > Math.min(a.shape.length, b.shape.length)) {
    throw new EngineError(
      `tensordot: ${count} dimensions of ${shapeText(a.shape)} and ${shapeText(b.shape)}`,
      "that many dimensions there are not",
      "Pass a whole number up to the smaller number of dimensions.",
    );
  }
  const places = Array.from({ length: count }, (_, at) => at);
  return [places.map((at) => a.shape.length - count + at), places];
}

/** Inside, the parabola through three samples; at the ends one difference, or the same parabola's slope there. */
function slope(x: Tensor, dim: number, spacing: number | Tensor, edgeOrder: 1 | 2): Tensor {
  const length = x.shape[dim];
  const at = (start: number, count = 1): Tensor => x.narrow(dim, start, count);
  const steps = stepsOf(x, dim, spacing);
  const step = (start: number, count = 1): Tensor | number =>
    typeof steps === "number" ? steps : steps.narrow(dim, start, count);
  const [before, after] = [step(0, length - 2), step(1, length - 2)];
  const inside = length < 3 ? [] : [parabola(at(0, length - 2), at(1, length - 2), at(2, length - 2), before, after)];
  return concat(
    [edge(at, step, "first", length, edgeOrder), ...inside, edge(at, step, "last", length, edgeOrder)],
    dim,
  );
}

/** The slope at the middle of three samples that lie h and k apart. */
function parabola(a: Tensor, b: Tensor, c: Tensor, h: Tensor | number, k: Tensor | number): Tensor {
  if (typeof h === "number" || typeof k === "number") return c.sub(a).div(typeof h === "number" ? 2 * h : h.mul(2));
  const both = h.add(k);
  return c
    .mul(h.div(k.mul(both)))
    .add(b.mul(k.sub(h).div(h.mul(k))))
    .sub(a.mul(k.div(h.mul(both))));
}

function edge(
  at: (start: number) => Tensor,
  step: (start: number) => Tensor | number,
  which: "first" | "last",
  length: number,
  edgeOrder: 1 | 2,
): Tensor {
  const [near, far] = which === "first" ? [0, 1] : [length - 2, length - 3];
  const rise = which === "first" ? at(1).sub(at(0)) : at(length - 1).sub(at(length - 2));
  const first = rise.div(step(near));
  if (edgeOrder === 1) return first;
  const next = (which === "first" ? at(2).sub(at(1)) : at(length - 2).sub(at(length - 3))).div(step(far));
  // The parabola's slope changes by (next − first)·h/(h + k) from the middle of the outer pair to its end.
  const [h, k] = [step(near), step(far)];
  const share = typeof h === "number" || typeof k === "number" ? 0.5 : h.div(h.add(k));
  return first.sub(next.sub(first).mul(share));
}

function stepsOf(x: Tensor, dim: number, spacing: number | Tensor): Tensor | number {
  if (typeof spacing === "number") return spacing;
  return spacing
    .diff()
    .to(x.dtype)
    .reshape(x.shape.map((_, at) => (at === dim ? -1 : 1)));
}

function checkSamples(
  x: Tensor,
  dims: readonly number[],
  spacing: GradientOptions["spacing"],
  edgeOrder: number,
): void {
  const short = dims.find((dim) => x.shape[dim] < edgeOrder + 1);
  if (short !== undefined) {
    throw new EngineError(
      `gradient: dimension ${short} of ${shapeText(x.shape)} has ${x.shape[short]} samples`,
      `with an edge order of ${edgeOrder} at least ${edgeOrder + 1} are needed`,
      "Sample more densely, or leave that dimension out.",
    );
  }
  if (typeof spacing === "number" || spacing === undefined) return;
  const wrong = spacing.find(
    (each, at) => typeof each === "object" && (each.shape.length !== 1 || each.shape[0] !== x.shape[dims[at]]),
  );
  if (spacing.length === dims.length && wrong === undefined && new Set(dims).size === dims.length) return;
  throw new EngineError(
    `gradient: ${spacing.length} spacings for ${dims.length} dimensions of ${shapeText(x.shape)}`,
    "each dimension has its own: a number, or the places of its samples",
    "Pass one number for all, or a list with one entry for each dimension.",
  );
}
