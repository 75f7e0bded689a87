/** What the engine says when a program is wrong: what happened, with the values; why it cannot be; and what to do. */
import { describe, expect, test } from "vitest";
import {
  arange,
  concat,
  crossEntropy,
  EngineError,
  grad,
  mse,
  noGrad,
  ones,
  stack,
  tensor,
  type Tensor,
  where,
  zeros,
  type DType,
  type NestedInput,
} from "@gradlens/engine";

const wrong = <T>(value: unknown): T => value as T;
const x = (): Tensor => tensor([1, 2], { requiresGrad: true });
const ints = (): Tensor => tensor([1, 2], { dtype: "int32" });

/** Each case: what is wrong with the call, the call, and the whole message. */
const cases: readonly (readonly [string, () => unknown, string])[] = [
  [
    "shapes that do not multiply",
    () => ones([4, 3]).matmul(ones([4, 1])),
    "matmul: shapes [4, 3] and [4, 1] do not fit: 3 ≠ 4. Transpose one side, or check the order of the arguments.",
  ],
  [
    "shapes that do not broadcast",
    () => ones([2, 3]).add(ones([2])),
    "add: shapes [2, 3] and [2] do not fit: 3 ≠ 2 at dimension -1, and neither is 1. " +
      "Reshape one side so that the dimensions agree from the right, or are 1.",
  ],
  [
    "a loss that nothing learns from",
    () => tensor(1).mul(2).backward(),
    "backward: this value does not require grad, so there is nothing to send a gradient to: " +
      "no tensor that it was computed from has `requiresGrad: true`. " +
      "Make the tensors that should learn with `requiresGrad: true`, before the loss is computed from them.",
  ],
  [
    "a loss behind an argmax",
    () => x().argmax().to("float32").backward(),
    "backward: this value does not require grad, so no gradient can leave it: an index has no derivative. " +
      "Remove that cut, or call `backward()` on a value that is still connected to a leaf with `requiresGrad: true`.",
  ],
  [
    "a loss of many elements",
    () => x().mul(2).backward(),
    "backward: the value has shape [2] and no gradient was given: a gradient can be made up only for a value of one element. " +
      "Reduce the loss to a scalar with `sum()` or `mean()`, or pass `{ gradient }` of the same shape.",
  ],
  [
    "a gradient of another shape",
    () =>
      x()
        .mul(2)
        .backward({ gradient: ones([3]) }),
    "backward with a gradient: shapes [2] and [3] do not fit: they must be the same. Pass a gradient of the value's own shape.",
  ],
  [
    "item() of many elements",
    () => x().item(),
    "item: the tensor has shape [2]: only a tensor of one element is one number. " +
      "Reduce it first, for example with `sum()` or `mean()`, or read all values with `tolist()`.",
  ],
  [
    "a shape with another number of elements",
    () => ones([2, 3]).reshape([4, 2]),
    "reshape: [2, 3] cannot become [4, 2]: 6 elements do not fill 8 places. The product of the dimensions must stay the same.",
  ],
  [
    "a dimension that is not there",
    () => ones([2, 3]).sum(2),
    "sum: a tensor of shape [2, 3] has no dimension 2: its dimensions are 0 to 1. " +
      "Pass a number from -2 to 1; negative numbers count from the end.",
  ],
  [
    "an integer that should learn",
    () => tensor([1, 2], { dtype: "int32", requiresGrad: true }),
    "requiresGrad: a tensor of dtype int32 cannot require grad: only floating-point values have derivatives. " +
      'Make it with dtype "float32", or convert it with `to("float32")` first.',
  ],
  [
    "a mean of integers",
    () => ints().mean(),
    'mean: the tensor has dtype int32: the result need not be a whole number. Convert it with `to("float32")` first.',
  ],
  [
    "a fraction written into integers",
    () => ints().add_(1.5),
    "add_: a float32 cannot be written into a tensor of dtype int32: a tensor keeps its dtype when it is changed in place. " +
      'Use the op without the underscore, or convert with `to("int32")` first.',
  ],
  [
    "a larger shape written into a smaller one",
    () => ones([2]).add_(ones([3, 2])),
    "add_: a result of shape [3, 2] does not fit into the tensor of shape [2]: a tensor keeps its shape when it is changed in place. " +
      "Use the op without the underscore, or reduce the argument first.",
  ],
  [
    "ragged rows",
    () => tensor([[1, 2], [3]]),
    "tensor: the nested arrays are ragged: 1 element at depth 1, where the first row suggests shape [2, 2]: " +
      "every row of a tensor has the same length. Make all rows equally long, for example by padding them.",
  ],
  [
    "tensors inside a new tensor",
    () => tensor(wrong<NestedInput>([x(), x()])),
    "tensor: one of the values is a tensor: a tensor is made of numbers. " +
      "Use `stack` to put tensors together, `clone()` for a copy that stays connected, or `detach()` for one that is not.",
  ],
  [
    "an index that lies outside",
    () => ones([3, 2]).indexSelect(tensor([0, 3])),
    "indexSelect: the index has 3 at position 1: dimension 0 of [3, 2] has elements 0 to 2. " +
      "Check how the index was computed; negative indices are not counted from the end.",
  ],
  [
    "an asynchronous callback",
    () => noGrad(async () => x()),
    "noGrad: the callback is asynchronous: recording would be switched back before the callback has finished. " +
      "Await first, and call `noGrad` around the ops alone.",
  ],
  [
    "a callback that gives a promise",
    () => noGrad(() => Promise.resolve(x())),
    "noGrad: the callback is asynchronous: recording would be switched back before the callback has finished. " +
      "Await first, and call `noGrad` around the ops alone.",
  ],
  [
    "a tensor as JavaScript's number",
    () => Number(x()),
    "a tensor of shape [2] was used as a number: JavaScript's operators do not know tensors. " +
      "Use `add`, `sub`, `mul`, `div`, or `item()` for the value of a scalar.",
  ],
  [
    "an operand that is no tensor",
    () => x().add(wrong<Tensor>("1")),
    'add: an argument is "1": a tensor is needed here. Make one with `tensor(…)`.',
  ],
  [
    "a gradient of another shape set by hand",
    () => (x().grad = ones([3])),
    "grad: a gradient of shape [3] was set on a tensor of shape [2]: there is one derivative for each element. " +
      "Reshape it, or check which tensor it belongs to.",
  ],
  [
    "nothing to stack",
    () => stack([]),
    "stack: the list is empty: no tensors have no shape together. Pass at least one tensor.",
  ],
  [
    "no element to choose",
    () => zeros([0]).max(),
    "max: the tensor has shape [0]: of no elements none is chosen. " +
      "Check how the tensor became empty, or reduce along another dimension.",
  ],
  [
    "a loss that would broadcast",
    () => mse(ones([4, 1]), ones([4])),
    "mse: shapes [4, 1] and [4] do not fit: each prediction has one target. " +
      "Reshape one of them; broadcasting here would compare every element with every other.",
  ],
];

describe("messages in full", () => {
  test.each(cases)("%s", (_, call, message) => {
    expect(thrownBy(call)).toEqual({ name: "EngineError", message });
  });
});

function thrownBy(call: () => unknown): { readonly name: string; readonly message: string } | null {
  try {
    call();
  } catch (error) {
    if (error instanceof EngineError) return { name: error.name, message: error.message };
    throw error;
  }
  return null;
}

describe("refused, in the same form", () => {
  const threeParts = /^[^:]+: .+[^.]\. .+\.$|^[^:]+: .+: .+\. .+\.$/s;
  test.each<[string, () => unknown]>([
    ["shape that is a number", () => zeros(wrong<number[]>(3))],
    ["negative length", () => zeros([-1])],
    ["unknown dtype", () => zeros([2], { dtype: wrong<DType>("float16") })],
    ["unknown dtype of a cast", () => ones([2]).to(wrong<DType>("int64"))],
    ["two open dimensions", () => ones([4]).reshape([-1, -1])],
    ["repeating a dimension of length 2", () => ones([2]).expand([3])],
    ["section outside", () => ones([3]).narrow(0, 2, 2)],
    ["dimension named twice", () => ones([2, 3]).permute([0, 0])],
    ["scalar times matrix", () => tensor(2).matmul(ones([2, 2]))],
    ["t of a batch", () => ones([2, 2, 2]).t()],
    ["max of two tensors", () => ones([2]).max(wrong<number>(ones([2])))],
    ["integers divided in place", () => ints().div_(2)],
    ["stack of different shapes", () => stack([ones([2]), ones([3])])],
    ["concat of different rows", () => concat([ones([2, 2]), ones([2, 3])], 0)],
    ["no list", () => stack(wrong<Tensor[]>(ones([2])))],
    ["condition that is a number", () => where(wrong<Tensor>(1), ones([2]), 0)],
    ["clamp without bounds", () => ones([2]).clamp(null)],
    ["arange that goes nowhere", () => arange(0, 5, 0)],
    ["retainGrad without history", () => ones([2]).retainGrad()],
    [
      "backward with a tensor",
      () =>
        x()
          .sum()
          .backward(wrong<object>(ones([]))),
    ],
    ["class that is not there", () => crossEntropy(ones([2, 3]), tensor([0, 3], { dtype: "int32" }))],
    ["shape in several arguments", () => ones([4]).reshape(wrong<number[]>(2))],
    ["more elements than memory", () => zeros([1e5, 1e6])],
    ["option of another library", () => tensor(1, wrong<object>({ requires_grad: true }))],
    ["options that are a flag", () => ones([2], wrong<object>(true))],
    ["fraction as an index", () => ones([2, 2]).indexSelect(tensor([0.5]))],
    ["flag as backward's options", () => x().sum().backward(wrong<object>(true))],
    ["fewer gradients than outputs", () => grad([x(), x()], x(), { gradients: ones([2]) })],
    ["no function", () => noGrad(wrong<() => void>(1))],
    ["a string as number", () => tensor(wrong<NestedInput>(["a"]))],
    ["undefined as data", () => tensor(wrong<NestedInput>(undefined))],
    ["undefined as operand", () => ones([2]).mul(wrong<Tensor>(undefined))],
    ["mm of a vector", () => ones([2, 2]).mm(ones([2]))],
  ])("%s", (_, call) => {
    expect(call).toThrow(EngineError);
    expect(call).toThrow(threeParts);
  });
});
