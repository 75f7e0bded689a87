/** Marking the calls of a program must change neither its lines nor what it does. */
import type { Site } from "@gradlens/engine/graph";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { instrument } from "../../server/source/instrument.js";

function mark(text: string, uri = "file:///program.ts"): { readonly text: string; readonly sites: readonly Site[] } {
  const sites: Site[] = [];
  return { text: instrument(uri, text, sites), sites };
}

/** Runs a text that fills `seen`, as it is or marked. */
function run(text: string): readonly unknown[] {
  const { code } = transformSync(text, { loader: "ts", target: "es2022" });
  const seen: unknown[] = [];
  new Function("seen", "$enter", "$leave", "$made", "$due", code)(
    seen,
    (site: number) => site,
    (_site: number, _depth: number, value: unknown) => value,
    (value: unknown) => value,
    () => false,
  );
  return seen;
}

const nasty = `
class Base { constructor(public n = 1) {} static make() { return new this(); } twice() { return this.n * 2; } }
class Child extends Base { constructor() { super(Math.max(3, 4)); } override twice() { return super.twice() + 1; } }
function mixin(B: typeof Base) { return class extends B { extra() { return 5; } }; }
class Mixed extends mixin(Base) {}
enum Level { Low = "abc".length, High }
declare function nowhere(): void;
interface Shape { area(): number }
type Made = ReturnType<typeof Base.make>;
const none: { deep?: () => { more(): number } } | null = null as any;
seen.push(none?.deep?.().more(), none?.deep!().more());
seen.push(new Child().twice(), new Mixed().extra(), Level.Low);
const factory = () => Base;
seen.push(new (factory())(7).twice(), new (factory()) instanceof Base);
class Outer { Inner = Base }
seen.push(new new Outer().Inner(9).twice());
const tag = (parts: TemplateStringsArray, ...values: unknown[]) => parts.join("|") + values.join(",");
seen.push(tag\`a\${String(1)}b\`, (() => tag)()\`c\`);
const local = 11;
seen.push(eval("local + 1"));
const items = [3, 1, 2]
  .map((x) => x * 2)
  .filter(Boolean)
  .sort((a, b) => a - b);
seen.push(...items, Math.max(...items));
function* count() { const got: number = yield Number("1"); seen.push(got); yield* [4].values(); }
const counter = count(); seen.push(counter.next().value, counter.next(8).value);
const { a = parseInt("5"), ...rest } = { b: String(2) } as { a?: number; b: string };
seen.push(a, rest.b);
label: for (const i of [1, 2].values()) { if (Boolean(i)) continue label }
const generic = <T,>(x: T) => x; seen.push(generic<number>(6), (generic as any)?.(7)!, [1].at(0)!.toFixed(1));
const tight=()=>{for(const f of[Math.max]){if(typeof(f)(1,2)==="number")return[f].map((g)=>g(1))}throw"x".trim()};seen.push(tight());
let z = local
seen.push(z)
const maker = { get: () => ({ n: 1 }) }; maker.get().n += Number("2"); delete (maker.get() as any).n;
function patterns() {
  let one = 1, two = { x: 2 }, rest: unknown, last: unknown;
  [one, two.x] = [two.x, one]; ({ one, two: { x: last } = { x: 9 } } = { one: 3, two: undefined as any });
  [[one] = [4], ...[rest]] = [undefined as any, 5]; for ([last] of [[6]]) seen.push(last);
  for ({ x: last = [7] } of [{} as any]) seen.push(last); ({ ...two } = { x: 8 });
  return{ one, two, rest, list: [...[one], ...(<number[]>[])] as const, fail: ((): unknown => { try { throw{ n: 1 } } catch (e) { return[e] } })() };
}
seen.push(patterns());
seen.push(typeof generic(1), void generic(2), !generic(0), -generic(3));
`;

describe("instrument", () => {
  it("leaves behaviour and lines as they were", () => {
    const marked = mark(nasty);
    expect(run(marked.text)).toEqual(run(nasty));
    expect(marked.text.split("\n").length).toBe(nasty.split("\n").length);
    expect(marked.text.match(/super\(/g)?.length).toBe(1);
  });

  it("counts what loops and functions make, and no patterns", () => {
    const { text } = mark("const one = [1]; while (true) { keep.push({ a: [2] }); [x, y] = [y, x]; }");
    expect(text).toContain("const one = [1];");
    expect(text).toContain("$made({ a: $made([2]) })");
    expect(text).toContain("[x, y] = $made([y, x]);");
  });

  it("names what takes a result", () => {
    const text = [
      "const a = (await f()) as T;",
      "this.w = f();",
      "b = c ? f() : 1;",
      "const o = { p: f() };",
      "class M { w = f(); static s = f(); }",
      "function g() { return f(); }",
      "const h = () => f();",
      "const list = [f(), f()];",
      "const [p1, , p2] = [f(), f(), f()];",
      "const [q1, ...rest] = f();",
      "const { w, b: bias, ...others } = f();",
      "f();",
    ].join("\n");
    expect(mark(text).sites.map((site) => site.name)).toEqual([
      "a",
      "this.w",
      "b",
      "p",
      "this.w",
      "M.s",
      "g()",
      "h()",
      "list[0]",
      "list[1]",
      "p1",
      null,
      "p2",
      "[q1, ]",
      "{ w, b: bias }",
      null,
    ]);
  });

  it("names the functions and classes around a site, outermost first", () => {
    const { sites } = mark("class Net { forward() { const inner = () => f(); } }");
    expect(sites[0]?.group).toEqual(["Net", "forward", "inner"]);
  });

  it("puts a link of a long chain on its own line", () => {
    const { sites } = mark("const y = x\n  .mul(2)\n  .detach();");
    expect(sites.map((site) => site.span.start.line)).toEqual([2, 1]);
  });

  it("reads JSX and leaves a text with errors as it is", () => {
    expect(mark("const v = <b>{f()}</b>;", "file:///v.tsx").text).toContain("<b>{$leave(0,$enter(0),f())}</b>");
    expect(mark("const v = <b>{f()}</b>;", "file:///v.jsx").sites.length).toBe(1);
    expect(mark("const x = f(;").text).toBe("const x = f(;");
  });
});

describe("places to pause", () => {
  it.each<[string, string, string]>([
    ["a training loop of the module", "for (const x of xs) { x.backward(); }", "yes"],
    ["a loop of the module without a pass", "for (const x of xs) { x.sum(); }", "no"],
    ["a pass in a callback of the loop", "for (const x of xs) { later(() => x.backward()); }", "no"],
    [
      "a loop of an async function that waits",
      "async function f() { while (on) { await next(); x.backward(); } }",
      "yes",
    ],
    ["a loop of an async function that does not wait", "async function f() { while (on) { x.backward(); } }", "no"],
    ["a loop of a function", "function f() { while (on) { await; x.backward(); } }", "no"],
    ["a loop of a generator", "function* f() { while (on) { yield 1; x.backward(); } }", "no"],
  ])("%s", (_, text, expected) => {
    const marked = mark(`import { x } from "./x";\n${text}`).text;
    expect(marked.includes("{if ($due()) await $tick();") ? "yes" : "no").toBe(expected);
    expect(marked.split("\n")).toHaveLength(2);
  });

  it("are none in a module that another one may require", () => {
    expect(mark("const { x } = require('./x'); for (;;) { x.backward(); }").text).not.toContain("$tick");
    expect(mark("import fs from 'fs'; module.exports = 1; for (;;) { x.backward(); }").text).not.toContain("$tick");
  });
});
