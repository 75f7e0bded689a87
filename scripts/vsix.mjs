// `npm run vsix`: a release build, packaged for the shelf. It says how large it became, and fails where it became too
// large to be downloaded without a thought.
import { readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { prepare, root, run, say } from "./prepare.mjs";

const largestMegabytes = 6;

prepare();
if (run(process.execPath, ["scripts/build.mjs", "--release"]) !== 0) process.exit(1);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const target = join(root, `gradlens-${version}.vsix`);
try {
  const { packageExtension } = await import("./staging.mjs");
  await packageExtension(target);
} catch (error) {
  process.stderr.write(`The package was not made: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
const megabytes = statSync(target).size / 1e6;
say(`\n${relative(root, target)}: ${megabytes.toFixed(2)} MB. Install it with "Extensions: Install from VSIX…".`);
if (megabytes > largestMegabytes) {
  process.stderr.write(`It is larger than ${largestMegabytes} MB: look at what scripts/staging.mjs ships.\n`);
  process.exit(1);
}
