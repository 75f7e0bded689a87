/** Tensors as values: making and reading them, dtypes, sharing, text, and losses. Gradients have their own files. */
import { describe, expect, test } from "vitest";
import {
  arange,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  eye,
  full,
  linspace,
  manualSeed,
  mse,
  ones,
  onesLike,
  rand,
  randint,
  randn,
  stack,
  tensor,
  where,
  zeros,
  zerosLike,
  type DType,
  type Tensor,
} from "@gradlens/engine";

describe("making tensors", () => {
  test("from numbers, nested arrays, truth values and typed arrays", () => {
    expect(tensor(3).shape).toEqual([]);
    expect(
      tensor([
        [1, 2],
        [3, 4],
      ]).tolist(),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(tensor([true, false], { dtype: "bool" }).tolist()).toEqual([1, 0]);
    expect(tensor(new Float64Array([0.5, 1])).tolist()).toEqual([0.5, 1]);
    expect(tensor([1.9, -1.9], { dtype: "int32" }).tolist()).toEqual([1, -1]);
  });

  test("filled, counted, spaced, and in the shape of another", () => {
    expect(zeros([2, 0]).shape).toEqual([2, 0]);
    expect(full([2], 7, { dtype: "int32" }).tolist()).toEqual([7, 7]);
    expect(arange(4).tolist()).toEqual([0, 1, 2, 3]);
    expect(arange(5, 0, -2).tolist()).toEqual([5, 3, 1]);
    expect(linspace(0, 1, 5).tolist()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(2, 9, 1).tolist()).toEqual([2]);
    expect(eye(2).tolist()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    const like = tensor([1, 2], { dtype: "float64", requiresGrad: true });
    expect([zerosLike(like).dtype, zerosLike(like).requiresGrad, onesLike(like).tolist()]).toEqual([
      "float64",
      false,
      [1, 1],
    ]);
  });

  test("the same seed gives the same numbers, another seed others", () => {
    const drawn = (seed: number): unknown => {
      manualSeed(seed);
      return [randn([5]).tolist(), rand([5]).tolist(), randint(0, 100, [5]).tolist()];
    };
    expect(drawn(3)).toEqual(drawn(3));
    expect(drawn(3)).not.toEqual(drawn(4));
    expect(drawn(2 ** 40)).not.toEqual(drawn(0));
  });

  test("random numbers have the distribution that they promise", () => {
    manualSeed(0);
    const normal = randn([20_000]);
    expect(normal.mean().item()).toBeCloseTo(0, 1);
    expect(normal.std().item()).toBeCloseTo(1, 1);
    const even = rand([20_000]);
    expect([even.min().item() >= 0, even.max().item() < 1]).toEqual([true, true]);
    expect(even.mean().item()).toBeCloseTo(0.5, 1);
    const whole = new Set(randint(2, 5, [1000]).data);
    expect([...whole].sort()).toEqual([2, 3, 4]);
  });
});

describe("dtypes, as in PyTorch", () => {
  const typed = (dtype: DType, shape: number[] = [2]): Tensor => ones(shape, { dtype });

  test.each<[string, Tensor, DType]>([
    ["a float and an int meet in the float", typed("float32").add(typed("int32")), "float32"],
    ["two floats meet in the wider", typed("float32").mul(typed("float64")), "float64"],
    ["a scalar tensor does not widen", typed("float32").mul(typed("float64", [])), "float32"],
    ["a scalar of a higher kind changes the kind", typed("int32").mul(typed("float64", [])), "float64"],
    ["a whole number leaves integers alone", typed("int32").add(2), "int32"],
    ["a fraction makes them floats", typed("int32").add(2.5), "float32"],
    ["a number makes bools integers", typed("bool").add(1), "int32"],
    ["division always gives floats", typed("int32").div(typed("int32")), "float32"],
    ["functions of integers give floats", typed("int32").exp(), "float32"],
    ["a comparison gives bools", typed("float32").gt(0), "bool"],
    ["a sum of bools counts", typed("bool").sum(), "int32"],
    ["an argmax is an index", typed("float64").argmax(), "int32"],
    ["a choice meets like a sum", where(typed("bool"), typed("int32"), 0.5), "float32"],
    ["stacking meets, too", stack([typed("int32"), typed("float64")]), "float64"],
  ])("%s", (_, result, dtype) => {
    expect(result.dtype).toBe(dtype);
  });

  test("data is typed by dtype", () => {
    const kinds = (["float32", "float64", "int32", "bool"] as const).map((dtype) => typed(dtype).data.constructor.name);
    expect(kinds).toEqual(["Float32Array", "Float64Array", "Int32Array", "Uint8Array"]);
  });

  test("float64 keeps a number that float32 rounds", () => {
    expect(tensor(0.1, { dtype: "float64" }).mul(3).item()).toBe(0.1 * 3);
    expect(tensor(0.1).item()).toBe(Math.fround(0.1));
  });
});

describe("sharing and copying", () => {
  test("reshaped and transposed tensors share the values, clones do not", () => {
    const x = tensor([1, 2, 3, 4]);
    const [view, copy, turned] = [x.reshape([2, 2]), x.clone(), x.reshape([2, 2]).t()];
    x.fill_(9);
    expect([view.tolist(), copy.tolist(), turned.tolist()]).toEqual([
      [
        [9, 9],
        [9, 9],
      ],
      [1, 2, 3, 4],
      [
        [9, 9],
        [9, 9],
      ],
    ]);
  });

  test("an operand that is its own result", () => {
    const x = tensor([1, 2, 3]);
    x.mul_(x).add_(x.reshape([3]));
    expect(x.tolist()).toEqual([2, 8, 18]);
  });
});

describe("shapes", () => {
  test("empty tensors pass through", () => {
    const none = zeros([0, 3]);
    expect(none.add(ones([3])).shape).toEqual([0, 3]);
    expect([none.sum().item(), none.sum(0).tolist(), none.mean().item()]).toEqual([0, [0, 0, 0], NaN]);
    expect(ones([2, 0]).matmul(none).tolist()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  test("flatten, squeeze, unsqueeze, select, slice", () => {
    const x = arange(24).reshape([2, 3, 4]);
    expect([x.flatten().shape, x.flatten(1).shape, x.flatten(0, 1).shape, tensor(1).flatten().shape]).toEqual([
      [24],
      [2, 12],
      [6, 4],
      [1],
    ]);
    expect([x.unsqueeze(-1).shape, x.unsqueeze(0).squeeze().shape, x.squeeze(0).shape]).toEqual([
      [2, 3, 4, 1],
      [2, 3, 4],
      [2, 3, 4],
    ]);
    expect(x.select(0, -1).select(0, 1).tolist()).toEqual([16, 17, 18, 19]);
    expect(x.select(0, 0).slice(1, -2).tolist()).toEqual([
      [2, 3],
      [6, 7],
      [10, 11],
    ]);
    expect(x.slice(0, 1, 99).shape).toEqual([1, 3, 4]);
  });
});

describe("text", () => {
  test.each<[Tensor, string]>([
    [tensor(1.5), "tensor(1.5)"],
    [tensor([[1, -0]]), "tensor([[1, -0]])"],
    [tensor([0.1, NaN, Infinity]), "tensor([0.1, NaN, Infinity])"],
    [tensor([1], { dtype: "int32" }), "tensor([1], int32)"],
    [tensor([2147483647], { dtype: "int32" }), "tensor([2147483647], int32)"],
    [tensor(1, { requiresGrad: true }), "tensor(1, requiresGrad)"],
    [tensor(1, { requiresGrad: true }).mul(2), "tensor(2, from mul)"],
    [zeros([2, 0]), "tensor([[], []], shape [2, 0])"],
    [arange(2000), "tensor([0, 1, 2, …, 1997, 1998, 1999])"],
  ])("%s", (value, text) => {
    expect(String(value)).toBe(text);
    expect(`${value}`).toBe(text);
  });
});

test("in JSON a tensor is its values", () => {
  expect(JSON.stringify({ loss: tensor(1, { requiresGrad: true }).mul(2), row: tensor([1, 2]) })).toBe(
    '{"loss":2,"row":[1,2]}',
  );
});

describe("losses", () => {
  test("mse", () => {
    expect(mse(tensor([1, 2]), tensor([3, 5])).item()).toBe(6.5);
  });

  test("crossEntropy, by class and by probabilities, and for one row", () => {
    const logits = tensor(
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      { requiresGrad: true },
    );
    const loss = crossEntropy(logits, tensor([2, 0], { dtype: "int32" }));
    // −ln softmax([1, 2, 3]) is 2.4076, 1.4076, 0.4076.
    expect(loss.item()).toBeCloseTo((0.40760598 + 2.407606) / 2, 5);
    loss.backward();
    const [first] = [logits.grad?.select(0, 0).data ?? []];
    expect([...first].map((value) => Number(value.toFixed(4)))).toEqual([0.045, 0.1224, -0.1674]);
    const soft = tensor([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(crossEntropy(logits, soft).item()).toBeCloseTo(loss.item(), 6);
    expect(crossEntropy(tensor([1, 2, 3]), tensor(2)).item()).toBeCloseTo(0.40760598, 5);
  });

  test("binaryCrossEntropyWithLogits does not overflow", () => {
    expect(binaryCrossEntropyWithLogits(tensor([1000, -1000]), tensor([1, 0])).item()).toBe(0);
    expect(binaryCrossEntropyWithLogits(tensor([0]), tensor([0.3])).item()).toBeCloseTo(Math.log(2), 6);
  });
});
