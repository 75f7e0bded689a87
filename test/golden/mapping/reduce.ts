/** Reductions, orders and integrals. */
import { cdist, concat,
  linalg, gradient, type Tensor } from "@gradlens/engine";
import { isTensor, Unsupported, type Answer, type Argument, type Parameters } from "../parameters.js";
import { on, under, type Mapping } from "./entry.js";

const dimKeep = "input dim keepdim";

/** The input, converted first where a dtype is asked for. */
function input(p: Parameters): Tensor {
  const [x, dtype] = [p.tensor("input"), p.dtype("dtype")];
  return dtype === null ? x : x.to(dtype);
}

function keep(p: Parameters) {
  return { keepdim: p.flag("keepdim") };
}

function along(name: "sum" | "mean" | "amax" | "amin" | "logSumExp" | "all" | "any" | "nansum" | "nanmean", signature = `${dimKeep} dtype`) {
  return on(signature, (p) => input(p)[name](p.dims("dim"), keep(p)));
}

/** PyTorch's `unbiased` is a correction of 1 or 0; it may also stand where the dimension would. */
function spread(call: (x: Tensor, dim: number | number[] | null, options: { correction: number; keepdim: boolean }) => Answer) {
  return on("input dim unbiased keepdim correction", (p) => {
    const isFlag = typeof p.get("dim") === "boolean";
    const unbiased = isFlag ? p.flag("dim") : p.flag("unbiased", true);
    const correction = p.maybeNumber("correction") ?? (unbiased ? 1 : 0);
    return call(p.tensor("input"), isFlag ? null : p.dims("dim"), { correction, ...keep(p) });
  });
}

function extreme(name: "max" | "min") {
  return on("input dim keepdim", (p) => {
    const x = p.tensor("input");
    if (p.has("other") || typeof p.get("dim") === "object" && p.has("dim")) return x[`${name}imum`](p.has("other") ? p.other("other") : p.other("dim"));
    if (!p.has("dim")) return x[name]();
    return [x[name](p.number("dim"), keep(p)), x[`arg${name}`](p.number("dim"), keep(p))];
  });
}

function found({ values, indices }: { readonly values: Tensor; readonly indices: Tensor }): Answer {
  return [values, indices];
}

function vectorNorm(p: Parameters, order: number): Tensor {
  return input(p).norm(p.dims("dim"), { p: order, keepdim: p.flag("keepdim") });
}

function order(p: Parameters, name: string): number {
  if (!p.has(name)) return 2;
  if (typeof p.get(name) !== "string") return p.number(name);
  if (p.text(name, "") === "fro") return 2;
  if (p.text(name, "") === "inf") return Infinity;
  throw new Unsupported(`the norm ${p.text(name, "")}`);
}

function matrixNorm(x: Tensor, p: Parameters, rows: number, columns: number, name = "ord"): Tensor {
  const given = p.get(name);
  const ord = given === null ? "fro" : given === "nuc" || given === "fro" ? given : order(p, name);
  return linalg.matrixNorm(x, ord, { dim: [rows, columns], keepdim: p.flag("keepdim") });
}

export const reduce: Mapping = under("torch.", {
  sum: along("sum"),
  mean: along("mean"),
  amax: along("amax"),
  amin: along("amin"),
  logsumexp: along("logSumExp"),
  all: along("all"),
  any: along("any"),
  nansum: along("nansum"),
  nanmean: along("nanmean"),
  prod: on(`${dimKeep} dtype`, (p) => input(p).prod(p.maybeNumber("dim"), keep(p))),
  cumsum: on("input dim dtype", (p) => input(p).cumsum(p.number("dim"))),
  cumprod: on("input dim dtype", (p) => input(p).cumprod(p.number("dim"))),
  argmax: on(dimKeep, (p) => p.tensor("input").argmax(p.maybeNumber("dim"), keep(p))),
  argmin: on(dimKeep, (p) => p.tensor("input").argmin(p.maybeNumber("dim"), keep(p))),
  max: extreme("max"),
  min: extreme("min"),
  aminmax: on(dimKeep, (p) => [p.tensor("input").amin(p.maybeNumber("dim"), keep(p)), p.tensor("input").amax(p.maybeNumber("dim"), keep(p))]),
  var: spread((x, dim, options) => x.variance(dim, options)),
  std: spread((x, dim, options) => x.std(dim, options)),
  var_mean: spread((x, dim, options) => [x.variance(dim, options), x.mean(dim, options)]),
  std_mean: spread((x, dim, options) => [x.std(dim, options), x.mean(dim, options)]),
  count_nonzero: on("input dim", (p) => p.tensor("input").countNonzero(p.dims("dim"))),
  argsort: on("input dim descending", (p) => p.tensor("input").argsort(p.number("dim", -1), { descending: p.flag("descending") })),
  sort: on("input dim descending stable", (p) => {
    p.flag("stable");
    return found(p.tensor("input").sort(p.number("dim", -1), { descending: p.flag("descending") }));
  }),
  msort: on("input", (p) => p.tensor("input").sort(0).values),
  topk: on("input k dim largest sorted", (p) => {
    p.flag("sorted");
    return found(p.tensor("input").topk(p.number("k"), p.number("dim", -1), { largest: p.flag("largest", true) }));
  }),
  kthvalue: on("input k dim keepdim", (p) => found(p.tensor("input").kthvalue(p.number("k"), p.number("dim", -1), keep(p)))),
  median: on(dimKeep, (p) => {
    if (p.has("dim")) return found(p.tensor("input").median(p.number("dim"), keep(p)));
    return p.tensor("input").median();
  }),
  diff: on("input n dim prepend append", (p) => {
    const dim = p.number("dim", -1);
    // No difference is taken, so nothing is put around either.
    const around = p.number("n", 1) === 0 ? [] : ["prepend", "append"].filter((name) => p.has(name));
    ["prepend", "append"].forEach((name) => p.get(name));
    const parts = ["prepend", "input", "append"].filter((name) => name === "input" || around.includes(name)).map((name) => p.tensor(name));
    return (parts.length === 1 ? parts[0] : concat(parts, dim)).diff(p.number("n", 1), dim);
  }),
  trapezoid: trapezoid("trapezoid"),
  trapz: trapezoid("trapezoid"),
  cumulative_trapezoid: trapezoid("cumulativeTrapezoid"),
  quantile: quantile("quantile"),
  nanquantile: quantile("nanquantile"),
  nanmedian: on(dimKeep, (p) => {
    if (p.has("dim")) return found(p.tensor("input").nanmedian(p.number("dim"), keep(p)));
    return p.tensor("input").nanmedian();
  }),
  mode: on(dimKeep, (p) => found(p.tensor("input").mode(p.number("dim", -1), keep(p)))),
  cummax: on("input dim", (p) => found(p.tensor("input").cummax(p.number("dim")))),
  cummin: on("input dim", (p) => found(p.tensor("input").cummin(p.number("dim")))),
  logcumsumexp: on("input dim", (p) => p.tensor("input").logCumSumExp(p.number("dim"))),
  unique: on("input sorted return_inverse return_counts dim", (p) => {
    p.flag("sorted");
    return different(p, p.tensor("input").unique({ dim: p.maybeNumber("dim") }));
  }),
  unique_consecutive: on("input return_inverse return_counts dim", (p) =>
    different(p, p.tensor("input").uniqueConsecutive({ dim: p.maybeNumber("dim") })),
  ),
  histc: on("input bins min max", (p) =>
    p.tensor("input").histc({ bins: p.number("bins", 100), min: p.number("min", 0), max: p.number("max", 0) }),
  ),
  bincount: on("input weights minlength", (p) => {
    const weights = p.maybeTensor("weights");
    return p.tensor("input").bincount({ minlength: p.number("minlength", 0), ...(weights === null ? {} : { weights }) });
  }),
  cov: on("input correction fweights aweights", (p) => {
    const [fweights, aweights] = [p.maybeTensor("fweights"), p.maybeTensor("aweights")];
    return p.tensor("input").cov({
      correction: p.number("correction", 1),
      ...(fweights === null ? {} : { fweights }),
      ...(aweights === null ? {} : { aweights }),
    });
  }),
  corrcoef: on("input", (p) => p.tensor("input").corrcoef()),
  renorm: on("input p dim maxnorm", (p) => p.tensor("input").renorm(p.number("p"), p.number("dim"), p.number("maxnorm"))),
  // How PyTorch's own kernel computes it is no question of what is computed.
  cdist: on("x1 x2 p compute_mode", (p) => {
    p.text("compute_mode", "");
    return cdist(p.tensor("x1"), p.tensor("x2"), { p: p.number("p", 2) });
  }),
  gradient: on("input spacing dim edge_order", (p) => {
    const spacing = p.get("spacing");
    const distances = Array.isArray(spacing) ? p.list("spacing").map((each) => (isTensor(each) ? each : numberAt(each))) : p.number("spacing", 1);
    return gradient(p.tensor("input"), { spacing: distances, dim: p.dims("dim"), edgeOrder: p.number("edge_order", 1) === 2 ? 2 : 1 });
  }),
  searchsorted: on("sorted_sequence input out_int32 right side sorter", (p) => {
    p.flag("out_int32");
    const sorter = p.maybeTensor("sorter");
    const right = p.flag("right") || p.text("side", "left") === "right";
    return p.tensor("sorted_sequence").searchsorted(p.tensor("input"), sorter === null ? { right } : { right, sorter });
  }),
  bucketize: on("input boundaries out_int32 right", (p) => {
    p.flag("out_int32");
    return p.tensor("input").bucketize(p.tensor("boundaries"), { right: p.flag("right") });
  }),
  "nn.functional.one_hot": on("input num_classes", (p) => p.tensor("input").oneHot(p.number("num_classes", -1))),
  trace: on("input", (p) => p.tensor("input").trace()),
  norm: on("input p dim keepdim dtype", (p) => {
    if (p.get("p") !== "nuc") return vectorNorm(p, order(p, "p"));
    const [rows, columns] = p.has("dim") ? p.numbers("dim") : [0, 1];
    return matrixNorm(input(p), p, rows, columns, "p");
  }),
  dist: on("input other p", (p) => p.tensor("input").sub(p.tensor("other")).norm(null, { p: p.number("p", 2) })),
  "linalg.vector_norm": on("input ord dim keepdim dtype", (p) => vectorNorm(p, order(p, "ord"))),
  "linalg.norm": on("input ord dim keepdim dtype", (p) => {
    const x = input(p);
    const dims = p.dims("dim");
    if (Array.isArray(dims) && dims.length === 2) return matrixNorm(x, p, dims[0], dims[1]);
    if (dims === null && p.has("ord") && x.shape.length === 2) return matrixNorm(x, p, 0, 1);
    return vectorNorm(p, order(p, "ord"));
  }),
  "linalg.matrix_norm": on("input ord dim keepdim dtype", (p) => {
    const dims = p.has("dim") ? p.numbers("dim") : [-2, -1];
    return matrixNorm(input(p), p, dims[0], dims[1]);
  }),
});

function trapezoid(name: "trapezoid" | "cumulativeTrapezoid") {
  return on("y x dim dx", (p) => {
    const x = p.maybeTensor("x");
    return p.tensor("y")[name](p.number("dim", -1), x === null ? { dx: p.number("dx", 1) } : { x });
  });
}

function quantile(name: "quantile" | "nanquantile") {
  return on("input q dim keepdim interpolation", (p) => {
    const interpolation = p.text("interpolation", "linear");
    const known = (["linear", "lower", "higher", "midpoint", "nearest"] as const).find((each) => each === interpolation);
    return p.tensor("input")[name](p.operand("q"), { dim: p.maybeNumber("dim"), ...keep(p), interpolation: known });
  });
}

function different(p: Parameters, { values, inverse, counts }: { readonly values: Tensor; readonly inverse: Tensor; readonly counts: Tensor }): Answer {
  return [values, ...(p.flag("return_inverse") ? [inverse] : []), ...(p.flag("return_counts") ? [counts] : [])];
}

function numberAt(each: Argument): number {
  if (typeof each === "number") return each;
  if (typeof each === "object" && each !== null && "kind" in each && each.kind === "float") return each.value;
  throw new Unsupported("a spacing that is no number");
}
