#!/usr/bin/env node
// The `gradlens` command. It is a committed launcher because npm links a workspace's bin only if the file
// exists at install; the command itself is built into dist/.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = new URL("../dist/cli.js", import.meta.url);
if (existsSync(fileURLToPath(built))) {
  await import(built.href);
} else {
  process.stderr.write("gradlens: not built yet. Run `npm run build` in the checkout first.\n");
  process.exitCode = 2;
}
