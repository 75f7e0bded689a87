// A throw-away copy of examples/ to open in a session, with the engine's types where the editor looks for them,
// and programs that only the journeys need.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/prepare.mjs";

const endless = `import { tensor } from "@gradlens/engine";

const w = tensor(1, { requiresGrad: true });
let steps = 0;
for (;;) {
  w.mul(2).backward();
  steps += 1;
}
`;

const bomb = `import { tensor } from "@gradlens/engine";

const w = tensor(1, { requiresGrad: true });
w.mul(2).backward();
const keep: number[][] = [];
for (;;) keep.push(new Array(1e6).fill(0.5));
`;

const slow = `import { tensor } from "@gradlens/engine";

const w = tensor(1, { requiresGrad: true });
for (let step = 0; step < 40; step++) {
  const loss = w.mul(2);
  loss.backward();
  console.log("step", step);
  await new Promise((resolve) => setTimeout(resolve, 100));
}
console.log("all steps done");
`;

const withFiles = `import { readFileSync } from "node:fs";
import { tensor } from "@gradlens/engine";
import { start } from "./scale.json";

const rows = readFileSync("./rows.csv", "utf8").trim().split(",").map(Number);
const scale = tensor(start, { requiresGrad: true });
tensor(rows).mul(scale).sum().backward();
`;

const broken = `import { tensor } from "@gradlens/engine";

const a = tensor([1, 2, 3], { requiresGrad: true });
const b = tensor([1, 2]);
a.mul(b).sum().backward();
`;

const unfinished = `import { tensor } from "@gradlens/engine";

const w = tensor(1, { requiresGrad: true };
`;

export function makeWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-workspace-"));
  cpSync(join(root, "examples"), folder, { recursive: true });
  cpSync(join(root, "test/webview/programs/vanishing.ts"), join(folder, "vanishing.ts"));
  const programs = {
    "endless.ts": endless,
    "bomb.ts": bomb,
    "slow.ts": slow,
    "broken.ts": broken,
    "unfinished.ts": unfinished,
    "with-files.ts": withFiles,
    "scale.json": '{ "start": 2 }',
    "rows.csv": "1,2,3\n",
  };
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, name), text);
  const configuration = {
    compilerOptions: {
      target: "ES2023",
      module: "ESNext",
      moduleResolution: "bundler",
      customConditions: ["gradlens-source"],
      strict: true,
      skipLibCheck: true,
      resolveJsonModule: true,
    },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration));
  mkdirSync(join(folder, "node_modules/@gradlens"), { recursive: true });
  symlinkSync(join(root, "engine"), join(folder, "node_modules/@gradlens/engine"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
