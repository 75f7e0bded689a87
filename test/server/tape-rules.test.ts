/**
 * What is said about the tape must hold in every run, so most of this file is silence: programs that come near, in
 * functions, classes, closures, conditions, lists and asynchronous code. A few that must be found stand beside them.
 */
import { analyze } from "@gradlens/server/analysis";
import { describe, expect, test } from "vitest";
import { memorySources } from "../support/sources.js";

type Programs = Readonly<Record<string, string>>;

const head = `import { Tensor, enableGrad, nn, noGrad, optim, randn, stack, tensor, zeros } from "@gradlens/engine";
const w = tensor([1, 2], { requiresGrad: true });
const u = tensor([3, 4], { requiresGrad: true });
const x = tensor([5, 6]);
const coin = (): boolean => Math.random() < 0.5;
`;

function codesIn(program: string): readonly string[] {
  const [file] = analyze(memorySources({ "main.ts": head + program })).files;
  expect(file?.syntaxErrors).toEqual([]);
  expect(file?.notAnalyzed).toBeNull();
  return file?.findings.map(({ code }) => code) ?? [];
}

function check(code: string, { found, silent }: { readonly found: Programs; readonly silent: Programs }): void {
  describe(code, () => {
    test.each(Object.entries(found))("is found: %s", (_, program) => expect(codesIn(program)).toContain(code));
    test.each(Object.entries(silent))("is silent: %s", (_, program) => expect(codesIn(program)).not.toContain(code));
  });
}

check("backward-twice", {
  found: {
    "on a field": `class Model { loss = w.mul(w).sum(); train() { this.loss.backward(); this.loss.backward(); } }
      new Model().train();`,
    "on every branch": `const l = w.square().sum(); if (coin()) l.backward(); else l.mul(2).backward(); l.backward();`,
    "through a layer": `const layer = new nn.Linear(2, 2); const y = layer.forward(x); y.sum().backward(); y.mean().backward();`,
    "in an asynchronous main function": `async function main() { const l = w.square().sum(); l.backward(); await null; l.backward(); }
      await main();`,
    "in a callback for each element": `const l = w.square().sum(); [1, 2, 3].forEach(() => l.backward());`,
  },
  silent: {
    "one of two passes runs": `const l = w.square().sum(); if (coin()) l.backward(); l.backward();`,
    "the first pass may keep the graph": `const l = w.square().sum(); l.backward({ retainGraph: coin() }); l.backward();`,
    "options come from elsewhere": `declare const options: { retainGraph: boolean }; const l = w.square().sum(); l.backward(options); l.backward();`,
    "the first attempt may fail": `const l = w.square().sum(); try { l.backward(); } catch { console.log("again"); } l.backward();`,
    "a retry": `for (let i = 0; i < 3; i++) { try { w.square().sum().backward(); break; } catch { continue; } }`,
    "the loss may be made again": `let l = w.square().sum(); l.backward(); if (coin()) l = w.square().sum(); l.backward();`,
    "a function makes a loss for each call": `const loss = () => w.square().sum(); loss().backward(); loss().backward();`,
    "each model makes its own": `class Model { loss = w.square().sum(); } new Model().loss.backward(); new Model().loss.backward();`,
    "losses of a list": `const list: Tensor[] = []; for (let i = 0; i < 3; i++) list.push(w.mul(i).square().sum()); for (const l of list) l.backward();`,
    "losses that map makes": `[1, 2].map((i) => w.mul(i).square().sum()).forEach((l) => l.backward());`,
    "an older loss is kept aside": `let keep: Tensor | null = null; for (let i = 0; i < 3; i++) { const l = w.square().sum(); if (i === 0) { keep = l; continue; } l.backward(); } keep!.backward();`,
    "the first loss is kept": `let first: Tensor | null = null; for (let i = 0; i < 3; i++) { const l = w.square().sum(); first ??= l; if (coin()) { l.backward(); first.backward(); } }`,
    "the state is detached where the pass is": `let h = x; for (let i = 0; i < 4; i++) { h = h.mul(w).tanh(); if (i % 2 === 1) { h.sum().backward(); h = h.detach(); } }`,
    "the pass ends the loop": `const l = w.square().sum(); while (true) { l.backward(); break; }`,
    "only additions are shared": `const h = w.add(u); h.sum().backward(); h.mean().backward();`,
    "the shared part is detached": `const h = w.tanh(); h.sum().backward(); h.detach().mul(u).sum().backward();`,
    "the first loss has no history": `noGrad(() => { const h = w.square(); console.log(h.item); }); const l = w.square().sum(); l.backward();`,
    "a leaf may be frozen": `if (coin()) w.requiresGrad = false; const l = w.square().add(u).sum(); l.backward(); l.backward();`,
    "a generator makes the losses": `function* losses() { for (let i = 0; i < 3; i++) yield w.square().sum(); } for (const l of losses()) l.backward();`,
    "someone else may come between": `let l = w.square().sum(); export function renew() { l = w.square().sum(); } export function train() { l.backward(); }`,
    "a timer sends another": `let l = w.square().sum(); setTimeout(() => { l = w.square().sum(); }); await new Promise((done) => setTimeout(done, 9)); l.backward();`,
    "a pass that may be skipped": `const h = w.tanh(); const l = coin() ? h : null; l?.sum().backward(); h.mean().backward();`,
    "the pass is skipped where there is no loss": `let l: Tensor | null = coin() ? w.square().sum() : null; l?.backward(); l = w.square().sum(); l.backward();`,
  },
});

check("inplace-on-leaf", {
  found: {
    "in a helper": `function step(p: Tensor) { p.sub_(0.1); } step(w); step(u);`,
    "in a callback": `[w, u].forEach((p) => p.mul_(0.5));`,
    "under enableGrad": `noGrad(() => enableGrad(() => w.sub_(0.1)));`,
    "in an asynchronous function": `async function train() { await null; w.sub_(0.1); } await train();`,
  },
  silent: {
    "a helper is called under noGrad": `function step(p: Tensor) { p.sub_(0.1); } noGrad(() => step(w));`,
    "a helper is called under noGrad as well": `function step(p: Tensor) { p.sub_(0.1); } try { step(w); } catch { noGrad(() => step(w)); }`,
    "a constant may be meant": `(coin() ? w : x).add_(1);`,
    "the caller may pause": `export function step() { w.sub_(0.1); }`,
    "it is frozen for the change": `w.requiresGrad = false; w.sub_(0.1); w.requiresGrad = true;`,
    "it requires a gradient only later": `const v = tensor([1]); v.add_(1); v.requiresGrad = true;`,
    "a copy is changed": `w.detach().clone().add_(1); w.clone().add_(1);`,
    "whether it learns is decided at run time": `const v = tensor([1], { requiresGrad: coin() }); v.add_(1);`,
    "the parameter is given away": `declare function setup(p: Tensor): void; const v = tensor([1], { requiresGrad: true }); setup(v); v.add_(1);`,
    "a frozen module": `const layer = new nn.Linear(2, 2); layer.requiresGrad_(false); for (const p of layer.parameters()) p.mul_(0.5);`,
    "a callback of an unknown caller": `declare function pause(fn: () => void): void; pause(() => { w.sub_(0.1); });`,
    "a generator is resumed by someone": `function* steps() { yield w.sub_(0.1); } noGrad(() => [...steps()]);`,
  },
});

check("inplace-on-saved", {
  found: {
    "through a variable of another name": `const h = w.exp(); const same = h; same.mul_(2); h.sum().backward();`,
    "in a helper": `const h = w.exp(); function scale(v: Tensor) { v.mul_(2); } scale(h); h.sum().backward();`,
    "the parameter, between the passes of two losses": `const a = w.square().sum(); const b = w.square().mean();
      a.backward(); noGrad(() => w.sub_(w.grad!.mul(0.1))); b.backward();`,
  },
  silent: {
    "only on one branch": `const h = w.exp(); if (coin()) h.mul_(2); h.sum().backward();`,
    "after the pass": `const h = w.exp(); h.sum().backward(); h.mul_(2);`,
    "no pass follows": `const h = w.exp(); h.mul_(2); console.log(h.item);`,
    "the op saved another value": `const h = w.mul(x); h.mul_(2); h.sum().backward();`,
    "a constant factor is not saved": `const h = x.mul(u).add(w); x.mul(2).add_(1); h.sum().backward();`,
    "a copy is changed": `const h = w.exp(); h.clone().mul_(2); h.sum().backward();`,
    "computed again afterwards": `let h = w.exp(); h.mul_(2); h = w.exp(); h.sum().backward();`,
    "one of two values": `const a = w.exp(); const b = u.exp(); (coin() ? a : b).mul_(2); a.sum().backward();`,
    "the pass goes another way": `const h = w.exp(); h.mul_(2); u.square().sum().backward();`,
    "an update after each pass": `for (let i = 0; i < 3; i++) { w.square().sum().backward(); noGrad(() => w.sub_(w.grad!)); w.grad = null; }`,
    "a value of the iteration before": `let before = x.clone(); for (let i = 0; i < 3; i++) { const h = w.mul(x).exp(); before.mul_(0.5); h.sum().backward(); before = h.detach().clone(); }`,
  },
});

check("leaf-overwritten", {
  found: {
    "in a function": `let p = tensor([1], { requiresGrad: true }); function step() { p.square().sum().backward(); p = p.sub(p.grad!.mul(0.1)); } for (let i = 0; i < 3; i++) step();`,
    "with a momentum": `let p = tensor([1], { requiresGrad: true }); let m = zeros([1]); for (let i = 0; i < 3; i++) { p.square().sum().backward(); m = m.mul(0.9).add(p.grad!); p = p.sub(m.mul(0.1)); }`,
  },
  silent: {
    "under another name": `for (let i = 0; i < 3; i++) { w.square().sum().backward(); const next = w.sub(w.grad!.mul(0.1)); noGrad(() => w.copy_(next)); }`,
    "once, at the end": `let p = tensor([1], { requiresGrad: true }); p.square().sum().backward(); p = p.sub(p.grad!.mul(0.1)); console.log(p.item());`,
    "a new leaf": `let p = tensor([1], { requiresGrad: true }); for (let i = 0; i < 3; i++) { p.square().sum().backward(); p = new nn.Parameter(p.sub(p.grad!.mul(0.1))); }`,
    "detached and turned on": `let p = tensor([1], { requiresGrad: true }); for (let i = 0; i < 3; i++) { p.square().sum().backward(); const next = p.sub(p.grad!.mul(0.1)); p = next.detach(); p.requiresGrad = true; }`,
    "its gradient is retained": `let p = tensor([1], { requiresGrad: true }); for (let i = 0; i < 3; i++) { p.square().sum().backward(); p = p.sub(p.grad!.mul(0.1)); p.retainGrad(); }`,
    "the gradients come from grad()": `import { grad } from "@gradlens/engine"; let p = tensor([1], { requiresGrad: true }); for (let i = 0; i < 3; i++) { const [g] = grad(p.square().sum(), p, { createGraph: true }); p = p.sub(g!.mul(0.1)); }`,
    "someone else takes it": `declare function renew(t: Tensor): Tensor; let p = tensor([1], { requiresGrad: true }); for (let i = 0; i < 3; i++) { p.square().sum().backward(); p = renew(p.sub(p.grad!.mul(0.1))); }`,
  },
});

check("non-leaf-grad", {
  found: {
    "of a loss": `const l = w.square().sum(); l.backward(); console.log(l.grad);`,
    "of every branch's result": `const h = coin() ? w.mul(2) : w.mul(3); h.sum().backward(); console.log(h.grad);`,
  },
  silent: {
    "of a leaf on one branch": `const h = coin() ? w : w.mul(3); h.sum().backward(); console.log(h.grad);`,
    "retained later": `const h = w.mul(2); h.sum().backward(); console.log(h.grad); h.retainGrad();`,
    "retained in a helper": `function watch(t: Tensor) { t.retainGrad(); } const h = w.mul(2); watch(h); h.sum().backward(); console.log(h.grad);`,
    "of what is given away": `declare function watch(t: Tensor): void; const h = w.mul(2); watch(h); h.sum().backward(); console.log(h.grad);`,
    "of parameters in a list": `for (const p of [w, u]) console.log(p.grad);`,
    "of what a dropout layer gives back": `const drop = new nn.Dropout(0.5); drop.eval(); const h = drop.forward(w); h.sum().backward(); console.log(h.grad);`,
    "of an unknown value": `declare function make(): Tensor; console.log(make().grad);`,
    "it is only cleared": `const h = w.mul(2); h.grad = null;`,
    "of a cast": `const h = w.to("float32"); h.sum().backward(); console.log(h.grad);`,
  },
});

check("graph-leak", {
  found: {
    "with a weight": `let total = tensor(0); for (let i = 0; i < 3; i++) { const l = w.square().sum(); l.backward(); total = l.add(total); } console.log(total.item());`,
    "from a helper": `const losses: Tensor[] = []; function step() { const l = w.square().sum(); l.backward(); return l; } for (let i = 0; i < 3; i++) losses.push(step());`,
  },
  silent: {
    "the total is the loss": `let total = tensor(0); for (let i = 0; i < 3; i++) total = total.add(w.square().sum()); total.backward();`,
    "the total is sent back as well": `let total = tensor(0); for (let i = 0; i < 3; i++) { const l = w.square().sum(); l.backward({ retainGraph: true }); total = total.add(l); } total.backward();`,
    "a new total each time": `for (let i = 0; i < 3; i++) { const l = w.square().sum(); l.backward(); const total = tensor(0).add(l); console.log(total.item()); }`,
    detached: `let total = tensor(0); for (let i = 0; i < 3; i++) { const l = w.square().sum(); l.backward(); total = total.add(l.detach()); }`,
    numbers: `let total = 0; const all: number[] = []; for (let i = 0; i < 3; i++) { const l = w.square().sum(); l.backward(); total += l.item(); all.push(l.item()); }`,
    "a list of one iteration": `for (let i = 0; i < 3; i++) { const list: Tensor[] = []; const l = w.square().sum(); list.push(l); l.backward(); }`,
    "a list that is emptied": `const list: Tensor[] = []; for (let i = 0; i < 3; i++) { const l = w.square().sum(); l.backward(); list.push(l); list.length = 0; }`,
    "a list of terms": `const list: Tensor[] = []; for (let i = 0; i < 3; i++) { list.push(w.square().sum()); } stack(list).sum().backward();`,
    "no loop": `const list: Tensor[] = []; const l = w.square().sum(); l.backward(); list.push(l);`,
  },
});

check("truncated-recurrence", {
  found: {
    "in a while loop": `let h = x; let i = 0; while (i++ < 3) { h = h.detach().mul(w).tanh(); } h.sum().backward();`,
  },
  silent: {
    "a pass in each step": `let h = x; for (let i = 0; i < 3; i++) { h = h.detach().mul(w).tanh(); h.sum().backward(); }`,
    "a pass in each step, by a helper": `let h = x; const send = (l: Tensor) => l.backward(); for (let i = 0; i < 3; i++) { h = h.detach().mul(w).tanh(); send(h.sum()); }`,
    "a loss in each step": `let h = x; let l = tensor(0); for (let i = 0; i < 3; i++) { h = h.detach().mul(w).tanh(); l = l.add(h.sum()); } l.backward();`,
    "a list of steps": `let h = x; const all: Tensor[] = []; for (let i = 0; i < 3; i++) { h = h.detach().mul(w).tanh(); all.push(h); } stack(all).sum().backward();`,
    "cut on one branch": `let h = x; for (let i = 0; i < 3; i++) { if (coin()) h = h.detach(); h = h.mul(w).tanh(); } h.sum().backward();`,
    "the result is cut": `let h = x; for (let i = 0; i < 3; i++) h = h.mul(w).tanh().detach(); h.mul(u).sum().backward();`,
    "no recurrence": `let h = x; for (let i = 0; i < 3; i++) { const c = u.detach(); h = c.mul(w).tanh(); } h.sum().backward();`,
    "outside the loop": `let h = x.mul(w); h = h.detach(); for (let i = 0; i < 3; i++) h = h.mul(w).tanh(); h.sum().backward();`,
    "the function says so": `/** @stopsGradient */ function keep(t: Tensor) { return t.detach(); } let h = x; for (let i = 0; i < 3; i++) h = keep(h).mul(w).tanh(); h.sum().backward();`,
  },
});

check("grad-read-after-clear", {
  found: {
    "by a helper": `function show(p: Tensor) { console.log(p.grad); } w.sum().backward(); w.grad = null; show(w);`,
    "on every branch": `w.sum().backward(); const o = new optim.SGD([w], { lr: 1 }); if (coin()) o.zeroGrad(); else w.grad = null; console.log(w.grad);`,
  },
  silent: {
    "a pass comes between": `w.grad = null; w.sum().backward(); console.log(w.grad);`,
    "a pass in a helper comes between": `const send = () => w.sum().backward(); w.grad = null; send(); console.log(w.grad);`,
    "a pass may come between": `w.grad = null; if (coin()) w.sum().backward(); console.log(w.grad);`,
    "someone else may send": `declare function send(l: Tensor): void; w.grad = null; send(w.sum()); console.log(w.grad);`,
    "cleared on one branch": `w.sum().backward(); if (coin()) w.grad = null; console.log(w.grad);`,
    "another leaf is cleared": `w.sum().backward(); u.grad = null; console.log(w.grad);`,
    "one of two leaves is cleared": `w.mul(u).sum().backward(); (coin() ? w : u).grad = null; console.log(w.grad);`,
    "another instance of the class": `class M { p = tensor([1], { requiresGrad: true }); } const a = new M(); const b = new M(); a.p.mul(b.p).sum().backward(); a.p.grad = null; console.log(b.p.grad);`,
    "each in a list": `const ps = [1, 2].map(() => tensor([1], { requiresGrad: true })); for (const p of ps) { p.sum().backward(); } ps[0]!.grad = null; console.log(ps[1]!.grad);`,
    "at the end of each step": `for (let i = 0; i < 3; i++) { w.sum().backward(); console.log(w.grad); w.grad = null; }`,
    "given by hand": `w.grad = null; w.grad = tensor([1, 1]); console.log(w.grad);`,
    "a timer sends": `setTimeout(() => w.sum().backward()); w.grad = null; await new Promise((done) => setTimeout(done, 5)); console.log(w.grad);`,
  },
});
