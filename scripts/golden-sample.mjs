// Takes the committed sample from the recorded answers of PyTorch: `node scripts/golden-sample.mjs FOLDER`. Of each op and
// variant the first few cases by the hash of their text, short ones first, so that the same folder gives the same sample.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const source = resolve(process.argv[2] ?? "../shared/golden");
const target = resolve("test/golden/sample");
const perOp = { promotion: 8, edge: 3, errors: 2 };
const longest = 6000;
const shortUpTo = 2500;

mkdirSync(target, { recursive: true });
for (const name of readdirSync(source).filter((each) => each.endsWith(".jsonl.gz"))) {
  const family = name.replace(".jsonl.gz", "");
  const byOp = new Map();
  for (const line of gunzipSync(readFileSync(join(source, name)))
    .toString()
    .split("\n")) {
    if (line === "" || line.length > longest) continue;
    const { op, variant = "" } = JSON.parse(line);
    const key = `${op}|${variant}`;
    byOp.set(key, [...(byOp.get(key) ?? []), line]);
  }
  const rank = (line) => `${line.length > shortUpTo ? 1 : 0} ${createHash("sha256").update(line).digest("hex")}`;
  const kept = [...byOp.values()].flatMap((lines) =>
    lines.sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, perOp[family] ?? 5),
  );
  writeFileSync(join(target, name), gzipSync(`${kept.sort().join("\n")}\n`, { level: 9 }));
}
for (const name of ["tolerances", "optimizers", "schedulers", "modules", "semantics"]) {
  const data = JSON.parse(readFileSync(join(source, `${name}.json`), "utf8"));
  // What was observed is kept; the programs in Python are not.
  for (const scenario of data.scenarios ?? []) delete scenario.python;
  for (const item of data.items ?? []) delete item.python;
  writeFileSync(join(target, `${name}.json`), `${JSON.stringify(data)}\n`);
}
