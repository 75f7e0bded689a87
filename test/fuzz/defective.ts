/** Bundles the fuzzer around an analysis with a seeded defect, and counts the programs until the defect is found. */
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import type { Defect } from "./defects.js";
import { falseNevers, type Hunt } from "./hunt.js";
import type { Tally } from "./tally.js";

export const mostPrograms = 2000;

/** How many programs it took; "not found" if none of them showed it, "stale" if the analysis has changed there. */
export async function huntDefect(
  defect: Defect,
  folder: string,
  search: (part: Hunt, bundle: string) => Promise<Tally>,
): Promise<number | "not found" | "stale"> {
  const bundle = join(folder, `defect-${defect.name.replaceAll(/\W+/g, "-")}.mjs`);
  const text = await readFile(join("server/flow", defect.file), "utf8");
  if (text.split(defect.find).length !== 2) return "stale";
  try {
    await bundleWith(defect, bundle);
    const tally = await search({ first: 1, programs: mostPrograms, stride: 1, until: "the first false never" }, bundle);
    return falseNevers(tally).length > 0 ? tally.all.programs + tally.beyond.programs : "not found";
  } finally {
    rmSync(bundle, { force: true });
  }
}

async function bundleWith({ file, find, replace }: Defect, outfile: string): Promise<void> {
  const patch: Plugin = {
    name: "defect",
    setup: ({ onLoad }) => {
      onLoad({ filter: new RegExp(`server/flow/${file.replace(".", "\\.")}$`) }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        return { contents: text.replace(find, () => replace), loader: "ts" };
      });
    },
  };
  await build({ ...bundling, outfile, plugins: [patch], logLevel: "silent" });
}

const bundling: BuildOptions = {
  entryPoints: ["test/fuzz/main.ts"],
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  conditions: ["gradlens-source"],
  external: ["typescript", "esbuild"],
};
