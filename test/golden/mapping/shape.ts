/** Changes of shape and order, and what makes tensors. */
import { arange, blockDiag, broadcastShapes, broadcastTensors, cartesianProd, combinations, concat, eye, full, linspace, logspace, meshgrid, ones, onesLike, stack, trilIndices, triuIndices, zeros, zerosLike, type Tensor } from "@gradlens/engine";
import { isTensor, Unsupported, type Answer, type Parameters } from "../parameters.js";
import { on, under, type Mapping } from "./entry.js";

type Padding = "constant" | "reflect" | "replicate" | "circular";

function options(p: Parameters) {
  const dtype = p.dtype("dtype");
  p.flag("requires_grad");
  return dtype === null ? {} : { dtype };
}

/** Without a dtype, whole numbers count in whole numbers, as in Python. */
function counted(p: Parameters, names: readonly string[]) {
  const isWhole = names.every((name) => p.get(name) === null || typeof p.get(name) === "number");
  return { dtype: p.dtype("dtype") ?? (isWhole ? ("int32" as const) : ("float32" as const)) };
}

const shape: Mapping = {
  reshape: on("input *shape", (p) => p.tensor("input").reshape(p.numbers("shape"))),
  flatten: on("input start_dim end_dim", (p) => p.tensor("input").flatten(p.number("start_dim", 0), p.number("end_dim", -1))),
  ravel: on("input", (p) => p.tensor("input").flatten()),
  squeeze: on("input dim", (p) => p.tensor("input").squeeze(p.maybeNumber("dim") ?? undefined)),
  unsqueeze: on("input dim", (p) => p.tensor("input").unsqueeze(p.number("dim"))),
  transpose: on("input dim0 dim1", (p) => p.tensor("input").transpose(p.number("dim0"), p.number("dim1"))),
  t: on("input", (p) => p.tensor("input").t()),
  permute: on("input *dims", (p) => p.tensor("input").permute(p.numbers("dims"))),
  broadcast_to: on("input *size", (p) => p.tensor("input").expand(p.numbers("size"))),
  as_strided: on("input size stride storage_offset", (p) =>
    p.tensor("input").asStrided(p.numbers("size"), p.numbers("stride"), p.number("storage_offset", 0)),
  ),
  narrow: on("input dim start length", (p) => p.tensor("input").narrow(p.number("dim"), p.number("start"), p.number("length"))),
  select: on("input dim index", (p) => p.tensor("input").select(p.number("dim"), p.number("index"))),
  flip: on("input *dims", (p) => p.numbers("dims").reduce((x: Tensor, dim) => x.flip(dim), p.tensor("input").clone())),
  fliplr: on("input", (p) => p.tensor("input").flip(1)),
  flipud: on("input", (p) => p.tensor("input").flip(0)),
  cat: on("tensors dim", (p) => concat(p.tensors("tensors"), p.number("dim", 0))),
  stack: on("tensors dim", (p) => stack(p.tensors("tensors"), p.number("dim", 0))),
  tile: on("input *dims", (p) => p.tensor("input").tile(p.numbers("dims"))),
  roll: on("input shifts dims", (p) => {
    const dims = p.has("dims") ? p.numbers("dims") : null;
    return p.tensor("input").roll(p.numbers("shifts"), dims?.length === 0 ? null : dims);
  }),
  rot90: on("input k dims", (p) => p.tensor("input").rot90(p.number("k", 1), p.has("dims") ? p.numbers("dims") : [0, 1])),
  movedim: on("input source destination", (p) => p.tensor("input").movedim(p.numbers("source"), p.numbers("destination"))),
  unflatten: on("input dim sizes", (p) => p.tensor("input").unflatten(p.number("dim"), p.numbers("sizes"))),
  split: on("input split_size_or_sections dim", (p) => {
    const name = "split_size_or_sections";
    const lengths = Array.isArray(p.get(name)) ? p.numbers(name) : p.number(name);
    return p.tensor("input").split(lengths, p.number("dim", 0));
  }),
  split_with_sizes: on("input split_sizes dim", (p) => p.tensor("input").split(p.numbers("split_sizes"), p.number("dim", 0))),
  chunk: on("input chunks dim", (p) => p.tensor("input").chunk(p.number("chunks"), p.number("dim", 0))),
  tensor_split: on("input indices_or_sections dim", (p) => p.tensor("input").tensorSplit(sections(p), p.number("dim", 0))),
  hsplit: on("input indices_or_sections", (p) => evenly(p, p.tensor("input").shape.length === 1 ? 0 : 1, 1)),
  vsplit: on("input indices_or_sections", (p) => evenly(p, 0, 2)),
  dsplit: on("input indices_or_sections", (p) => evenly(p, 2, 3)),
  unbind: on("input dim", (p) => p.tensor("input").unbind(p.number("dim", 0))),
  diagonal: on("input offset dim1 dim2", (p) =>
    p.tensor("input").diagonal({ offset: p.number("offset", 0), dim1: p.number("dim1", 0), dim2: p.number("dim2", 1) }),
  ),
  diag_embed: on("input offset dim1 dim2", (p) =>
    p.tensor("input").diagEmbed({ offset: p.number("offset", 0), dim1: p.number("dim1", -2), dim2: p.number("dim2", -1) }),
  ),
  diag: on("input diagonal", (p) => p.tensor("input").diag(p.number("diagonal", 0))),
  diagflat: on("input offset", (p) => p.tensor("input").flatten().diag(p.number("offset", 0))),
  tril: on("input diagonal", (p) => p.tensor("input").tril(p.number("diagonal", 0))),
  triu: on("input diagonal", (p) => p.tensor("input").triu(p.number("diagonal", 0))),
  repeat_interleave: on("input repeats dim output_size", (p) => {
    const repeats = isTensor(p.get("repeats")) ? p.tensor("repeats") : p.number("repeats");
    return p.tensor("input").repeatInterleave(repeats, p.maybeNumber("dim"));
  }),
  constant_pad_nd: on("input pad value", (p) => p.tensor("input").pad(p.numbers("pad"), { value: p.number("value", 0) })),
  "nn.functional.pad": on("input pad mode value", (p) =>
    p.tensor("input").pad(p.numbers("pad"), { mode: modeOf(p.text("mode", "constant")), value: p.number("value", 0) }),
  ),
  "nn.functional.pixel_shuffle": on("input upscale_factor", (p) => p.tensor("input").pixelShuffle(p.number("upscale_factor"))),
  "nn.functional.pixel_unshuffle": on("input downscale_factor", (p) => p.tensor("input").pixelUnshuffle(p.number("downscale_factor"))),
  atleast_1d: atLeast(1),
  atleast_2d: atLeast(2),
  atleast_3d: atLeast(3),
  hstack: on("tensors", (p) => {
    const parts = p.tensors("tensors").map((x) => (x.shape.length === 0 ? x.reshape([1]) : x));
    return concat(parts, parts[0]?.shape.length === 1 ? 0 : 1);
  }),
  vstack: on("tensors", (p) => concat(p.tensors("tensors").map((x) => (x.shape.length < 2 ? x.reshape([1, -1]) : x)), 0)),
  dstack: on("tensors", (p) => concat(p.tensors("tensors").map((x) => raised(x, 3)), 2)),
  column_stack: on("tensors", (p) => concat(p.tensors("tensors").map((x) => (x.shape.length < 2 ? x.reshape([-1, 1]) : x)), 1)),
};

const created: Mapping = {
  zeros: on("*size", (p) => zeros(p.numbers("size"), options(p))),
  ones: on("*size", (p) => ones(p.numbers("size"), options(p))),
  zeros_like: on("input", (p) => zerosLike(p.tensor("input"), options(p))),
  ones_like: on("input", (p) => onesLike(p.tensor("input"), options(p))),
  full_like: on("input fill_value", (p) => full(p.tensor("input").shape, p.number("fill_value"), { dtype: p.tensor("input").dtype, ...options(p) })),
  linspace: on("start end steps", (p) => linspace(p.number("start"), p.number("end"), p.number("steps"), options(p))),
  arange: on("start end step", (p) => {
    const dtype = counted(p, ["start", "end", "step"]);
    p.flag("requires_grad");
    if (!p.has("end")) return arange(0, p.number("start"), 1, dtype);
    return arange(p.number("start", 0), p.number("end"), p.number("step", 1), dtype);
  }),
  logspace: on("start end steps base", (p) =>
    logspace(p.number("start"), p.number("end"), p.number("steps"), p.number("base", 10), options(p)),
  ),
  tril_indices: on("row col offset dtype", (p) => inDtype(p, trilIndices(p.number("row"), p.number("col"), p.number("offset", 0)))),
  triu_indices: on("row col offset dtype", (p) => inDtype(p, triuIndices(p.number("row"), p.number("col"), p.number("offset", 0)))),
  meshgrid: on("*tensors", (p) => meshgrid(p.tensors("tensors"), { indexing: p.text("indexing", "ij") === "xy" ? "xy" : "ij" })),
  cartesian_prod: on("*tensors", (p) => cartesianProd(...p.tensors("tensors"))),
  combinations: on("input r with_replacement", (p) =>
    combinations(p.tensor("input"), { r: p.number("r", 2), withReplacement: p.flag("with_replacement") }),
  ),
  block_diag: on("*tensors", (p) => blockDiag(...p.tensors("tensors"))),
  broadcast_shapes: on("*shapes", (p) =>
    broadcastShapes(...p.list("shapes").map((each) => (Array.isArray(each) ? each.map(Number) : [Number(each)]))),
  ),
  broadcast_tensors: on("*tensors", (p) => broadcastTensors(...p.tensors("tensors"))),
  eye: on("n m", (p) => eye(p.has("m") ? [p.number("n"), p.number("m")] : p.number("n"), options(p))),
};

export const movement: Mapping = {
  ...under("torch.", { ...shape, ...created }),
  ...under("Tensor.", {
    view: on("input *shape", (p) => p.tensor("input").view(p.numbers("shape"))),
    reshape_as: on("input other", (p) => p.tensor("input").reshape(p.tensor("other").shape)),
    view_as: on("input other", (p) => p.tensor("input").view(p.tensor("other").shape)),
    expand: on("input *size", (p) => p.tensor("input").expand(p.numbers("size"))),
    expand_as: on("input other", (p) => p.tensor("input").expand(p.tensor("other").shape)),
    repeat: on("input *repeats", (p) => p.tensor("input").repeat(p.numbers("repeats"))),
    unfold: on("input dimension size step", (p) => p.tensor("input").unfold(p.number("dimension"), p.number("size"), p.number("step"))),
    sum_to_size: on("input *size", (p) => p.tensor("input").sumTo(p.numbers("size"))),
    T: on("input", (p) => p.tensor("input").permute(p.tensor("input").shape.map((_, dim) => dim).reverse())),
    mT: on("input", (p) => p.tensor("input").transpose(-2, -1)),
    new_zeros: on("input *size", (p) => zeros(p.numbers("size"), { dtype: p.tensor("input").dtype, ...options(p) })),
    new_ones: on("input *size", (p) => ones(p.numbers("size"), { dtype: p.tensor("input").dtype, ...options(p) })),
    new_full: on("input size fill_value", (p) => full(p.numbers("size"), p.number("fill_value"), { dtype: p.tensor("input").dtype, ...options(p) })),
  }),
};

function sections(p: Parameters): number | number[] {
  const name = "indices_or_sections";
  const value = p.get(name);
  if (isTensor(value)) return value.shape.length === 0 ? value.item() : [...value.data];
  return Array.isArray(value) ? p.numbers(name) : p.number(name);
}

/** NumPy's splits want sections of one length. */
function evenly(p: Parameters, dim: number, least: number): Answer {
  const [x, parts] = [p.tensor("input"), sections(p)];
  if (x.shape.length < least) throw new Unsupported("splits of smaller tensors");
  return typeof parts === "number" ? x.split(x.shape[dim] / parts, dim) : x.tensorSplit(parts, dim);
}

function modeOf(text: string): Padding {
  if (text === "reflect" || text === "replicate" || text === "circular" || text === "constant") return text;
  throw new Unsupported(`padding ${text}`);
}

/** New dimensions as NumPy's functions place them. */
function raised(x: Tensor, rank: number): Tensor {
  if (x.shape.length >= rank) return x;
  if (x.shape.length === 0) return x.reshape(Array.from({ length: rank }, () => 1));
  if (rank === 2) return x.unsqueeze(0);
  return x.shape.length === 1 ? x.unsqueeze(0).unsqueeze(-1) : x.unsqueeze(-1);
}

function atLeast(rank: number) {
  return on("*tensors", (p) => p.tensors("tensors").map((x) => raised(x, rank)));
}

function inDtype(p: Parameters, x: Tensor): Tensor {
  const dtype = p.dtype("dtype");
  return dtype === null ? x : x.to(dtype);
}
