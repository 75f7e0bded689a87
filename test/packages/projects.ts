/** Three projects as a newcomer begins them: an ES module and a CommonJS program for Node, and a page that Vite bundles. */

export interface Project {
  readonly name: string;
  readonly moduleResolution: "node16" | "bundler";
  /** File name to text, without the package.json that every project gets. */
  readonly files: Readonly<Record<string, string>>;
  readonly type: "module" | "commonjs";
}

/** Fits y = 2 x + 1 and says what it found: "2.00 1.00". */
const training = (print: string): string => `
manualSeed(0);
const x: Tensor = linspace(-1, 1, 50).reshape([50, 1]);
const y = x.mul(2).add(1);
const model = new nn.Sequential(new nn.Linear(1, 32), new nn.Identity(), new nn.Linear(32, 1));
const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });
for (let step = 0; step < 300; step++) {
  optimizer.zeroGrad();
  const loss = mse(model.forward(x), y);
  loss.backward();
  optimizer.step();
}
const [at0, at1] = noGrad(() => model.forward(tensor([[0], [1]]))).data;
${print}((at1 - at0).toFixed(2) + " " + at0.toFixed(2));
`;

const names = "linspace, manualSeed, mse, nn, noGrad, optim, tensor, type Tensor";

/** What the command and the function of the server are asked about. */
export const cutProgram = `import { mse, tensor } from "@gradlens/engine";
const w = tensor([1, 2], { requiresGrad: true });
mse(w.detach(), tensor([3, 4])).backward();
`;

export const esModule: Project = {
  name: "esm",
  moduleResolution: "node16",
  type: "module",
  files: {
    "main.ts": `import { ${names} } from "@gradlens/engine";
import { opTable } from "@gradlens/engine/ops";
import { analyze, type Sources } from "@gradlens/server/analysis";
${training("console.log")}
const sources: Sources = {
  roots: ["file:///program.ts"],
  read: (uri) => (uri === "file:///program.ts" ? ${JSON.stringify(cutProgram)} : null),
  resolve: () => null,
};
for (const { findings } of analyze(sources).files) {
  for (const { code, span } of findings) console.log(code + " at line " + (span.start.line + 1));
}
console.log(Object.keys(opTable).includes("matmul"));
`,
  },
};

export const commonJs: Project = {
  name: "cjs",
  moduleResolution: "node16",
  type: "commonjs",
  files: { "main.ts": `import { ${names} } from "@gradlens/engine";\n${training("console.log")}` },
};

export const page: Project = {
  name: "vite",
  moduleResolution: "bundler",
  type: "module",
  files: {
    "main.ts": `import { ${names} } from "@gradlens/engine";
${training("const show = (text: string): void => void (document.title = text);\nshow")}`,
    "index.html": '<!doctype html><title>…</title><script type="module" src="/main.ts"></script>\n',
    "vite.config.js": 'export default { build: { target: "es2022" }, logLevel: "warn" };\n',
  },
};
