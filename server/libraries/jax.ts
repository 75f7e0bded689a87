/**
 * jax-js as the analysis sees it: functions are differentiated by what they are given, `stopGradient` cuts, and where
 * nothing flows the gradient is zero and nobody says so. An array of outside is a constant inside such a function.
 */
import { jaxMethodOps, jaxOps } from "./jax-ops.js";
import type { DifferentiatesMeaning, Library, Meaning, MethodMeaning, PropertyMeaning } from "./library.js";
import { forAll, readOut } from "./rows.js";

const harmless: Meaning & MethodMeaning = { kind: "harmless" };
const fact: PropertyMeaning = { kind: "fact" };
const returnsFirst: Meaning = { kind: "returns", at: 0 };

/** `grad(f, options)(x, …)`: the function and its options are given first, what it is called with later. */
const later = (name: string, gives: DifferentiatesMeaning["gives"]): readonly (readonly [string, Meaning])[] => [
  [name, { kind: "binds", to: `${name}()`, given: 2 }],
  [
    `${name}()`,
    {
      kind: "differentiates",
      call: `${name}()`,
      by: { kind: "arguments", given: "later", optionsAt: 1 },
      gives,
      without: "zeros",
    },
  ],
];

/** `vjp(f, [x, …])`: what it is called with is a list. What comes back is a function, or the derivative along a direction. */
const atOnce = (name: string, optionsAt: number): readonly (readonly [string, Meaning])[] => [
  [
    name,
    {
      kind: "differentiates",
      call: `${name}()`,
      by: { kind: "arguments", given: "list", optionsAt },
      gives: { kind: "unseen" },
      without: "zeros",
    },
  ],
];

const names: readonly (readonly [string, Meaning])[] = [
  ...forAll<Meaning>({ kind: "namespace" }, "numpy numpy.linalg numpy.fft lax lax.linalg nn random scipySpecial tree"),
  ...jaxOps,
  ...forAll<Meaning>(
    { kind: "constant" },
    "arange bartlett blackman diagIndices eye geomspace hann identity indices linspace logspace ones tri zeros",
    "numpy.",
  ),
  [
    "lax.stopGradient",
    { kind: "cuts", control: "stopGradient", because: "`stopGradient()` gives back the value as a constant" },
  ],
  ...later("grad", { kind: "gradients" }),
  ...later("valueAndGrad", { kind: "pair" }),
  ...["hessian", "jacfwd", "jacobian", "jacrev"].flatMap((name) => later(name, { kind: "gradients" })),
  ...atOnce("jvp", 3),
  ...atOnce("linearize", 2),
  ...atOnce("vjp", 2),
  // The compiled or vectorised function computes the same as the one that is given.
  ...forAll(returnsFirst, "jit vmap"),
  // What becomes of each tensor of a tree is not followed: it is taken for the tensor itself.
  ["tree.map", { kind: "returns", at: 1 }],
  ["tree.ref", returnsFirst],
  ...forAll(
    harmless,
    "defaultDevice init setDebug tree.dispose numpy.ndim numpy.shape numpy.size numpy.isscalar numpy.allclose numpy.finfo numpy.iinfo",
  ),
];

const methods: readonly (readonly [string, MethodMeaning])[] = [
  ...jaxMethodOps,
  ...["data", "dataSync", "js", "jsAsync"].map((name) => [name, readOut("tolist", `${name}()`, "numbers")] as const),
  ["item", readOut("item", "item()", "numbers")],
  ["blockUntilReady", { kind: "returnsReceiver" }],
  ...forAll(harmless, "dispose toString"),
];

export const jax: Library = {
  name: "@jax-js/jax",
  specifiers: ["@jax-js/jax"],
  records: "insideClosures",
  runs: false,
  options: new Set(),
  tape: null,
  shapes: null,
  names: new Map(names),
  methods: new Map(methods),
  properties: new Map<string, PropertyMeaning>([
    ["ref", { kind: "same" }],
    ...forAll(fact, "aval device dtype ndim refCount shape size weakType"),
  ]),
  tensorTypes: new Set(["Array", "Tracer"]),
  summaries: new Map(),
};

/** Its state and its updates are made of gradients and never differentiated. */
const solver: Meaning = {
  kind: "makes",
  instance: { kind: "object", methods: new Map(forAll<Meaning>(harmless, "init update")), exposing: [] },
};

/** The optimizers of the same authors: new values for a tree of parameters, made outside of any function. */
export const optax: Library = {
  ...jax,
  name: "@jax-js/optax",
  specifiers: ["@jax-js/optax"],
  names: new Map<string, Meaning>([
    ["applyUpdates", returnsFirst],
    ...forAll(solver, "adam adamw chain identity sgd"),
    [
      "squaredError",
      { kind: "op", op: "squaredError", inputs: [], isView: false, toDtype: null, gives: { kind: "tensor" } },
    ],
  ]),
};
