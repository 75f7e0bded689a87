/**
 * Views share their values and their history: what is written through any of them shows in all. Random sequences of views
 * and changes in place are compared with a model that knows only flat places, values and derivatives.
 */
import { describe, expect, test } from "vitest";
import { deepCopy, grad, nn, noGrad, ones, tensor, zeros, type Tensor } from "@gradlens/engine";

const leaf = (data: number | number[]): Tensor => tensor(data, { requiresGrad: true });

describe("what a view is", () => {
  test("a view of a view counts from the shared values", () => {
    const x = tensor(Array.from({ length: 24 }, (_, i) => i)).view([2, 3, 4]);
    const view = x.permute([2, 0, 1]).select(0, 1).slice(1, 0, 3, 2);
    expect([view.shape, view.stride(), view.storageOffset(), view.tolist()]).toEqual([
      [2, 2],
      [12, 8],
      1,
      [
        [1, 9],
        [13, 21],
      ],
    ]);
    expect(view.sharesValuesWith(x)).toBe(true);
  });

  test("view refuses what only a copy could give, and reshape copies it", () => {
    const x = zeros([2, 3]).t();
    expect(() => x.view([6])).toThrow(/strides \[1, 3\] as \[6\].*cannot be shared.*reshape/);
    expect(x.reshape([6]).sharesValuesWith(x)).toBe(false);
    expect(x.view([3, 1, 2]).stride()).toEqual([1, 6, 3]);
  });

  test("values of more than a few elements are shared as well", () => {
    const x = zeros([20, 30]);
    x.t().select(0, 7).fill_(1);
    x.narrow(0, 3, 1).mul_(5);
    expect([x.sum().item(), x.at(3, 7).item(), x.version]).toEqual([24, 5, 2]);
  });

  test("as_strided of a view counts from what it views", () => {
    const x = tensor([0, 1, 2, 3, 4, 5]).view([2, 3]);
    expect(x.at(1).asStrided([2], [2]).tolist()).toEqual([3, 5]);
    expect(x.t().asStrided([2], [1], 1).tolist()).toEqual([1, 2]);
    expect(() => x.asStrided([3], [3], 0)).toThrow(/all elements lie in the tensor/);
  });
});

describe("changes in place through views", () => {
  test("of some elements: the base, its other views and the tape follow", () => {
    const x = leaf([1, 2, 3]);
    const y = x.mul(1);
    const [rest, last] = [y.at({ start: 1 }), y.select(0, 2)];
    rest.mul_(10);
    expect([y.tolist(), rest.tolist(), last.item()]).toEqual([[1, 20, 30], [20, 30], 30]);
    y.mul(tensor([1, 2, 3]))
      .sum()
      .add(last)
      .backward();
    expect(x.grad?.tolist()).toEqual([1, 20, 40]);
  });

  test("rows of a plain tensor that are filled with learned values make it depend on them", () => {
    const w = leaf([2, 3]);
    const table = zeros([3, 2]);
    table.at(1).copy_(w.mul(w));
    expect([table.requiresGrad, table.isLeaf]).toEqual([true, false]);
    table.sum().backward();
    expect(w.grad?.tolist()).toEqual([4, 6]);
  });

  test("what was overwritten gets no gradient, and second derivatives are right", () => {
    const x = leaf([1, 2, 3]);
    const y = x.pow(3);
    y.narrow(0, 0, 1).copy_(x.narrow(0, 2, 1));
    const [first] = grad([y.pow(2).sum()], [x], { createGraph: true });
    expect(first?.tolist()).toEqual([0, 192, 1464]);
    first?.sum().backward();
    expect(x.grad?.tolist()).toEqual([0, 480, 2432]);
  });

  test("are refused of a leaf's part, of one of several, of an expanded tensor, and of a view made inside noGrad", () => {
    const x = leaf([1, 2]);
    expect(() => x.at({ end: 1 }).mul_(2)).toThrow(/a leaf that requires grad cannot be changed in place/);
    const y = x.mul(1);
    expect(() => y.unbind()[0].mul_(2)).toThrow(/one of several views/);
    expect(() => y.split(1)[0].zero_()).toThrow(/one of several views/);
    expect(() => zeros([1]).expand([3]).add_(1)).toThrow(/one and the same.*clone/);
    expect(() => noGrad(() => y.at({ end: 1 })).mul_(2)).toThrow(/a view, made inside `noGrad`/);
    noGrad(() => x.at(0).fill_(5));
    expect(x.tolist()).toEqual([5, 2]);
  });

  test("count as a change of all that share the values", () => {
    const x = leaf([1, 2, 3, 4]);
    const y = x.exp();
    y.view([2, 2]).t().select(0, 0).zero_();
    expect(() => y.sum().backward()).toThrow(/version 0 and is now at version 1/);
  });

  test("reach a parameter through its part, as first values do", () => {
    const layer = new nn.Linear(3, 2);
    noGrad(() => {
      layer.weight.zero_();
      layer.weight.diagonal().fill_(1);
    });
    expect(
      layer
        .forward(tensor([1, 2, 3]).view([1, 3]))
        .sub(layer.bias ?? 0)
        .tolist(),
    ).toEqual([[1, 2]]);
  });
});

describe("copies of leaves and modules", () => {
  test("share nothing with the original", () => {
    const net = new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 1));
    const copy = deepCopy(net);
    const before = net.parameters().map((parameter) => parameter.tolist());
    noGrad(() => copy.parameters().forEach((parameter) => parameter.zero_()));
    expect(net.parameters().map((parameter) => parameter.tolist())).toEqual(before);
    copy
      .forward(ones([1, 2]))
      .sum()
      .backward();
    expect([net.parameters()[0].grad, copy.parameters()[0].grad?.shape]).toEqual([null, [2, 2]]);
    expect(copy.namedParameters().map(([name]) => name)).toEqual(net.namedParameters().map(([name]) => name));
  });

  test("keep what is shared inside, and refuse computed values", () => {
    const shared = leaf([1]);
    const [a, b] = deepCopy([shared, shared]);
    expect([a === b, a === shared]).toEqual([true, false]);
    expect(() => deepCopy(shared.mul(2))).toThrow(/computed from others.*no second copy.*detach/);
  });
});

/** A value with its derivatives by the elements of the one leaf. */
interface Dual {
  readonly value: number;
  readonly slopes: readonly number[];
}

/** A view in the model: a shape, and the flat place of each of its elements. */
interface Places {
  readonly shape: readonly number[];
  readonly at: readonly number[];
}

const dual = (value: number, count: number): Dual => ({ value, slopes: new Array<number>(count).fill(0) });
const times = (a: Dual, b: Dual): Dual => ({
  value: a.value * b.value,
  slopes: a.slopes.map((slope, i) => slope * b.value + a.value * b.slopes[i]),
});
const plus = (a: Dual, b: Dual): Dual => ({
  value: a.value + b.value,
  slopes: a.slopes.map((s, i) => s + b.slopes[i]),
});

describe("random views and changes agree with a model of flat places", () => {
  test.each([1, 2, 3])("seed %i", (seed) => {
    const random = randomFrom(seed);
    for (let program = 0; program < 150; program++) compare(random);
  });
});

function compare(random: (below: number) => number): void {
  const sizes = [
    [2, 3],
    [4, 5],
    [2, 3, 4],
    [3, 2, 2, 2],
  ];
  const shape = sizes[random(sizes.length)];
  const count = shape.reduce((a, b) => a * b, 1);
  const start = Array.from({ length: count }, () => random(9) - 4);
  const x = tensor(start, { requiresGrad: true, dtype: "float64" });
  const leaves = start.map((value, i): Dual => ({ value, slopes: start.map((_, j) => Number(i === j)) }));
  // Half of the programs write into a plain tensor, the other half into one with a history.
  const isPlain = random(2) === 0;
  const base = (isPlain ? zeros([count], { dtype: "float64" }) : x.mul(1)).reshape(shape);
  const cells = leaves.map((each) => (isPlain ? dual(0, count) : each));
  const views: [Tensor, Places][] = [[base, { shape, at: cells.map((_, place) => place) }]];
  const log: string[] = [];
  for (let step = 0; step < 8; step++) {
    const [view, places] = views[random(views.length)];
    if (random(2) === 0) views.push(viewOf(view, places, random, log));
    else change(view, places, x, leaves, cells, random, log);
  }
  const loss = views.map(([view], i) => view.mul(i + 1).sum()).reduce((a, b) => a.add(b));
  const wanted = views
    .flatMap(([, { at }], i) => at.map((place) => times(cells[place], dual(i + 1, count))))
    .reduce(plus, dual(0, count));
  const context = log.join("; ");
  views.forEach(([view, { shape: own, at }]) => {
    expect(view.shape, context).toEqual(own);
    expect([...view.data], context).toEqual(at.map((place) => cells[place].value));
  });
  if (!loss.requiresGrad) return;
  loss.backward();
  expect(
    [...(x.grad?.data ?? start.map(() => 0))].map((slope) => slope + 0),
    context,
  ).toEqual(wanted.slopes.map((s) => s + 0));
}

function change(
  view: Tensor,
  { at }: Places,
  x: Tensor,
  leaves: readonly Dual[],
  cells: Dual[],
  random: (below: number) => number,
  log: string[],
): void {
  const factor = random(5) - 2;
  const picked = Array.from(at, () => random(leaves.length));
  const source = x.indexSelect(tensor(picked, { dtype: "int32" })).reshape(view.shape);
  const count = leaves.length;
  const kind = random(4);
  log.push(`${["mul_", "add_ leaf", "copy_ leaf", "fill_"][kind]} on [${view.shape.join()}]`);
  if (kind === 0) view.mul_(factor);
  else if (kind === 1) view.add_(source);
  else if (kind === 2) view.copy_(source);
  else view.fill_(factor);
  at.forEach((place, i) => {
    const given = leaves[picked[i]];
    cells[place] = [times(cells[place], dual(factor, count)), plus(cells[place], given), given, dual(factor, count)][
      kind
    ];
  });
}

function viewOf(view: Tensor, places: Places, random: (below: number) => number, log: string[]): [Tensor, Places] {
  const { shape, at } = places;
  if (shape.length === 0) return [view.reshape([1]), { shape: [1], at }];
  const dim = random(shape.length);
  const other = random(shape.length);
  const kind = random(7);
  const byIndex = (next: readonly number[], from: (index: readonly number[]) => readonly number[]): Places => ({
    shape: next,
    at: indices(next).map((index) => at[flat(from(index), shape)]),
  });
  log.push(
    `${["narrow", "transpose", "select", "step", "reshape", "diagonal", "unsqueeze"][kind]} ${dim} ${other} of [${shape.join()}]`,
  );
  switch (kind) {
    case 0: {
      const first = random(shape[dim]);
      const length = 1 + random(shape[dim] - first);
      const next = shape.map((each, d) => (d === dim ? length : each));
      return [
        view.narrow(dim, first, length),
        byIndex(next, (i) => i.map((each, d) => (d === dim ? each + first : each))),
      ];
    }
    case 1: {
      const next = swapped(shape, dim, other);
      return [view.transpose(dim, other), byIndex(next, (i) => swapped(i, dim, other))];
    }
    case 2: {
      const place = random(shape[dim]);
      const next = shape.filter((_, d) => d !== dim);
      return [view.select(dim, place), byIndex(next, (i) => [...i.slice(0, dim), place, ...i.slice(dim)])];
    }
    case 3: {
      const next = shape.map((each, d) => (d === dim ? Math.ceil(each / 2) : each));
      return [
        view.slice(dim, 0, undefined, 2),
        byIndex(next, (i) => i.map((each, d) => (d === dim ? each * 2 : each))),
      ];
    }
    case 4: {
      // Where it has to copy, it is no view any more, and the model would have to know it.
      const flatView = view.isContiguous() ? view.reshape([-1]) : view;
      return [flatView, { shape: flatView.shape, at }];
    }
    case 5: {
      if (dim === other) return [view, places];
      const length = Math.min(shape[dim], shape[other]);
      const next = [...shape.filter((_, d) => d !== dim && d !== other), length];
      return [
        view.diagonal({ dim1: dim, dim2: other }),
        byIndex(next, (index) => {
          const rest = [...index];
          const along = rest.pop() ?? 0;
          return shape.map((_, d) => (d === dim || d === other ? along : (rest.shift() ?? 0)));
        }),
      ];
    }
    default:
      return [view.unsqueeze(dim), { shape: [...shape.slice(0, dim), 1, ...shape.slice(dim)], at }];
  }
}

function swapped(list: readonly number[], a: number, b: number): number[] {
  const result = [...list];
  [result[a], result[b]] = [result[b], result[a]];
  return result;
}

function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, length) => all.flatMap((i) => Array.from({ length }, (_, k) => [...i, k])),
    [[]],
  );
}

function flat(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((place, each, dim) => place * shape[dim] + each, 0);
}

/** Whole numbers from 0, the same ones for each seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed * 2654435761;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}
