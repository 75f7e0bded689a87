/**
 * TensorFlow.js as the analysis sees it: ops are recorded only inside a function that is given away to be
 * differentiated, leaves are its variables or what that function is given, and there is no `detach()`. Layers and
 * models are not followed: what they make may carry a gradient to what they hold.
 */
import type { DifferentiatesMeaning, Library, Meaning, MethodMeaning, PropertyMeaning } from "./library.js";
import { forAll, readOut } from "./rows.js";
import { tfjsMethodOps, tfjsOps } from "./tfjs-ops.js";

const variable: Meaning & MethodMeaning = {
  kind: "variable",
  because: "a variable starts with a copy of the value, which has no history",
};
const namespace: Meaning = { kind: "namespace" };
const constant: Meaning = { kind: "constant" };
const harmless: Meaning & MethodMeaning = { kind: "harmless" };
const fact: PropertyMeaning = { kind: "fact" };
const returnsFirst: Meaning = { kind: "returns", at: 0 };

const byVariables = (call: string, listAt: number, gives: DifferentiatesMeaning["gives"]): DifferentiatesMeaning => ({
  kind: "differentiates",
  call,
  by: { kind: "variables", listAt },
  gives,
  without: "throws",
});

const byArguments = (
  call: string,
  given: "one" | "list",
  gives: DifferentiatesMeaning["gives"],
): DifferentiatesMeaning => ({
  kind: "differentiates",
  call,
  by: { kind: "arguments", given, optionsAt: null },
  gives,
  without: "throws",
});

const optimizer: Meaning = {
  kind: "makes",
  instance: {
    kind: "object",
    methods: new Map<string, Meaning>([
      ["minimize", byVariables("minimize()", 2, { kind: "value" })],
      [
        "computeGradients",
        byVariables("computeGradients()", 1, { kind: "fields", value: "value", gradients: "grads" }),
      ],
      ...forAll(harmless, "applyGradients dispose getConfig getClassName setLearningRate incrementIterations"),
    ]),
    exposing: [],
  },
};

const opaque = (op: string): Meaning => ({ kind: "opaque", op });
const model: Meaning = {
  kind: "makes",
  instance: {
    kind: "object",
    methods: new Map<string, Meaning>([
      ...["predict", "predictOnBatch", "apply", "call", "execute"].map((name) => [name, opaque(name)] as const),
      ...forAll<Meaning>(
        { kind: "unseen" },
        "add fit fitDataset trainOnBatch evaluate evaluateDataset compile save summary getLayer setWeights loadWeights dispose",
      ),
    ]),
    exposing: [],
  },
};

const engineObject: Meaning = {
  kind: "makes",
  instance: {
    kind: "object",
    methods: new Map<string, Meaning>(
      forAll(harmless, "startScope endScope memory disposeVariables reset ready setBackend"),
    ),
    exposing: ["registeredVariables", "state"],
  },
};

const names: readonly (readonly [string, Meaning])[] = [
  ...forAll(namespace, "losses metrics image linalg signal spectral train math browser util"),
  ...tfjsOps,
  ...forAll(
    constant,
    `tensor tensor1d tensor2d tensor3d tensor4d tensor5d tensor6d scalar zeros ones fill eye linspace range rand randomNormal
     randomStandardNormal randomUniform randomUniformInt randomGamma truncatedNormal browser.fromPixels math.confusionMatrix
     signal.hammingWindow signal.hannWindow`,
  ),
  ["variable", variable],
  ["grad", { kind: "binds", to: "grad()", given: 1 }],
  ["grads", { kind: "binds", to: "grads()", given: 1 }],
  ["valueAndGrad", { kind: "binds", to: "valueAndGrad()", given: 1 }],
  ["valueAndGrads", { kind: "binds", to: "valueAndGrads()", given: 1 }],
  // What these four give back, under names that no program can write.
  ["grad()", byArguments("grad()", "one", { kind: "gradients" })],
  ["grads()", byArguments("grads()", "list", { kind: "gradients" })],
  ["valueAndGrad()", byArguments("valueAndGrad()", "one", { kind: "fields", value: "value", gradients: "grad" })],
  ["valueAndGrads()", byArguments("valueAndGrads()", "list", { kind: "fields", value: "value", gradients: "grads" })],
  ["variableGrads", byVariables("variableGrads()", 1, { kind: "fields", value: "value", gradients: "grads" })],
  ["tidy", { kind: "calls" }],
  ["keep", returnsFirst],
  ...forAll(optimizer, "sgd momentum rmsprop adam adadelta adamax adagrad", "train."),
  ...forAll(model, "sequential model loadLayersModel loadGraphModel"),
  ["engine", engineObject],
  ...forAll(
    harmless,
    `dispose disposeVariables print memory ready nextFrame setBackend getBackend backend env enableProdMode enableDebugMode
     disableDeprecationWarnings browser.toPixels browser.draw registerBackend`,
  ),
  ...forAll(
    harmless,
    "assert shuffle createShuffledIndices sizeFromShape isTypedArray inferDtype now arraysEqual isPromise toTypedArray",
    "util.",
  ),
];

const methods: readonly (readonly [string, MethodMeaning])[] = [
  ...[...tfjsOps].filter(([name]) => !name.includes(".")),
  ...tfjsMethodOps,
  ["variable", variable],
  [
    "assign",
    { kind: "takesValue", label: "assign()", because: "`assign()` takes over the value alone, without its history" },
  ],
  ...["dataSync", "data", "bytes"].map((name) => [name, readOut("data", `${name}()`, "numbers")] as const),
  ...["bufferSync", "buffer", "dataToGPU"].map((name) => [name, readOut("data", `${name}()`, "object")] as const),
  ...["arraySync", "array"].map((name) => [name, readOut("tolist", `${name}()`, "numbers")] as const),
  ...forAll(harmless, "dispose print toString throwIfDisposed"),
];

const properties: readonly (readonly [string, PropertyMeaning])[] = [
  ["trainable", { kind: "requires" }],
  ...forAll(fact, "shape dtype size rank rankType id dataId strides kept isDisposed isDisposedInternal name scopeId"),
];

export const tfjs: Library = {
  name: "@tensorflow/tfjs",
  specifiers: ["", "-core", "-node", "-node-gpu", "-react-native"].map((suffix) => `@tensorflow/tfjs${suffix}`),
  records: "insideClosures",
  runs: false,
  options: new Set(),
  tape: null,
  shapes: null,
  names: new Map(names),
  methods: new Map(methods),
  properties: new Map(properties),
  tensorTypes: new Set("Tensor Tensor1D Tensor2D Tensor3D Tensor4D Tensor5D Tensor6D Scalar Variable".split(" ")),
  summaries: new Map(),
};
