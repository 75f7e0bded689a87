/**
 * Programs that other people write against the engine: they must type-check against our own declarations. The list of
 * needed names is kept here; the collection of programs lies beside the project and is read where it is there.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));
const collections = ["activity", "bugs"].map((name) => join(root, "../shared", name));
const missing = collections.filter((folder) => !existsSync(folder));

/** Every name and signature that the programs rely on; more may exist. */
const needed = `
import { noGrad, nn, ones, optim, randn, stack, tensor, Tensor, where, zeros } from "@gradlens/engine";
type Nested = number | Nested[];
const options: { requiresGrad?: boolean; dtype?: "float32" | "int32" | "bool" } = { requiresGrad: true };
const x: Tensor = tensor([[1, 2], [3, 4]] as Nested, options);
const shape: number[] = x.shape;
const dtype: "float32" | "float64" | "int32" | "bool" = x.dtype;
const leaf: boolean = x.isLeaf;
x.requiresGrad = false;
const gradient: Tensor | null = x.grad;
const values: Float32Array | Float64Array | Int32Array | Uint8Array = x.data;
const list: Nested = x.tolist();
const one: number = x.sum().item();
x.backward({ gradient: ones(shape), retainGraph: true, createGraph: false, inputs: [x] });
const computed: Tensor[] = [
  x.detach(), x.clone(), x.to("int32"), x.add(x), x.add(1), x.sub(x), x.sub(1), x.mul(x), x.mul(1), x.div(x), x.div(1),
  x.pow(2), x.neg(), x.exp(), x.log(), x.abs(), x.relu(), x.sigmoid(), x.tanh(), x.softmax(0), x.matmul(x), x.sum(),
  x.sum(0), x.mean(), x.mean(0), x.max(), x.reshape([4]), x.argmax(), x.argmax(0), x.round(), x.floor(), x.sign(),
  x.gt(x), x.gt(1), x.lt(x), x.lt(1), x.eq(x), x.eq(1), x.indexSelect(x), x.add_(x), x.add_(1), x.sub_(1), x.mul_(1),
  x.zero_(), zeros([2], options), ones([2]), randn([2], { requiresGrad: true }), stack([x, x]), where(x.gt(0), x, 1),
];
const kept: number = noGrad(() => 1);
class Net extends nn.Module {
  first: nn.Linear = new nn.Linear(2, 3);
  scale: nn.Parameter = new nn.Parameter(tensor(1), { requiresGrad: false });
  all: nn.ModuleList = new nn.ModuleList([new nn.ReLU(), new nn.Sigmoid()]);
  override forward(input: Tensor): Tensor {
    let h = this.first.forward(input);
    for (const each of this.all) h = each.forward(h);
    return h.mul(this.scale);
  }
}
const net = new Net();
const weight: Tensor = net.first.weight;
const bias: nn.Parameter = net.first.bias;
const chain: nn.Module = new nn.Sequential(net, new nn.ReLU());
const parameters: Tensor[] = chain.parameters();
chain.zeroGrad();
for (const optimizer of [new optim.SGD(parameters, { lr: 0.1 }), new optim.Adam(parameters, { lr: 0.1 })]) {
  optimizer.step();
  optimizer.zeroGrad();
}
export { bias, computed, dtype, gradient, kept, leaf, list, one, values, weight };
`;

function programsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path, "utf8").includes("@gradlens/engine"));
}

/** Files that import a program of the collection are reached from it; a virtual file carries the needed names. */
function messages(files: readonly string[], virtual: Readonly<Record<string, string>>): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ["gradlens-source"],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
    paths: { "@gradlens/engine": [join(root, "engine/index.ts")] },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path in virtual || fileExists(path);
  host.getSourceFile = (path, target) =>
    path in virtual ? ts.createSourceFile(path, virtual[path], target) : getSourceFile(path, target);
  const program = ts.createProgram([...files, ...Object.keys(virtual)], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
}

// One compilation serves both tests; it is what they cost.
const virtualPath = join(root, "test/engine/needed.ts");
const examples = readdirSync(join(root, "examples"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(root, "examples", name));
const collected = collections.filter((folder) => existsSync(folder)).flatMap(programsIn);
const found = messages([...examples, ...collected], { [virtualPath]: needed });

describe("programs against our declarations", () => {
  test("every name that a program may need is there, with its signature", () => {
    expect(found.filter((message) => message.startsWith(virtualPath))).toEqual([]);
  });

  test(
    missing.length === 0
      ? "the examples and the collection beside the project type-check"
      : `the collection is not there (${missing.join(", ")}): only our own examples are checked`,
    () => {
      if (missing.length === 0) expect(collected.length).toBeGreaterThan(80);
      expect(found.filter((message) => !message.startsWith(virtualPath))).toEqual([]);
    },
  );
});
