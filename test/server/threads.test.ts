/**
 * Programs of which parts run beside each other: calls that nobody waits for, generators, timers, `then`. What only
 * one of them touches keeps its order, so `w` is found; what several touch has none, so `w` is passed over in silence.
 */
import { describe, expect, test } from "vitest";
import { deadLeaves, importing, withLeaves } from "../support/leaves.js";

type Case = readonly [name: string, program: string];

const found: readonly Case[] = [
  [
    "a main function that nobody awaits",
    importing(
      `async function main() { let w = tensor([1], { requiresGrad: true }); const u = tensor([1], { requiresGrad: true }); const read = () => w; await 0; let h = w.mul(2); const state = { h }; state.h = state.h.detach(); await 0; read(); u.mul(state.h).sum().backward(); } main();`,
    ),
  ],
  [
    "a main function that awaits steps one after the other",
    withLeaves(
      `const state = { h: w.mul(2) }; async function cut() { await 0; state.h = state.h.detach(); } async function learn() { await cut(); u.mul(state.h).sum().backward(); } async function main() { await cut(); await learn(); } main().catch(console.error);`,
    ),
  ],
  [
    "what follows the `await` of a call comes after the rest of its caller",
    withLeaves(
      `let h = w.mul(2); async function later() { await 0; h.mul(u).sum().backward(); } later(); h = h.detach();`,
    ),
  ],
  [
    "it reads a field that its caller has cut by then",
    withLeaves(
      `const state = { h: w.mul(2) }; async function later() { await 0; state.h.mul(u).sum().backward(); } later(); state.h = state.h.detach();`,
    ),
  ],
  [
    "two that wait for nothing go on in the order of their calls",
    withLeaves(
      `let h = w.mul(2); async function cut() { await 0; h = h.detach(); } async function learn() { await 0; h.mul(u).sum().backward(); } await Promise.all([cut(), learn()]);`,
    ),
  ],
  [
    "what a callback does after an `await` of nothing comes before what its caller does after one",
    withLeaves(`let h = w.mul(2); await [1].map(async () => { await 0; h = h.detach(); }); h.mul(u).sum().backward();`),
  ],
  [
    "a callback comes after the rest of its caller",
    withLeaves(`let h: Tensor = u; queueMicrotask(() => { h = w; }); h.sum().backward();`),
  ],
  [
    "a generator is walked in the order of its consumer",
    withLeaves(
      `let h: Tensor = w; function* cut() { h = h.detach(); yield u; h = h.mul(u); } for (const x of cut()) h = h.mul(x); h.sum().backward();`,
    ),
  ],
  [
    "only the last element is kept",
    withLeaves(`let h: Tensor = u; [w, u].every((x) => { h = x; return true; }); h.sum().backward();`),
  ],
  [
    "a main function that hands on the promise of another",
    withLeaves(
      `let h = w.mul(2); async function cut() { h = h.detach(); await 0; } const step = async () => cut(); async function main() { await step(); u.mul(h).sum().backward(); } void main();`,
    ),
  ],
  [
    "the main function works on what the module has made",
    withLeaves(
      `const state = { h: w.mul(2) }; (async () => { state.h = state.h.detach(); await 0; u.mul(state.h).sum().backward(); })();`,
    ),
  ],
  [
    "a callback of `then` works on its own values",
    withLeaves(
      `Promise.resolve(w).then((x) => { const state = { h: x.mul(2) }; state.h = state.h.detach(); u.mul(state.h).sum().backward(); });`,
    ),
  ],
  [
    "a timer's callback works on its own values",
    withLeaves(
      `setTimeout(() => { let h = w.mul(2); const cut = () => { h = h.detach(); }; cut(); u.mul(h).sum().backward(); }, 10);`,
    ),
  ],
  [
    "a generator cuts what it hands out",
    withLeaves(
      `function* parts() { let h = w.mul(2); const cut = () => { h = h.detach(); }; cut(); yield h; } const state = { h: w.mul(3) }; state.h = state.h.detach(); for (const part of parts()) u.mul(part).mul(state.h).sum().backward();`,
    ),
  ],
  [
    "something else runs beside, and touches nothing of it",
    withLeaves(
      `let count = 0; setInterval(() => { count++; console.log(count); }, 100); const state = { h: w.mul(2) }; state.h = state.h.detach(); u.mul(state.h).sum().backward();`,
    ),
  ],
  [
    "a recursive function beside it",
    withLeaves(
      `const scale = (x: Tensor, n: number): Tensor => (n === 0 ? x : scale(x.mul(2), n - 1)); const state = { h: scale(w, 3) }; state.h = state.h.detach(); scale(u, 2).mul(state.h).sum().backward();`,
    ),
  ],
  [
    "an exported function beside it",
    withLeaves(
      `export function scale(x: Tensor) { return x.mul(2); } const state = { h: w.mul(2) }; state.h = state.h.detach(); u.mul(state.h).sum().backward();`,
    ),
  ],
  [
    "a `return` in a finalizer takes the place of the one before",
    withLeaves(`function f() { try { return w.mul(2); } finally { return w.detach(); } } u.mul(f()).sum().backward();`),
  ],
  [
    "what is thrown on does not come out of a finalizer",
    withLeaves(
      `function f() { let h = w.mul(2); try { h = h.detach(); } finally { console.log("done"); } return h; } u.mul(f()).sum().backward();`,
    ),
  ],
  [
    "what was awaited later has come to its end",
    withLeaves(
      `const state = { h: w.mul(2) }; async function cut() { await 0; state.h = state.h.detach(); } const done = cut(); await done; u.mul(state.h).sum().backward();`,
    ),
  ],
  [
    "all of them were awaited together",
    withLeaves(
      `const a = { h: w.mul(2) }; const b = { h: w.mul(3) }; async function cut(at: { h: Tensor }) { await 0; at.h = at.h.detach(); } await Promise.all([cut(a), cut(b)]); u.mul(a.h).mul(b.h).sum().backward();`,
    ),
  ],
  [
    "a callback comes after what its promise stands for",
    withLeaves(
      `const state = { h: w.mul(2) }; async function cut() { await 0; state.h = state.h.detach(); } cut().then(() => { u.mul(state.h).sum().backward(); });`,
    ),
  ],
  [
    "an asynchronous function that waits for nothing",
    withLeaves(
      `const state = { h: w.mul(2) }; async function cut() { state.h = state.h.detach(); } void cut(); u.mul(state.h).sum().backward();`,
    ),
  ],
  [
    "several read what nobody writes any more",
    withLeaves(
      `let h = w.mul(2); h = h.detach(); async function show() { await 0; console.log(h.shape); } void show(); setTimeout(() => u.mul(h).sum().backward()); u.mul(h).sum().backward();`,
    ),
  ],
  [
    "elements keep their places when they are moved",
    withLeaves(
      `const list = [u]; list.push(w); list.unshift(u.mul(2)); list.reverse(); const last = list.pop(); const [cut, ...others] = list.concat([u]); if (last !== undefined) [last, others].flat()[1].sum().backward(); console.log(cut);`,
    ),
  ],
  [
    "what is thrown is caught",
    withLeaves(
      `let h = u; try { if (Math.random() < 0.5) throw { carried: w.detach() }; } catch (problem) { h = (problem as { carried: Tensor }).carried; } u.mul(h).sum().backward();`,
    ),
  ],
  [
    "a generator that nobody asks",
    withLeaves(
      `let h = u; function* give() { h = w; yield w; } const it = give(); h.sum().backward(); console.log(typeof it);`,
    ),
  ],
];

const silent: readonly Case[] = [
  [
    "a call that nobody awaits writes later",
    withLeaves(
      `let h = w.mul(2).detach(); async function later() { await 0; h = w.mul(3); } later(); await 0; h.mul(u).sum().backward();`,
    ),
  ],
  [
    "a callback that has run when its caller goes on",
    withLeaves(`let h: Tensor = u; queueMicrotask(() => { h = w; }); await null; h.sum().backward();`),
  ],
  [
    "a timer that may run at any later `await`",
    withLeaves(
      `let h: Tensor = u; setTimeout(() => { h = w; }); await null; h = u; await new Promise((done) => setTimeout(done, 5)); h.sum().backward();`,
    ),
  ],
  [
    "a handler of a failure",
    withLeaves(
      `let h: Tensor = u; const fails = async () => { await null; throw new Error("no"); }; fails().then(() => { h = u; }).catch(() => { h = w; }); await new Promise((done) => setTimeout(done, 5)); h.sum().backward();`,
    ),
  ],
  [
    "an iterator that has come to its end",
    withLeaves(
      `const it = [u].values(); let h: Tensor = w; for (const x of it) x.sum(); for (const x of it) h = x; h.sum().backward();`,
    ),
  ],
  [
    "an iterator that was asked by hand before",
    withLeaves(
      `const it = [u].entries(); it.next(); let h: Tensor = w; for (const [, x] of it) h = x; h.sum().backward();`,
    ),
  ],
  [
    "a generator that was walked in another branch",
    withLeaves(
      `function* give() { yield u; } const it = give(); if (Math.random() < 0.5) for (const x of it) x.sum(); let h: Tensor = w; for (const x of it) h = x; h.sum().backward();`,
    ),
  ],
  [
    "a callback that changes an element before its turn",
    withLeaves(
      `const list: Tensor[] = [u, u]; list.map((x) => { list[1] = w; return x; }).forEach((x) => x.sum().backward());`,
    ),
  ],
  [
    "a search that stops",
    withLeaves(
      `let h = w.mul(2); [true, false].some((stop) => { if (stop) return true; h = h.detach(); return false; }); h.mul(u).sum().backward();`,
    ),
  ],
  [
    "a generator without end",
    withLeaves(
      `let h: Tensor = w; function* forever() { while (true) yield h.mul(2); } for (const x of forever()) { h = x; if (Math.random() < 0.1) break; } const [a, b] = forever(); h.add(a ?? u).add(b ?? u).sum().backward();`,
    ),
  ],
  [
    "callbacks that hand themselves over again",
    withLeaves(
      `let h: Tensor = w; async function again(): Promise<void> { await null; h = h.mul(2); void again(); } void again(); function tick() { h = h.add(u); setTimeout(tick, 0); queueMicrotask(tick); } tick(); for (;;) { await null; if (Math.random() < 0.1) break; } h.sum().backward();`,
    ),
  ],
  [
    "calls that wait for each other",
    withLeaves(
      `let h: Tensor = w; async function p(): Promise<void> { await q(); h = h.mul(2); } async function q(): Promise<void> { await p(); h = h.detach(); } void p(); await Promise.race([p(), q().then(() => p())]); h.mul(u).sum().backward();`,
    ),
  ],
  [
    "it reads a field that is only made later",
    withLeaves(
      `const state: { h?: Tensor } = {}; async function later() { await 0; if (state.h !== undefined) state.h.mul(u).sum().backward(); } later(); state.h = w.mul(2); await 0; state.h = undefined;`,
    ),
  ],
  [
    "it sees a field before it is made",
    withLeaves(
      `const state: { h?: Tensor } = {}; async function later() { await 0; if (state.h === undefined) w.mul(u).sum().backward(); } later(); await 0; state.h = u;`,
    ),
  ],
  [
    "it never ends",
    withLeaves(
      `async function never(): Promise<void> { throw new Error("no"); } never().catch(() => undefined); w.mul(u).sum().backward();`,
    ),
  ],
  [
    "two of the same run at once",
    withLeaves(
      `let h = w.detach(); async function step(first: boolean) { if (first) { await 0; h.mul(u).sum().backward(); } h = w.mul(2); } await Promise.all([true, false].map((first) => step(first)));`,
    ),
  ],
  [
    "what records after an `await` inside `noGrad`",
    withLeaves(`async function later() { await 0; w.mul(u).sum().backward(); } noGrad(() => void later());`),
  ],
  [
    "a generator goes on after the program has written",
    withLeaves(
      `let h = w.detach(); function* parts() { yield 0; yield h; } const it = parts(); it.next(); h = w.mul(2); const last = it.next().value; if (last instanceof Tensor) last.mul(u).sum().backward();`,
    ),
  ],
  [
    "a generator writes only when it is asked",
    withLeaves(
      `let h = w.mul(2); function* cutting() { h = h.detach(); yield 0; } const it = cutting(); h.mul(u).sum().backward(); it.next();`,
    ),
  ],
  [
    "a timer cuts later",
    withLeaves(`let h = w.mul(2); setTimeout(() => { h = h.detach(); }); h.mul(u).sum().backward();`),
  ],
  [
    "a callback of `then` uses what was written after it was given",
    withLeaves(`let h = w.detach(); Promise.resolve(0).then(() => { h.mul(u).sum().backward(); }); h = w.mul(2);`),
  ],
  [
    "a promise is resolved by someone else",
    withLeaves(
      `let give: (x: Tensor) => void = () => undefined; const p = new Promise<Tensor>((resolve) => { give = resolve; }); async function later() { (await p).mul(u).sum().backward(); } later(); give(w.mul(2));`,
    ),
  ],
  [
    "a recursive call changes what its caller goes on with",
    withLeaves(
      `let h = w.detach(); function down(n: number) { if (n > 0) { down(n - 1); down(n - 2); h.mul(u).sum().backward(); } h = n % 2 === 0 ? w.mul(2) : w.detach(); } down(3);`,
    ),
  ],
  [
    "a function that code outside may call twice",
    withLeaves(`let h = w.detach(); export function step() { h.mul(u).sum().backward(); h = w.mul(2); }`),
  ],
  [
    "a list grows while it is walked",
    withLeaves(
      `const list = [w.detach()]; let n = 0; for (const h of list) { if (n++ < 1) list.push(w.mul(2)); h.mul(u).sum().backward(); }`,
    ),
  ],
  [
    "an iterator of the program's own has a state",
    withLeaves(
      `const rows = { h: w.detach(), [Symbol.iterator]() { return { next: () => { const value = rows.h; rows.h = w.mul(2); return { value, done: Math.random() < 0.5 }; } }; } }; for (const h of rows as unknown as Iterable<Tensor>) h.mul(u).sum().backward();`,
    ),
  ],
  [
    "a field that is deleted",
    withLeaves(`const state: { h?: Tensor } = { h: u }; delete state.h; (state.h ?? w).sum().backward();`),
  ],
  [
    "a spread field that may not be there",
    withLeaves(
      `const given: { h?: Tensor } = {}; if (Math.random() < 0.5) given.h = u; const all = { h: w, ...given }; all.h.sum().backward();`,
    ),
  ],
  [
    "the object that is written to was chosen before the value",
    withLeaves(
      `const a = { h: u }; const b = { h: u }; let at = a; const step = () => { at = b; return w.mul(2); }; at.h = step(); a.h.sum().backward();`,
    ),
  ],
  [
    "a finalizer that is passed on a jump",
    withLeaves(
      `let h = w.detach(); function f() { for (;;) { try { h = w.mul(2); break; } finally { h = h.mul(u); } } } f(); h.sum().backward();`,
    ),
  ],
  [
    "it is awaited on one branch only",
    withLeaves(
      `const state = { h: w.mul(2) }; async function cut() { await 0; state.h = state.h.detach(); } const done = cut(); if (Math.random() < 0.5) await done; u.mul(state.h).sum().backward();`,
    ),
  ],
  [
    "it fails halfway, and that is caught",
    withLeaves(
      `const state = { h: w.detach() }; async function cut() { await 0; state.h = w.mul(2); if (Math.random() < 0.5) throw new Error("no"); state.h = state.h.detach(); } const done = cut(); try { await done; } catch { console.log("failed"); } u.mul(state.h).sum().backward();`,
    ),
  ],
  [
    "an asynchronous function that waits for nothing fails halfway",
    withLeaves(
      `const state = { h: w.detach() }; async function cut() { state.h = w.mul(2); if (Math.random() < 0.5) throw new Error("no"); state.h = state.h.detach(); } cut().catch(() => undefined); u.mul(state.h).sum().backward();`,
    ),
  ],
  [
    "an asynchronous function that hands on another one's promise",
    withLeaves(
      `const state = { h: w.mul(2) }; async function cut() { await 0; state.h = state.h.detach(); } const step = async () => cut(); void step(); u.mul(state.h).sum().backward();`,
    ),
  ],
  [
    "it reads what is written after it was started",
    withLeaves(
      `let h = w.detach(); async function later() { await 0; u.mul(h).sum().backward(); } const done = later(); h = w.mul(2); await done;`,
    ),
  ],
  [
    "a value is sent into a generator",
    withLeaves(
      `function* take(): Generator<Tensor, void, Tensor> { const got = yield u; got.sum().backward(); } const it = take(); it.next(); it.next(w);`,
    ),
  ],
  [
    "a generator returns a value",
    withLeaves(
      `function* give(): Generator<number, Tensor> { yield 0; return w.mul(2); } function* all() { const h: Tensor = yield* give(); h.sum().backward(); } for (const _ of all());`,
    ),
  ],
  [
    "a list changes while it is passed on",
    withLeaves(
      `const list = [u]; const add = () => { list.push(w); }; if (Math.random() < 0.5) add(); list.at(-1)!.sum().backward();`,
    ),
  ],
];

describe("parts of a program that run beside each other", () => {
  test.each(found)("%s: the leaf is found", (_, program) => {
    expect(deadLeaves(program)).toEqual(["w"]);
  });

  test.each(silent)("%s: nothing is claimed", (_, program) => {
    expect(deadLeaves(program)).toEqual([]);
  });
});
