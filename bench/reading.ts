/** The analysis: how long findings take, cold and whole, beside what the bare parser needs for the same text. */
import { readFileSync } from "node:fs";
import ts from "typescript";
import { analyze } from "../server/analysis.js";
import { compare, type Comparison } from "./measure.js";

export function readingRows(): readonly Comparison[] {
  const seed = readFileSync("examples/selective-gradients.ts", "utf8");
  return [row("findings of the seed's example (91 lines)", seed), row("findings of 1,000 lines", thousandLines(seed))];
}

/** Every call sees a text of its own, as after a keystroke: the analysis remembers what has not changed. */
function row(what: string, program: string): Comparison {
  const uri = "file:///bench/program.ts";
  let edits = 0;
  const edited = (): string => `${program}\n// ${edits++}`;
  const read = (): unknown => {
    const text = edited();
    return analyze({ roots: [uri], read: (asked) => (asked === uri ? text : null), resolve: () => null });
  };
  const parse = (): unknown => ts.createSourceFile(uri, edited(), ts.ScriptTarget.Latest, true);
  return compare(what, { name: "analyze", run: read }, { name: "parse alone", run: parse });
}

/** The example's functions again and again under new names. */
function thousandLines(seed: string): string {
  const [header = "", ...rest] = seed.split("\n\n");
  const functions = rest.filter((part) => part.includes("function "));
  const copies = Math.ceil(1000 / functions.join("\n\n").split("\n").length);
  const bodies = Array.from({ length: copies }, (_, copy) =>
    functions.map((part) => part.replace(/function (\w+)/, `function $1${copy}`)).join("\n\n"),
  );
  const calls = [...bodies.join("\n").matchAll(/function (\w+)/g)].map(([, name]) => `${name}();`);
  return [header, ...bodies, calls.join("\n")].join("\n\n");
}
