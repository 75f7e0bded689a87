/** A run in a page may keep so much memory and no more; what is dropped again is never held against it. */
import { beforeEach, describe, expect, it } from "vitest";
import { mintTokens } from "../../engine/kernels/epochs.js";
import { KeptMemory } from "../../engine/live/kept-memory.js";
import { zeros } from "@gradlens/engine";

const megabyte = 2 ** 20;
const million = 2 ** 17;

describe("the memory that a program keeps", () => {
  // As in a worker, the tokens are older than the job that uses them.
  beforeEach(async () => {
    mintTokens();
    await new Promise((resolve) => setTimeout(resolve, 0));
  });

  it("ends a run with what it keeps, what it may keep, and what to do", () => {
    const kept = new KeptMemory(300 * megabyte);
    const list: number[][] = [];
    const bomb = (): void => {
      for (let turn = 0; turn < 1000; turn++) {
        const made = new Array<number>(million).fill(turn + 0.5);
        kept.note(made);
        list.push(made);
      }
    };
    expect(bomb).toThrow(/^The program keeps about 0\.3 GB .*a run may keep 0\.3 GB\. Look for a list that grows/);
    expect(list.length).toBeLessThan(330);
    expect(() => kept.note(new Array(16 * million))).toThrow("keeps about 0.3 GB");
  });

  it("lets go on what drops as much as it makes", () => {
    const kept = new KeptMemory(300 * megabyte);
    const window: number[][] = [];
    for (let turn = 0; turn < 800; turn++) {
      const made = new Array<number>(million).fill(turn + 0.5);
      kept.note(made);
      window[turn % 40] = made;
    }
    expect(window.length).toBe(40);
  });

  it("counts what comes by again and again only once", () => {
    const kept = new KeptMemory(300 * megabyte);
    const dataset = new Float32Array(32 * megabyte);
    for (let turn = 0; turn < 1000; turn++) kept.note(dataset);
    expect(dataset.length).toBe(32 * megabyte);
  });

  it("counts the values of tensors", () => {
    const kept = new KeptMemory(300 * megabyte);
    const list = Array.from({ length: 700 }, () => zeros([million]));
    expect(() => list.forEach(kept.note)).toThrow("keeps about 0.3 GB");
  });

  it("counts nothing in the user's own shell", () => {
    const kept = new KeptMemory(Infinity);
    const list = Array.from({ length: 100 }, () => new Float32Array(4 * megabyte));
    expect(() => list.forEach(kept.note)).not.toThrow();
  });
});
