/** Programs in which `w` may receive a gradient, each by another feature of the language: nothing may be claimed about it. */
import { describe, expect, test } from "vitest";
import { deadLeaves, importing, withLeaves } from "../support/leaves.js";

const programs: readonly (readonly [string, string])[] = [
  [
    "`training` decides at run time which layer is used",
    importing(
      `class N extends nn.Module { a = new nn.Linear(1,1); b = new nn.Linear(1,1); forward(x: Tensor) { if (this.training) return this.a.forward(x); return this.b.forward(x); } }\nconst n = new N(); n.forward(tensor([1])).sum().backward();\n`,
    ),
  ],
  [
    "the optimizer hands out the parameters it holds",
    withLeaves(`const o = new optim.SGD([w], { lr: 1 }); o.paramGroups[0].params[0].sum().backward();`),
  ],
  [
    "`grad()` gives the gradient as a result",
    importing(
      `const w = tensor([1], { requiresGrad: true }); const [g] = grad([w.mul(2).sum()], [w]); console.log(g);`,
    ),
  ],
  [
    "the gradient itself is differentiated",
    withLeaves(
      `u.mul(w.detach()).sum().backward(); const l = w.pow(2).sum(); l.backward({ createGraph: true }); w.grad!.sum().backward();`,
    ),
  ],
  [
    "the options of a recorded pass come from a variable",
    importing(
      `const w = tensor([1], { requiresGrad: true }); const u = tensor([1], { requiresGrad: true }); const o = { createGraph: true }; u.mul(w).sum().backward(o); u.grad!.sum().backward();`,
    ),
  ],
  ["a gradient set by hand is used as a value", withLeaves(`u.grad = w.mul(2); u.grad.sum().backward();`)],
  ["`enableGrad` inside `noGrad` records", withLeaves(`noGrad(() => enableGrad(() => w.sum())).backward();`)],
  [
    "`arguments` holds the leaf",
    withLeaves(`function f() { return (arguments[0] as Tensor).sum(); } (f as any)(w).backward();`),
  ],
  [
    "`apply` passes the leaf",
    withLeaves(`const f = function (this: any, x: Tensor) { return x.sum(); }; f.apply(null, [w]).backward();`),
  ],
  [
    "a bound function gets the leaf last",
    withLeaves(`const f = ((a: Tensor, b: Tensor) => b.sum()).bind(null, u); f(w).backward();`),
  ],
  [
    "a method is taken off the tensor and called later",
    withLeaves(`const d = w.sum; (d.call(w) as Tensor).backward();`),
  ],
  [
    "a method is added to a class afterward",
    withLeaves(
      `class A { x: Tensor; constructor(x: Tensor) { this.x = x; } } (A.prototype as any).loss = function () { return this.x.sum(); }; (new A(w) as any).loss().backward();`,
    ),
  ],
  [
    "the program changes what `detach` does",
    withLeaves(`(Tensor.prototype as any).detach = function () { return this; }; w.detach().sum().backward();`),
  ],
  ["`eval` may use any variable", withLeaves(`eval("w.sum().backward()");`)],
  ["a getter computes the loss", withLeaves(`const o = { get loss() { return w.sum(); } }; o.loss.backward();`)],
  [
    "a setter writes an outer variable",
    withLeaves(`let h = w.detach(); const o = { set v(x: Tensor) { h = x; } }; o.v = w.mul(2); h.sum().backward();`),
  ],
  ["a proxy hands out its target", withLeaves(`const p = new Proxy({ w }, {}); p.w.sum().backward();`)],
  [
    "an object iterates by a generator method",
    withLeaves(`const it = { *[Symbol.iterator]() { yield w; } }; for (const x of it) x.sum().backward();`),
  ],
  [
    "an object iterates by the protocol",
    withLeaves(
      `const it = { [Symbol.iterator]() { let i = 0; return { next: () => ({ value: w, done: i++ > 0 }) }; } }; for (const x of it) x.sum().backward();`,
    ),
  ],
  [
    "`toString` runs a backward pass",
    withLeaves(`const o = { toString() { w.sum().backward(); return 'x'; } }; console.log(\`\${o}\`);`),
  ],
  [
    "`toJSON` runs a backward pass",
    withLeaves(`const o = { toJSON() { w.sum().backward(); return 1; } }; JSON.stringify(o);`),
  ],
  [
    "`valueOf` runs a backward pass",
    withLeaves(`const o = { valueOf() { w.sum().backward(); return 1; } }; console.log(+o + 1);`),
  ],
  ["a tag of a template gets the leaf", withLeaves(`const t = (s: any, x: Tensor) => x.sum(); t\`\${w}\`.backward();`)],
  ["a function is made from text", withLeaves(`const f = new Function("w", "w.sum().backward()"); f(w);`)],
  [
    "an object with `then` is awaited",
    withLeaves(`const p = { then(r: any) { r(w); } }; const x = (await p) as any; x.sum().backward();`),
  ],
  [
    "a variable is assigned while an async function waits",
    importing(
      `let h: Tensor; const w = tensor([1], { requiresGrad: true }); async function f() { h = w.detach(); await null; h.sum().backward(); } const p = f(); h = w.mul(2); await p;`,
    ),
  ],
  [
    "the loss travels through promises",
    withLeaves(`Promise.resolve(w).then((x) => x.sum()).then((l) => l.backward());`),
  ],
  [
    "`next(value)` sends the leaf into a generator",
    withLeaves(`function* g(): any { const x = yield 1; x.sum().backward(); } const i = g(); i.next(); i.next(w);`),
  ],
  [
    "a generator returns the leaf",
    withLeaves(`function* g() { return w; } const r = g().next(); (r.value as Tensor).sum().backward();`),
  ],
  [
    "`continue` of an outer loop carries the value",
    withLeaves(
      `let h = w.detach(); outer: for (let i = 0; i < 2; i++) { for (;;) { h = w.mul(1); continue outer; } } h.sum().backward();`,
    ),
  ],
  [
    "`default` stands first and is taken",
    withLeaves(
      `let h = w.detach(); switch (3 as number) { default: h = w.mul(2); case 1: break; } h.sum().backward();`,
    ),
  ],
  [
    "the `return` of `finally` wins",
    withLeaves(`function f() { try { return w.detach(); } finally { return w.mul(2); } } f().sum().backward();`),
  ],
  [
    "the inner `finally` passes the exception on",
    withLeaves(
      `let h = w.detach(); try { try { h = w.mul(2); throw 1; } finally { console.log(1); } } catch {} h.sum().backward();`,
    ),
  ],
  [
    "a static block replaces a static field",
    withLeaves(`class A { static h = w.detach(); static { A.h = w.mul(2); } } A.h.sum().backward();`),
  ],
  [
    "a private field is replaced by a method",
    withLeaves(
      `class A { #h = w.detach(); set() { this.#h = w.mul(2); } get() { return this.#h; } } const a = new A(); a.set(); a.get().sum().backward();`,
    ),
  ],
  [
    "an inherited getter gives the value",
    withLeaves(`class A { get h() { return w.mul(2); } } class B extends A {} new B().h.sum().backward();`),
  ],
  [
    "`super.f()` uses the leaf",
    withLeaves(
      `class A { f(x: Tensor) { return x.mul(w); } } class B extends A { f(x: Tensor) { return super.f(x); } } new B().f(u).sum().backward();`,
    ),
  ],
  [
    "a subclass of a layer calls `super.forward`",
    importing(
      `class M extends nn.Linear { constructor() { super(1, 1); } override forward(x: Tensor) { return super.forward(x).mul(2); } } new M().forward(tensor([1])).sum().backward();`,
    ),
  ],
  [
    "`call` is `forward`",
    importing(
      `class M extends nn.Module { a = new nn.Linear(1, 1); forward(x: Tensor) { return this.a.call(x); } } new M().call(tensor([1])).sum().backward();`,
    ),
  ],
  [
    "a sequence of layers",
    importing(
      `const m = new nn.Sequential(new nn.Linear(1, 1), new nn.ReLU(), new nn.Linear(1, 1)); m.forward(tensor([1])).sum().backward();`,
    ),
  ],
  [
    "a list of modules is looped over",
    importing(
      `class M extends nn.Module { ls = new nn.ModuleList([new nn.Linear(1, 1), new nn.Linear(1, 1)]); forward(x: Tensor) { for (const l of this.ls) x = l.forward(x); return x; } } new M().forward(tensor([1])).sum().backward();`,
    ),
  ],
  [
    "parameters are summed by hand",
    importing(
      `const m = new nn.Linear(1, 1); let s = tensor([0]); for (const p of m.parameters()) s = s.add(p.sum()); s.sum().backward();`,
    ),
  ],
  ["`flat` takes nested arrays apart", withLeaves(`[[w], [u]].flat().forEach((p) => p.sum().backward());`)],
  [
    "`Object.entries` gives every field",
    withLeaves(`for (const [k, p] of Object.entries({ w, u })) p.sum().backward();`),
  ],
  ["a map is iterated", withLeaves(`for (const [k, p] of new Map([["a", w]])) p.sum().backward();`)],
  ["a set is iterated", withLeaves(`for (const p of new Set([w])) p.sum().backward();`)],
  [
    "a weak map with an object as its key",
    withLeaves(`const m = new WeakMap<object, Tensor>(); const k = {}; m.set(k, w); m.get(k)!.sum().backward();`),
  ],
  [
    "`copy_` gives the target the source's history",
    withLeaves(`const t = tensor([0]); t.copy_(w); t.sum().backward();`),
  ],
  [
    "a view is changed in place",
    withLeaves(`const t = tensor([0, 0]); t.reshape([2, 1]).add_(w); t.sum().backward();`),
  ],
  ["a curried function", withLeaves(`const mul = (a: Tensor) => (b: Tensor) => a.mul(b); mul(w)(u).sum().backward();`)],
  [
    "a recursion ends in the leaf",
    withLeaves(`const f = (n: number): Tensor => (n === 0 ? w : f(n - 1).mul(2)); f(3).sum().backward();`),
  ],
  [
    "two functions call each other",
    withLeaves(
      `function a(n: number): Tensor { return n === 0 ? w : b(n - 1); } function b(n: number): Tensor { return a(n); } a(2).sum().backward();`,
    ),
  ],
  [
    "the default inside a pattern",
    withLeaves(`function f({ x = w }: { x?: Tensor } = {}) { return x.sum(); } f().backward();`),
  ],
  ["`??=` on a field that is missing", withLeaves(`const o: any = {}; o.a ??= w; o.a.sum().backward();`)],
  [
    "a member of an enum decides",
    withLeaves(`enum M { A, B } const m: M = M.B; (m === M.A ? w.detach() : w).sum().backward();`),
  ],
  [
    "a namespace's function",
    withLeaves(`namespace N { export const h = w.mul(2); export function go() { h.sum().backward(); } } N.go();`),
  ],
  [
    "an optional method is called",
    withLeaves(`const o: { f?: () => Tensor } = { f: () => w.sum() }; o.f?.().backward();`),
  ],
  [
    "arguments are spread from an array",
    withLeaves(`const f = (...xs: Tensor[]) => xs[1].sum(); f(...[u, w]).backward();`),
  ],
  ["a comparator runs a backward pass", withLeaves(`[w, u].sort((a, b) => { a.sum().backward(); return 0; });`)],
  [
    "the global object holds the leaf",
    withLeaves(`(globalThis as any).w = w; (globalThis as any).w.sum().backward();`),
  ],
  ["the leaf is thrown and caught", withLeaves(`try { throw w; } catch (e) { (e as Tensor).sum().backward(); }`)],
  [
    "the keys of an object are looped over",
    withLeaves(`const o: any = { a: w }; for (const k in o) o[k].sum().backward();`),
  ],
  ["a timer passes the leaf", withLeaves(`setTimeout((x: Tensor) => x.sum().backward(), 0, w);`)],
  [
    "a decorator may do anything with its class",
    withLeaves(
      `function d(t: any) { return t; } @d class A { h = w.mul(2); go() { this.h.sum().backward(); } } new A().go();`,
    ),
  ],
  [
    "a value is disposed of at the end of its block",
    withLeaves(`{ using r = { h: w.mul(2), [Symbol.dispose]() { this.h.sum().backward(); } }; }`),
  ],
  [
    "an exported function may be called by another file",
    importing(
      `const w = tensor([1], { requiresGrad: true }); const u = tensor([1], { requiresGrad: true }); u.sum().backward(); export function step() { w.sum().backward(); }`,
    ),
  ],
  [
    "a field of an exported class",
    importing(
      `export class A { w = tensor([1], { requiresGrad: true }); step() { this.w.sum().backward(); } } tensor([1], { requiresGrad: true }).sum().backward();`,
    ),
  ],
  [
    "handlers are registered and called later",
    withLeaves(
      `const subs: ((x: Tensor) => void)[] = []; const on = (f: (x: Tensor) => void) => { subs.push(f); }; on((x) => x.sum().backward()); for (const s of subs) s(w);`,
    ),
  ],
  [
    "the value of the last iteration is used in the next",
    withLeaves(
      `let h: Tensor | null = null; for (let i = 0; i < 3; i++) { if (h !== null) h.sum().backward(); h = w.mul(i); }`,
    ),
  ],
  [
    "a counter decides at the second call",
    withLeaves(
      `let n = 0; const next = () => n++; const pickIt = () => (next() === 1 ? w : w.detach()); pickIt(); pickIt().sum().backward();`,
    ),
  ],
  [
    "a callback changes the flag",
    withLeaves(`let k = 0; function bump() { k = 5; } [1].forEach(bump); (k > 3 ? w : w.detach()).sum().backward();`),
  ],
  [
    "a callee changes a field that decides",
    withLeaves(
      `const cfg = { live: false }; function set(c: { live: boolean }) { c.live = true; } set(cfg); (cfg.live ? w : w.detach()).sum().backward();`,
    ),
  ],
  [
    "two variables are swapped by a pattern",
    withLeaves(`let a = w, b = w.detach(); [a, b] = [b, a]; b.sum().backward();`),
  ],
  [
    "`for await` over a generator",
    withLeaves(`async function* g() { yield w; } for await (const x of g()) x.sum().backward();`),
  ],
  [
    "`noGrad` covers synchronous code only",
    withLeaves(`const r = await noGrad(async () => { await null; return w.mul(2); }); r.sum().backward();`),
  ],
  [
    "a generator runs when it is asked, not where it was made",
    withLeaves(`const g = noGrad(() => (function* () { yield w.mul(2); })()); for (const x of g) x.sum().backward();`),
  ],
  [
    "a promise's callback records again",
    withLeaves(`noGrad(() => { Promise.resolve().then(() => w.mul(2).sum().backward()); });`),
  ],
  [
    "a closure made inside `noGrad` runs outside",
    withLeaves(`let f: any; noGrad(() => { f = () => w.mul(2); }); f().sum().backward();`),
  ],
  ["returning a leaf from `noGrad` does not detach it", withLeaves(`const h = noGrad(() => w); h.sum().backward();`)],
  [
    "an argument of the process decides",
    withLeaves(`const mode: string = process.argv[2] ?? "a"; (mode === "a" ? w : w.detach()).sum().backward();`),
  ],
  [
    "the length of an array decides",
    withLeaves(`const xs: Tensor[] = []; xs.push(w); if (xs.length > 0) xs[0].sum().backward();`),
  ],
  [
    "keys are computed",
    withLeaves(
      `const o: Record<string, Tensor> = {}; o["a" + 1] = w; for (const k of Object.keys(o)) o[k].sum().backward();`,
    ),
  ],
  ["the rest of an object", withLeaves(`const { a, ...rest } = { a: u, b: w }; rest.b.sum().backward();`)],
  [
    "a map under a computed key",
    withLeaves(`const m = new Map<string, Tensor>(); m.set("k" + 1, w); m.get("k1")!.sum().backward();`),
  ],
  [
    "a constructor in the old style",
    withLeaves(`function A(this: any) { this.h = w; } const a = new (A as any)(); a.h.sum().backward();`),
  ],
  [
    "a labeled block is left early",
    withLeaves(
      `let h = w.detach(); b: { h = w.mul(2); if (Math.random() < 0.5) break b; h = w.mul(3); } h.sum().backward();`,
    ),
  ],
  [
    "a number that is not a number differs from itself",
    withLeaves(`const n = Number("x"); (n !== n ? w : w.detach()).sum().backward();`),
  ],
  ["minus zero is told from zero", withLeaves(`(1 / -0 < 0 ? w : w.detach()).sum().backward();`)],
  [
    "a text is put together",
    withLeaves(`const s = "a" as string; let t = s; t += "b"; (t === "ab" ? w : w.detach()).sum().backward();`),
  ],
  [
    "each iteration has a variable of its own",
    withLeaves(`const cells: { get: () => Tensor; set: (x: Tensor) => void }[] = [];
for (let i = 0; i < 2; i++) {
  let h: Tensor = w.detach();
  cells.push({ get: () => h, set: (x) => { h = x; } });
}
cells[0].set(w.mul(2));
cells[1].set(u.detach());
cells[0].get().sum().backward();`),
  ],
  [
    "each iteration has an object of its own",
    withLeaves(`const boxes: { h: Tensor }[] = [];
for (let i = 0; i < 2; i++) boxes.push({ h: w.detach() });
const [first, second] = boxes;
first.h = w.mul(2);
second.h = u.detach();
first.h.sum().backward();`),
  ],
  [
    "an async function goes on with what was assigned meanwhile",
    withLeaves(`let h: Tensor = w.detach();
async function later() {
  await Promise.resolve();
  h.sum().backward();
}
const pending = later();
h = w.mul(2);
await pending;`),
  ],
];

describe("a leaf that may receive a gradient is passed over in silence", () => {
  test.each(programs)("%s", (_title, program) => {
    expect(deadLeaves(program)).toEqual([]);
  });
});
