/**
 * The libraries themselves, installed once into a folder of their own under `.cache`, so that the project depends on
 * none of them. Values of theirs are `unknown` here, and whatever is asked of them is checked.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildSync } from "esbuild";

const root = join(import.meta.dirname, "../..");
const folder = join(root, ".cache/libraries");
const wanted = join(import.meta.dirname, "package.json");

/** The module that these lines of imports and exports make of them. */
export function library(lines: string): unknown {
  install();
  const outfile = join(folder, `bundle-${createHash("sha256").update(lines).digest("hex").slice(0, 12)}.cjs`);
  // Some of their files import others without an extension, which only a bundler understands.
  buildSync({
    stdin: { contents: lines, resolveDir: folder },
    bundle: true,
    format: "cjs",
    platform: "node",
    // One copy of tfjs: its packages' CommonJS builds would bring another.
    mainFields: ["module", "main"],
    outfile,
    logLevel: "error",
    // jax-js loads the backend that is asked for and leaves the others alone.
    logOverride: { "empty-import-meta": "silent" },
  });
  return createRequire(outfile)(outfile) as unknown;
}

function install(): void {
  const installed = join(folder, "package.json");
  const isThere =
    existsSync(join(folder, "node_modules")) && readFileSync(installed, "utf8") === readFileSync(wanted, "utf8");
  if (isThere) return;
  mkdirSync(folder, { recursive: true });
  copyFileSync(wanted, installed);
  const npm = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"];
  execFileSync("npm", npm, { cwd: folder, stdio: "inherit", shell: process.platform === "win32" });
}

/** `member(tf, "losses.huberLoss")`: by a dotted name. */
export function member(of: unknown, name: string): unknown {
  return name
    .split(".")
    .reduce((owner, key) => (isObject(owner) ? (Reflect.get(owner, key) as unknown) : undefined), of);
}

/** Calls a member with its owner as `this`. */
export function call(of: unknown, name: string, ...args: readonly unknown[]): unknown {
  const [method = name] = name.split(".").slice(-1);
  const owner = name.includes(".") ? member(of, name.slice(0, -method.length - 1)) : of;
  const callee = member(owner, method);
  if (typeof callee !== "function") throw new TypeError(`${name} is no function`);
  return Reflect.apply(callee, owner, args) as unknown;
}

export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** All numbers in nested lists of numbers and truth values. */
export function numbersIn(value: unknown): readonly number[] {
  if (typeof value === "number") return [value];
  if (typeof value === "boolean") return [Number(value)];
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return ArrayBuffer.isView(value) ? [...(value as Float32Array)] : [];
}
