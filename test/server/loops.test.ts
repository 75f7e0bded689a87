/** Loops: those that go around a few times are walked round by round, and any other one until nothing is added. */
import { describe, expect, test } from "vitest";
import { deadLeaves, withLeaves } from "../support/leaves.js";

type Case = readonly [name: string, program: string];

const found: readonly Case[] = [
  [
    "the last element of a list is what is left",
    withLeaves(`let h = u; for (const each of [w, u]) h = each; h.sum().backward();`),
  ],
  [
    "a counting loop hands its values on",
    withLeaves(
      `let first = w; let second = u; for (let i = 0; i < 2; i++) { first = second; second = u.mul(2); } first.sum().backward();`,
    ),
  ],
  ["a list without elements", withLeaves(`let h = u; for (const _ of []) h = w; h.sum().backward();`)],
  [
    "an object with a field is gone through at least once",
    withLeaves(`const table = { a: 1 }; let h = w; for (const _ in table) h = u; h.sum().backward();`),
  ],
];

const silent: readonly Case[] = [
  [
    "a round may be the last one",
    withLeaves(
      `let h = u; for (const each of [w, u]) { h = each; if (Math.random() < 0.5) break; } h.sum().backward();`,
    ),
  ],
  [
    "a round may be passed over",
    withLeaves(
      `let h = u; for (const each of [w, u]) { if (Math.random() < 0.5) continue; h = each; } h.sum().backward();`,
    ),
  ],
  [
    "the list grows in its loop",
    withLeaves(
      `const list = [u]; let h = u; for (const each of list) { h = each; if (list.length < 2) list.push(w); } h.sum().backward();`,
    ),
  ],
  [
    "the body changes the counter",
    withLeaves(
      `let h = w; for (let i = 0; i < 2; i++) { if (i === 1) h = u; if (Math.random() < 0.5) i = 5; } h.sum().backward();`,
    ),
  ],
  [
    "the end of the count moves",
    withLeaves(
      `let end = 3; let h = u; for (let i = 0; i < end; i++) { h = i === 0 ? w : u; if (Math.random() < 0.5) end = 1; } h.sum().backward();`,
    ),
  ],
  [
    "many rounds",
    withLeaves(
      `let first = u; let second = w.detach(); for (let i = 0; i < 50; i++) { first = second; second = w.mul(2); } first.sum().backward();`,
    ),
  ],
  [
    "a field that may have been deleted",
    withLeaves(
      `const table: { a?: number } = { a: 1 }; if (Math.random() < 0.5) delete table.a; let h = w; for (const _ in table) h = u; h.sum().backward();`,
    ),
  ],
];

describe("loops", () => {
  test.each(found)("%s: the leaf is found", (_, program) => {
    expect(deadLeaves(program)).toEqual(["w"]);
  });

  test.each(silent)("%s: nothing is claimed", (_, program) => {
    expect(deadLeaves(program)).toEqual([]);
  });
});
