/**
 * Our own engine as the analysis sees it. The ops come from the engine's op table itself, so the two cannot drift
 * apart; only what is no op (constructors, modules, optimizers) is listed here.
 */
import { composites, controls, inPlaceTwins, opTable, type GradientEffect, type OpSpec } from "@gradlens/engine/ops";
import { engineShapes } from "./engine-shapes.js";
import type {
  HostMeaning,
  Library,
  Meaning,
  MethodMeaning,
  OpMeaning,
  OpResult,
  PropertyMeaning,
  TapeMeaning,
} from "./library.js";

/** What the analysis reads of a row. */
interface Row {
  readonly summary: string;
  readonly inputs: Readonly<Record<string, GradientEffect>>;
  readonly method: boolean;
  readonly output?: OpSpec["output"];
  readonly keeps?: "values";
  readonly gives?: "list" | readonly string[];
}

const originals: readonly (readonly [string, Row])[] = [...Object.entries(composites), ...Object.entries(opTable)];
const rowOf = new Map(originals);
/** The twin of an op does to gradients what the op does. */
const twins = inPlaceTwins.flatMap((name): readonly (readonly [string, Row])[] => {
  const row = rowOf.get(name);
  return row === undefined ? [] : [[`${name}_`, { ...row, output: "overwrites", gives: undefined }]];
});
const rows = [...originals, ...twins];
const layer = (...parameters: readonly string[]): Meaning => ({
  kind: "class",
  instance: { kind: "layer", parameters, gives: { kind: "tensor" } },
});
/** A layer that gives an array: its result first. */
const listing = (...parameters: readonly string[]): Meaning => ({
  kind: "class",
  instance: { kind: "layer", parameters, gives: { kind: "list" } },
});
/** What changes the settings of an optimizer, and nothing else. */
const scheduler: Meaning = {
  kind: "class",
  instance: { kind: "object", methods: new Map([["step", { kind: "harmless" }]]), exposing: [], schedules: true },
};
const named = (meaning: Meaning, ...lists: readonly string[]): readonly (readonly [string, Meaning])[] =>
  lists.flatMap((list) => list.split(" ")).map((name) => [name, meaning] as const);
const creates: Meaning = { kind: "creates" };
const optimizer: Meaning = { kind: "class", instance: { kind: "optimizer" } };

const freeNames: readonly (readonly [string, Meaning])[] = [
  ...[
    "tensor",
    "zeros",
    "ones",
    "full",
    "arange",
    "randn",
    "rand",
    "eye",
    "linspace",
    "logspace",
    "trilIndices",
    "triuIndices",
  ].map((name) => [name, creates] as const),
  ["noGrad", { kind: "pauses" }],
  ["inferenceMode", { kind: "pauses" }],
  ["detectAnomaly", { kind: "calls" }],
  ["scope", { kind: "calls" }],
  ["enableGrad", { kind: "resumes" }],
  ["manualSeed", { kind: "harmless" }],
  ["Tensor", { kind: "class", instance: { kind: "tensor" } }],
  ["grad", { kind: "gradients" }],
  ["nn", { kind: "namespace" }],
  ["nn.Module", { kind: "class", instance: { kind: "module" } }],
  ["nn.Parameter", { kind: "class", instance: { kind: "parameter" } }],
  ...named(
    layer("weight", "bias"),
    "nn.Linear nn.Bilinear nn.LayerNorm nn.GroupNorm nn.BatchNorm1d nn.BatchNorm2d nn.BatchNorm3d",
    "nn.Conv1d nn.Conv2d nn.Conv3d nn.ConvTranspose1d nn.ConvTranspose2d",
  ),
  ...named(layer("weight"), "nn.Embedding nn.EmbeddingBag nn.RMSNorm nn.PReLU"),
  ...named(layer("weightIh", "weightHh", "biasIh", "biasHh"), "nn.RNNCell nn.GRUCell"),
  ["nn.LSTMCell", listing("weightIh", "weightHh", "biasIh", "biasHh")],
  ...named(listing("weightIhL0", "weightHhL0", "biasIhL0", "biasHhL0"), "nn.RNN nn.GRU nn.LSTM"),
  ["nn.MultiheadAttention", listing("inProjWeight", "inProjBias")],
  // Their parameters are those of the modules inside, which are not told apart.
  ...named(layer("parameters inside"), "nn.TransformerEncoderLayer nn.TransformerDecoderLayer"),
  ...[
    "ReLU LeakyReLU GELU SiLU Sigmoid Tanh Softplus Softmax LogSoftmax Identity Flatten Dropout Dropout2d",
    "ELU CELU SELU ReLU6 Hardsigmoid Hardswish Hardtanh Hardshrink Softshrink Mish Softsign Tanhshrink LogSigmoid GLU",
    "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d Upsample PixelShuffle LocalResponseNorm",
    "InstanceNorm1d InstanceNorm2d",
    "MSELoss L1Loss SmoothL1Loss HuberLoss CrossEntropyLoss NLLLoss BCELoss BCEWithLogitsLoss KLDivLoss",
    "HingeEmbeddingLoss SoftMarginLoss MarginRankingLoss CosineEmbeddingLoss TripletMarginLoss",
  ]
    .flatMap((names) => names.split(" "))
    .map((name) => [`nn.${name}`, layer()] as const),
  ["nn.Sequential", { kind: "class", instance: { kind: "sequential" } }],
  ["nn.ModuleList", { kind: "class", instance: { kind: "moduleList" } }],
  ["nn.init", { kind: "namespace" }],
  ...[
    "uniform_ normal_ constant_ zeros_ ones_ xavierUniform_ xavierNormal_ kaimingUniform_ kaimingNormal_",
    "truncNormal_ eye_ orthogonal_",
  ]
    .flatMap((names) => names.split(" "))
    .map((name) => [`nn.init.${name}`, { kind: "returns", at: 0 }] as const),
  ["linalg", { kind: "namespace" }],
  ["optim", { kind: "namespace" }],
  ...named(
    optimizer,
    "optim.SGD optim.Adam optim.AdamW optim.RMSprop optim.Adagrad optim.Adadelta optim.NAdam optim.RAdam optim.Adamax",
    "optim.Rprop optim.Lion",
  ),
  ...named(
    scheduler,
    "optim.StepLR optim.MultiStepLR optim.ExponentialLR optim.LambdaLR optim.ConstantLR optim.LinearLR",
    "optim.PolynomialLR optim.CosineAnnealingLR optim.CosineAnnealingWarmRestarts optim.SequentialLR optim.CyclicLR",
    "optim.OneCycleLR optim.ReduceLROnPlateau",
  ),
  ...named({ kind: "harmless" }, "optim.clipGradNorm optim.clipGradValue"),
];

const controlMethods: readonly (readonly [string, MethodMeaning])[] = [
  ["detach", { kind: "cuts", control: "detach", because: controls.detach.because }],
  ["item", leaves("item", "item()", controls.item.because)],
  ["tolist", leaves("tolist", "tolist()", controls.tolist.because)],
  ["backward", { kind: "backward" }],
  ["retainGrad", { kind: "returnsReceiver" }],
  ["requiresGrad_", { kind: "requires" }],
  ...["toString", "stride", "storageOffset", "isContiguous", "sharesValuesWith"].map(
    (name): readonly [string, MethodMeaning] => [name, { kind: "harmless" }],
  ),
];

const facts: PropertyMeaning = { kind: "fact" };

/** Layers that multiply by a weight that they always have, and losses that are made of the functions above. */
const keepingLayers = ["Linear", "Embedding", "MSELoss", "L1Loss", "CrossEntropyLoss", "BCEWithLogitsLoss"];
const keeping = new Set([
  ...rows.filter(([, { keeps }]) => keeps === "values").map(([name]) => name),
  ...keepingLayers,
]);
const specs: ReadonlyMap<string, OpSpec> = new Map(Object.entries(opTable));

const tape: TapeMeaning = {
  saves: (op, input, second) => {
    const spec = specs.get(op);
    const effect = spec?.inputs[input];
    if (spec === undefined || effect === undefined) return null;
    if (spec.exceptions?.[input] !== undefined && !isOrdinary(op, second)) return null;
    return effect.kind === "flows" ? effect.saves : [];
  },
  // A cast to the dtype that it has gives back the tensor itself.
  isNew: (op) => keeping.has(op) || (specs.has(op) && op !== "to"),
  keeps: (op) => (keeping.has(op) ? "values" : "unknown"),
  sureParameters: new Map([
    ["Linear", ["weight"]],
    ["Embedding", ["weight"]],
  ]),
  outOfPlace: (op) => {
    const twin = op.replace(/_$/, "");
    return twin !== op && rowOf.get(twin)?.method === true ? twin : null;
  },
};

/** None of the table's exceptions holds for this second operand. */
function isOrdinary(op: string, second: unknown): boolean {
  return op === "pow" && typeof second === "number" && opTable.pow.exceptions?.x?.({ exponent: second }) === null;
}

export const engine: Library = {
  name: "@gradlens/engine",
  specifiers: ["@gradlens/engine"],
  records: "everywhere",
  runs: true,
  names: new Map([...rows.map(([name, row]) => [name, opMeaning(name, row)] as const), ...freeNames]),
  methods: new Map([
    ...rows.filter(([, row]) => row.method).map(([name, row]) => [name, methodMeaning(name, row)] as const),
    ...controlMethods,
  ]),
  properties: new Map<string, PropertyMeaning>([
    ["data", leaves("data", "data", controls.data.because)],
    ["grad", { kind: "grad", because: controls.grad.because }],
    ...["shape", "dtype", "isLeaf"].map((name) => [name, facts] as const),
    ["requiresGrad", { kind: "requires" }],
  ]),
  options: new Set(["requiresGrad", "dtype"]),
  tape,
  tensorTypes: new Set(["Tensor"]),
  shapes: engineShapes,
  summaries: new Map(rows.map(([name, { summary }]) => [name, summary] as const)),
};

function leaves(control: HostMeaning["control"], label: string, because: string): HostMeaning {
  return { kind: "leaves", control, label, as: "numbers", because };
}

function opMeaning(op: string, { inputs, output, gives }: Row): OpMeaning {
  return {
    kind: "op",
    op,
    inputs: Object.entries(inputs).map(([name, effect]) => ({ name, effect: effectOf(op, name, effect) })),
    // A composite may be made of views, and `to` gives back a tensor that has the dtype already, so that a change in place
    // of the result may change the input.
    isView: output === "view" || output === "window" || op === "to" || op in composites,
    toDtype: op === "to" ? castTo : null,
    gives: resultOf(gives),
  };
}

function resultOf(gives: Row["gives"]): OpResult {
  if (gives === undefined) return { kind: "tensor" };
  return gives === "list" ? { kind: "list" } : { kind: "fields", names: gives };
}

/** The facts alone: a row of the table also has its formula. */
function effectOf(op: string, input: string, effect: GradientEffect): GradientEffect {
  // A target of probabilities is differentiated; only one of class indices is not.
  const mayBeProbabilities = op === "crossEntropy" && input === "target";
  return effect.kind === "flows" || mayBeProbabilities
    ? { kind: "flows" }
    : { kind: effect.kind, because: effect.because };
}

function castTo(dtype: string): GradientEffect {
  const known = ["float32", "float64", "int32", "bool"] as const;
  const asked = known.find((name) => name === dtype);
  return (asked === undefined ? null : opTable.to.exceptions?.x?.({ dtype: asked })) ?? { kind: "flows" };
}

function methodMeaning(name: string, row: Row): MethodMeaning {
  const meaning = opMeaning(name, row);
  return row.output === "overwrites" ? { kind: "inPlace", op: meaning } : meaning;
}
