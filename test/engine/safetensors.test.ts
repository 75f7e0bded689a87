/** State dicts as safetensors: what is written comes back, the bytes are the format's, and broken files are refused. */
import { fromTorchNames, loadSafetensors, nn, saveSafetensors, tensor, toTorchNames, zeros } from "@gradlens/engine";
import { describe, expect, it } from "vitest";

/** A file from its header and values, as another library might write it. */
function fileOf(header: unknown, values: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + values.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(values, 8 + text.length);
  return bytes;
}

describe("a state dict", () => {
  it("comes back with its dtypes, shapes and values", () => {
    const state = {
      weight: tensor([
        [1.5, -0.0],
        [NaN, Infinity],
      ]),
      exact: tensor([0.1], { dtype: "float64" }),
      count: tensor(-7, { dtype: "int32" }),
      mask: tensor([true, false], { dtype: "bool" }),
      none: zeros([0, 3]),
    };
    const back = loadSafetensors(saveSafetensors(state, { metadata: { made: "here" } }));
    expect(Object.keys(back)).toEqual(Object.keys(state));
    for (const [name, value] of Object.entries(state)) {
      expect([back[name].dtype, back[name].shape, [...back[name].data]]).toEqual([
        value.dtype,
        value.shape,
        [...value.data],
      ]);
    }
  });

  it("of a model is loaded by another one", () => {
    const [one, other] = [new nn.BatchNorm1d(2), new nn.BatchNorm1d(2)];
    one.forward(
      tensor([
        [1, 2],
        [3, 6],
      ]),
    );
    other.loadStateDict(loadSafetensors(saveSafetensors(one.stateDict())));
    expect(other.runningMean?.tolist()).toEqual(one.runningMean?.tolist());
  });

  it("has names in PyTorch's spelling where they are wanted", () => {
    const state = new nn.LSTM(2, 3, { bidirectional: true }).stateDict();
    const torch = toTorchNames(state);
    expect(Object.keys(torch)).toContain("weight_ih_l0_reverse");
    expect(Object.keys(fromTorchNames(torch))).toEqual(Object.keys(state));
  });
});

describe("the bytes", () => {
  it("begin with the header's length, and the values at a multiple of eight", () => {
    const bytes = saveSafetensors({ x: tensor([1, 2]) });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header).toEqual({ x: { dtype: "F32", shape: [2], data_offsets: [0, 8] } });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 128, 63, 0, 0, 0, 64]);
  });

  it("of halves and of long integers are read", () => {
    const values = new Uint8Array(2 + 2 + 8);
    const view = new DataView(values.buffer);
    view.setUint16(0, 0xc100, true);
    view.setUint16(2, 0x3fc0, true);
    view.setBigInt64(4, -5n, true);
    const header = {
      half: { dtype: "F16", shape: [], data_offsets: [0, 2] },
      brain: { dtype: "BF16", shape: [], data_offsets: [2, 4] },
      long: { dtype: "I64", shape: [1], data_offsets: [4, 12] },
    };
    const { half, brain, long } = loadSafetensors(fileOf(header, values));
    expect([half.item(), brain.item(), long.item()]).toEqual([-2.5, 1.5, -5]);
  });
});

describe("a broken file", () => {
  const entry = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  it.each([
    ["is too short", new Uint8Array(3), "there are 3 bytes"],
    [
      "has no header",
      new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0, 1]),
      "the header is said to have 4294967295 bytes",
    ],
    ["has a header that is no JSON", fileOf("{x", new Uint8Array(0)), "the header begins with"],
    ["has a list for a header", fileOf([1], new Uint8Array(0)), "an array of length 1"],
    [
      "has an entry without offsets",
      fileOf({ x: { dtype: "F32", shape: [2] } }, new Uint8Array(8)),
      "the entry of `x`",
    ],
    ["has an unknown dtype", fileOf({ x: { ...entry, dtype: "C64" } }, new Uint8Array(8)), "`x` has dtype C64"],
    ["ends before its values", fileOf({ x: entry }, new Uint8Array(4)), "`x` lies from byte 0 to 8 of 4"],
    [
      "has values for another shape",
      fileOf({ x: { ...entry, shape: [3] } }, new Uint8Array(8)),
      "its 3 elements of 4 bytes",
    ],
  ])("that %s is refused in words", (_what, bytes, message) => {
    expect(() => loadSafetensors(bytes)).toThrow(message);
  });

  it("with a number that int32 does not hold says which", () => {
    const values = new Uint8Array(8);
    new DataView(values.buffer).setBigInt64(0, 2n ** 40n, true);
    expect(() => loadSafetensors(fileOf({ x: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, values))).toThrow(
      "`x` has 1099511627776 at 0",
    );
  });
});
