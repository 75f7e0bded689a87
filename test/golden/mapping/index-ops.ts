/** Reading and writing by index. */
import { arange, tensor, type Key, type Tensor } from "@gradlens/engine";
import { isTensor, Unsupported, type Argument, type Parameters } from "../parameters.js";
import { on, under, type Mapping } from "./entry.js";

function keyOf(argument: Argument): Key {
  if (argument === null || typeof argument === "number") return argument;
  if (isTensor(argument)) return argument;
  if (isList(argument)) return tensor(argument.map(Number), { dtype: typeof argument[0] === "boolean" ? "bool" : "int32" });
  if (typeof argument === "object" && "kind" in argument) {
    if (argument.kind === "ellipsis") return "...";
    if (argument.kind === "slice") return { start: argument.parts[0], end: argument.parts[1], step: argument.parts[2] };
  }
  throw new Unsupported("a key of this kind");
}

function isList(argument: Argument): argument is readonly Argument[] {
  return Array.isArray(argument);
}

/** Python's tuples and lists of keys are several keys; a list of numbers is one. */
function keysOf(argument: Argument): Key[] {
  if (typeof argument === "object" && argument !== null && "kind" in argument && argument.kind === "tuple")
    return argument.items.map(keyOf);
  if (isList(argument) && argument.some((each) => typeof each === "object")) return argument.map(keyOf);
  return [keyOf(argument)];
}

function written(call: (p: Parameters, accumulate: { accumulate: boolean }) => Tensor, signature: string) {
  return on(signature, (p) => call(p, { accumulate: p.flag("accumulate") }));
}

function noReduce(p: Parameters): void {
  if (p.has("reduce")) throw new Unsupported("reduce");
}

export const indexing: Mapping = {
  "Tensor.__getitem__": on("input index", (p) => p.tensor("input").at(...keysOf(p.get("index")))),
  ...under("torch.", {
    gather: on("input dim index sparse_grad", (p) => p.tensor("input").gather(p.number("dim"), p.tensor("index"))),
    index_select: on("input dim index", (p) => p.tensor("input").indexSelect(p.tensor("index"), p.number("dim"))),
    masked_fill: on("input mask value", (p) => {
      const value = p.get("value");
      if (isTensor(value)) return p.tensor("input").maskedFill(p.tensor("mask"), p.tensor("value"));
      return p.tensor("input").maskedFill(p.tensor("mask"), p.number("value"));
    }),
    take: on("input index", (p) => p.tensor("input").take(p.tensor("index"))),
    take_along_dim: on("input indices dim", (p) => p.tensor("input").takeAlong(p.tensor("indices"), p.maybeNumber("dim"))),
    masked_select: on("input mask", (p) => p.tensor("input").maskedSelect(p.tensor("mask"))),
    nonzero: on("input as_tuple", (p) => {
      const input = p.tensor("input");
      if (p.flag("as_tuple")) return (input.shape.length === 0 ? input.reshape([1]) : input).nonzero().unbind(1);
      return p.tensor("input").nonzero();
    }),
    argwhere: on("input", (p) => p.tensor("input").nonzero()),
    put: written((p, how) => p.tensor("input").put(p.tensor("index"), p.tensor("source"), how), "input index source accumulate"),
    index_put: written((p, how) => p.tensor("input").withAt(p.list("indices").map(keyOf), p.tensor("values"), how), "input indices values accumulate"),
    scatter: on("input dim index src", (p) => {
      noReduce(p);
      const source = p.has("value") ? p.operand("value") : p.operand("src");
      const value = isTensor(source) && !isTensor(p.get("src")) ? source.item() : source;
      return p.tensor("input").scatter(p.number("dim"), p.tensor("index"), value);
    }),
    scatter_add: on("input dim index src", (p) => p.tensor("input").scatterAdd(p.number("dim"), p.tensor("index"), p.tensor("src"))),
    scatter_reduce: on("input dim index src reduce include_self", (p) =>
      p.tensor("input").scatterReduce(p.number("dim"), p.tensor("index"), p.tensor("src"), reduction(p), included(p)),
    ),
    index_reduce: on("input dim index source reduce include_self", (p) =>
      p.tensor("input").indexReduce(p.number("dim"), p.tensor("index"), p.tensor("source"), reduction(p), included(p)),
    ),
    index_add: on("input dim index source alpha", (p) =>
      p.tensor("input").indexAdd(p.number("dim"), p.tensor("index"), p.tensor("source"), { alpha: p.number("alpha", 1) }),
    ),
    index_copy: on("input dim index source", (p) => p.tensor("input").indexCopy(p.number("dim"), p.tensor("index"), p.tensor("source"))),
    index_fill: on("input dim index value", (p) => {
      if (isTensor(p.get("value"))) throw new Unsupported("a tensor as value");
      return p.tensor("input").indexFill(p.number("dim"), p.tensor("index"), p.number("value"));
    }),
    masked_scatter: on("input mask source", (p) => p.tensor("input").maskedScatter(p.tensor("mask"), p.tensor("source"))),
    select_scatter: on("input src dim index", (p) => {
      const rank = p.tensor("input").shape.length;
      const before = Array.from({ length: (p.number("dim") + rank) % rank }, (): Key => ({}));
      return p.tensor("input").withAt([...before, p.number("index")], p.tensor("src"));
    }),
    diagonal_scatter: on("input src offset dim1 dim2", (p) => {
      const input = p.tensor("input");
      const places = arange(0, input.data.length, 1, { dtype: "int32" }).reshape(input.shape);
      const options = { offset: p.number("offset", 0), dim1: p.number("dim1", 0), dim2: p.number("dim2", 1) };
      return input.put(places.diagonal(options), p.tensor("src"));
    }),
  }),
};

function reduction(p: Parameters) {
  const asked = p.text("reduce", "");
  const known = (["sum", "prod", "mean", "amax", "amin"] as const).find((each) => each === asked);
  if (known === undefined) throw new Unsupported(`the reduction ${asked}`);
  return known;
}

function included(p: Parameters) {
  return { includeSelf: p.flag("include_self", true) };
}
