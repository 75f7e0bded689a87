// The texts at the ends of lines, where they go when the text is edited, and which value the cursor means.
import type { LiveValue, TensorSummary } from "@gradlens/engine/graph";
import { describe, expect, it } from "vitest";
import { bytesOfFiles } from "../../extension/file-bytes.js";
import { placesAfter } from "../../extension/line-journey.js";
import { spotAt } from "../../extension/spot.js";
import { lineTexts } from "../../extension/value-text.js";

describe("the text at the end of a line", () => {
  it.each([
    ["1 ∂ +70", live({ value: scalar(1), gradient: scalar(70) })],
    ["−5 ∂ −10", live({ value: scalar(-5), gradient: scalar(-10) })],
    ["2 ∂ none", live({ value: scalar(2), requiresGrad: true })],
    ["7", live({ value: scalar(7) })],
    ["0 ∂ 0", live({ value: scalar(0), gradient: scalar(0) })],
    ["NaN ∂ +∞", live({ value: scalar(Number.NaN), gradient: scalar(Number.POSITIVE_INFINITY) })],
    ["0.3333 ∂ +1.2e−7", live({ value: scalar(1 / 3), gradient: scalar(1.2e-7) })],
    ["‖·‖ 3.742 ∂ ‖·‖ 0.5", live({ value: vector(3.74165), gradient: vector(0.5) })],
  ])("reads %s", (text, value) => {
    expect(lineTexts([value]).map((line) => line.text)).toEqual([text]);
  });

  it("is at most 24 characters long", () => {
    const [line] = lineTexts([live({ value: vector(-1.234e-10), gradient: vector(-1.234e-10) })]);
    expect(line?.text.length).toBeLessThanOrEqual(24);
  });

  it("is the named value where a line makes several", () => {
    const inner = live({ name: null, value: scalar(3), at: [4, 10, 20] });
    const named = live({ name: "L", value: scalar(25), at: [4, 10, 40] });
    expect(lineTexts([named, inner])).toEqual([{ line: 4, text: "25", tone: "plain" }]);
  });

  it("marks a missing gradient only where one is required", () => {
    const tones = lineTexts([
      live({ value: scalar(1), requiresGrad: true }),
      live({ value: scalar(1), at: [1, 0, 5] }),
    ]);
    expect(tones.map(({ tone }) => tone)).toEqual(["none", "plain"]);
  });
});

describe("a line after an edit", () => {
  it.each([
    ["above it, a line more", 5, { start: 1, end: 1, insertedBreaks: 1 }, [6]],
    ["above it, two lines less", 5, { start: 1, end: 3, insertedBreaks: 0 }, [3]],
    ["below it", 5, { start: 6, end: 9, insertedBreaks: 4 }, [5]],
    ["inside it", 5, { start: 5, end: 5, insertedBreaks: 0 }, [5]],
    ["a break before or after it", 5, { start: 5, end: 5, insertedBreaks: 1 }, [5, 6]],
    ["it was removed with its neighbors", 5, { start: 3, end: 8, insertedBreaks: 0 }, []],
    ["it was the last of what was replaced", 5, { start: 3, end: 5, insertedBreaks: 1 }, [4]],
  ])("%s", (_, line, edit, places) => {
    expect(placesAfter([line], edit)).toEqual(places);
  });
});

describe("the value under the cursor", () => {
  const x1 = spot("x", 2, 12, 50);
  const L = spot("L", 7, 12, 40);
  const sub = spot(null, 7, 12, 30);
  const x2 = spot("x", 20, 12, 50);
  const spots = [x1, L, sub, x2];

  it("is the last one of the word's name that was made above", () => {
    expect(spotAt(spots, { line: 9, character: 4 }, "x")).toBe(x1);
    expect(spotAt(spots, { line: 25, character: 4 }, "x")).toBe(x2);
  });

  it("is the innermost call around the cursor where the word names nothing", () => {
    expect(spotAt(spots, { line: 7, character: 25 }, "sub")).toBe(sub);
    expect(spotAt(spots, { line: 7, character: 35 }, "pow")).toBe(L);
  });

  it("is nothing where no value was made", () => {
    expect(spotAt(spots, { line: 12, character: 0 }, "console")).toBeNull();
    expect(spotAt(spots, { line: 12, character: 0 }, null)).toBeNull();
  });
});

describe("files that travel with a program", () => {
  it("are bytes again", () => {
    const bytes = Uint8Array.of(0, 127, 255);
    const files = { "data.bin": Buffer.from(bytes).toString("base64"), empty: "" };
    expect(bytesOfFiles(files)).toEqual({ "data.bin": bytes, empty: new Uint8Array() });
  });
});

interface Wanted {
  readonly name?: string | null;
  readonly value?: TensorSummary;
  readonly gradient?: TensorSummary;
  readonly requiresGrad?: true;
  readonly at?: readonly [number, number, number];
}

function live({ name = "x", value, gradient, requiresGrad, at = [0, 0, 10] }: Wanted): LiveValue {
  const { span } = spot(name, ...at);
  return { name, span, value: value ?? null, gradient: gradient ?? null, requiresGrad: requiresGrad ?? false };
}

function scalar(value: number): TensorSummary {
  return { ...vector(Math.abs(value)), first: [value], mean: value, size: 1 };
}

function vector(norm: number): TensorSummary {
  return { first: [1, 2, 3], norm, min: 1, max: 3, mean: 2, exactZeros: 0, nonFinite: 0, size: 3, histogram: null };
}

function spot(name: string | null, line: number, from: number, to: number) {
  const span = { uri: "file:///a.ts", start: { line, character: from }, end: { line, character: to } };
  return { name, span };
}
