/** Random programs, decided by their seed: a few constructs of the table, with values that travel from one to the next. */
import { Builder, type Place, type Supplies } from "./builder.js";
import type { Construct } from "./construct.js";
import { constructs } from "./constructs/table.js";
import { Random } from "./random.js";

export interface GeneratedProgram {
  readonly seed: number;
  /** By their names; the program is `main.ts`. */
  readonly files: Readonly<Record<string, string>>;
  /** Where leaves are declared. */
  readonly leaves: readonly LeafPlace[];
  /** The names of the constructs in it. */
  readonly constructs: readonly string[];
  /** Whether the analysis can be asked to find all of it, or need only say nothing wrong. */
  readonly reach: "followed" | "beyond";
}

export interface LeafPlace {
  readonly file: string;
  /** Counted from 0. There is one leaf on a line. */
  readonly line: number;
}

const library = `import { enableGrad, grad, nn, noGrad, optim, stack, Tensor, tensor, where, zeros } from "@gradlens/engine";`;
/** What makes a leaf; \`tensor([1, 2])\` alone becomes one when its flag is set. */
export const leafPattern =
  /new nn\.Parameter\(tensor\(\[\d+, \d+\]\)\)|tensor\(\[\d+, \d+\](?:, (?:\{ requiresGrad: true \}|options\d+))?\)|new nn\.Linear\(2, 2\)/g;

export function generateProgram(seed: number): GeneratedProgram {
  const random = new Random(seed);
  const supplies: Supplies = {
    random,
    names: 0,
    leaves: 0,
    coins: 6,
    constructs: 0,
    module: "library",
    used: new Set(),
  };
  const reach = random.chance(0.2) ? "beyond" : "followed";
  const draw = shuffledTable(random, reach);
  const files: Record<string, string> = {};
  const imports = random.chance(0.24) ? writeLibrary(files, supplies, draw) : noImports;
  files["main.ts"] = writeMain(imports, supplies, draw);
  return { seed, files, leaves: leavesOf(files), constructs: [...supplies.used], reach };
}

export function leavesOf(files: Readonly<Record<string, string>>): readonly LeafPlace[] {
  return Object.entries(files).flatMap(([file, text]) =>
    text.split("\n").flatMap((content, line) => (content.search(leafPattern) === -1 ? [] : [{ file, line }])),
  );
}

type Draw = (builder: Builder) => void;

/** Each construct once, so that all are about equally frequent. */
function shuffledTable(random: Random, reach: GeneratedProgram["reach"]): Draw {
  const deck = constructs
    .filter(({ beyond }) => beyond !== "yes" || reach === "beyond")
    .map((construct) => ({ construct, order: random.next() * frequency(construct) }))
    .sort((a, b) => a.order - b.order)
    .map(({ construct }) => construct);
  return (builder) => {
    if (builder.supplies.constructs <= 0) return builder.assign();
    const fits = (construct: Construct): boolean =>
      (construct.fits?.(builder) ?? true) && (construct.coins ?? 0) <= builder.supplies.coins;
    const eager = deck.findIndex((construct) => construct.eager === "yes" && fits(construct));
    const index = eager === -1 ? deck.findIndex(fits) : eager;
    const [construct] = index === -1 ? [] : deck.splice(index, 1);
    if (construct === undefined) return builder.assign();
    builder.supplies.constructs--;
    builder.supplies.used.add(construct.name);
    construct.write(builder);
  };
}

/** Rows that do not fit everywhere, or that few programs may use, come earlier. */
function frequency({ fits, beyond }: Construct): number {
  return beyond === "yes" ? 0.2 : fits === undefined ? 1 : 0.75;
}

interface Imports {
  readonly lines: readonly string[];
  readonly places: readonly Place[];
  readonly callables: readonly string[];
}

const noImports: Imports = { lines: [], places: [], callables: [] };

/** A module whose names main imports, by themselves, under other names, as a namespace or through a third file. */
function writeLibrary(files: Record<string, string>, supplies: Supplies, draw: Draw): Imports {
  const { random } = supplies;
  const builder = new Builder(supplies, draw, {});
  supplies.used.add("two files");
  supplies.constructs = 3 + random.below(3);
  while (supplies.constructs > 0) draw(builder);
  builder.declare("let");
  const { places, callables } = builder.outermost;
  const names = places
    .map(({ read }) => read)
    .filter(isName)
    .slice(-3);
  const exported = [...new Set([...names, ...callables.filter(isName)])];
  const [last] = names.slice(-1);
  if (last !== undefined) builder.line(`export const set${last} = (x: Tensor): void => { ${last} = x; };`);
  builder.line(`export { ${exported.join(", ")} };`);
  files["lib.ts"] = moduleText([], builder);
  const from = random.chance(0.45) ? writeIndex(files, exported, supplies) : "./lib.js";
  return importsOf(exported, names, callables.filter(isName), last ?? null, from, supplies);
}

function writeIndex(files: Record<string, string>, exported: readonly string[], supplies: Supplies): string {
  supplies.used.add("re-export");
  const everything = supplies.random.chance(0.5);
  const setter = /export const (set\w+)/.exec(files["lib.ts"] ?? "")?.[1] ?? "";
  const names = [...exported, setter].filter((name) => name !== "");
  files["index.ts"] = everything ? `export * from "./lib.js";\n` : `export { ${names.join(", ")} } from "./lib.js";\n`;
  return "./index.js";
}

function importsOf(
  exported: readonly string[],
  values: readonly string[],
  callables: readonly string[],
  last: string | null,
  from: string,
  supplies: Supplies,
): Imports {
  const setter = last === null ? [] : [`set${last}`];
  if (supplies.random.chance(0.42)) {
    supplies.used.add("namespace import");
    return {
      lines: [`import * as lib from "${from}";`],
      places: values.map((name) => ({
        read: `lib.${name}`,
        write: name === last ? (value) => `lib.set${name}(${value});` : null,
      })),
      callables: callables.map((name) => `lib.${name}`),
    };
  }
  const renamed = new Map(exported.map((name) => [name, supplies.random.chance(0.3) ? `${name}Here` : name]));
  const specifiers = [...renamed].map(([name, here]) => (name === here ? name : `${name} as ${here}`));
  const here = (name: string): string => renamed.get(name) ?? name;
  return {
    lines: [`import { ${[...specifiers, ...setter].join(", ")} } from "${from}";`],
    places: values.map((name) => ({
      read: here(name),
      write: name === last ? (value) => `set${name}(${value});` : null,
    })),
    callables: callables.map(here),
  };
}

function isName(text: string): boolean {
  return /^\w+$/.test(text);
}

function writeMain(imports: Imports, supplies: Supplies, draw: Draw): string {
  const { random } = supplies;
  supplies.module = "main";
  const layout = random.pick(["module", "module", "module", "function", "async function"]);
  const awaits = layout === "function" ? "refused" : "allowed";
  const builder = new Builder(supplies, draw, { awaits });
  for (const { read, write } of imports.places) builder.place(read, write);
  for (const name of imports.callables) builder.callable(name);
  const write = (): void => {
    builder.declare("let");
    supplies.constructs = 18 + random.below(6);
    while (supplies.constructs > 0) {
      if (random.chance(0.2)) builder.assign();
      draw(builder);
    }
    writeLosses(builder);
  };
  if (layout === "module") write();
  else {
    supplies.used.add("main function");
    const header = layout === "function" ? "function main(): void" : "async function main(): Promise<void>";
    builder.functionBlock(header, { awaits }, write);
    builder.line(layout === "function" ? "main();" : random.pick(["await main();", "void main();"]));
  }
  return moduleText(imports.lines, builder);
}

/** One to three losses; most of them also depend on a leaf that always receives, so that the pass does not fail. */
function writeLosses(builder: Builder): void {
  const { random } = builder;
  const count = 1 + random.below(2);
  for (let index = 0; index < count; index++) {
    const terms = Array.from({ length: 1 + random.below(5) }, () => random.recent(builder.places)?.read ?? "anchor");
    const isLast = index === count - 1;
    const [first = "anchor", ...others] = isLast && random.chance(0.2) ? terms : ["anchor", ...terms];
    const name = builder.name("loss");
    builder.line(`const ${name} = ${first}${others.map((term) => `.add(${term})`).join("")}.sum();`);
    builder.line(`${name}.backward(${isLast && random.chance(0.5) ? "" : "{ retainGraph: true }"});`);
  }
}

function moduleText(imports: readonly string[], { head, lines }: Builder): string {
  const anchor = "const anchor = tensor([1, 1], { requiresGrad: true });";
  return [library, ...imports, anchor, ...head, ...lines, ""].join("\n");
}
