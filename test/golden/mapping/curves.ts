/** Activations, softmax and its relatives. */
import { EngineError, rrelu, type Tensor } from "@gradlens/engine";
import { Unsupported, type Parameters } from "../parameters.js";
import { on, under, type Mapping } from "./entry.js";

function converted(p: Parameters): Tensor {
  const dtype = p.dtype("dtype");
  return dtype === null ? p.tensor("input") : p.tensor("input").to(dtype);
}

function along(name: "softmax" | "logSoftmax" | "softmin") {
  return on("input dim _stacklevel dtype", (p) => {
    p.get("_stacklevel");
    return converted(p)[name](p.number("dim"));
  });
}

/** PyTorch's flag for writing into the input. */
function fresh(p: Parameters): Tensor {
  if (p.flag("inplace")) throw new Unsupported("in place");
  return p.tensor("input");
}

const functional: Mapping = {
  relu: on("input inplace", (p) => fresh(p).relu()),
  relu6: on("input inplace", (p) => fresh(p).relu6()),
  elu: on("input alpha inplace", (p) => fresh(p).elu(p.number("alpha", 1))),
  celu: on("input alpha inplace", (p) => fresh(p).celu(p.number("alpha", 1))),
  selu: on("input inplace", (p) => fresh(p).selu()),
  silu: on("input inplace", (p) => fresh(p).silu()),
  mish: on("input inplace", (p) => fresh(p).mish()),
  gelu: on("input approximate", (p) => p.tensor("input").gelu({ approximate: approximation(p.text("approximate", "none")) })),
  glu: on("input dim", (p) => p.tensor("input").glu(p.number("dim", -1))),
  hardtanh: on("input min_val max_val inplace", (p) => fresh(p).hardtanh(p.number("min_val", -1), p.number("max_val", 1))),
  hardsigmoid: on("input inplace", (p) => fresh(p).hardsigmoid()),
  hardswish: on("input inplace", (p) => fresh(p).hardswish()),
  hardshrink: on("input lambd", (p) => p.tensor("input").hardshrink(p.number("lambd", 0.5))),
  softshrink: on("input lambd", (p) => p.tensor("input").softshrink(p.number("lambd", 0.5))),
  softsign: on("input", (p) => p.tensor("input").softsign()),
  tanhshrink: on("input", (p) => p.tensor("input").tanhshrink()),
  threshold: on("input threshold value inplace", (p) => fresh(p).threshold(p.number("threshold"), p.number("value"))),
  logsigmoid: on("input", (p) => p.tensor("input").logSigmoid()),
  leaky_relu: on("input negative_slope inplace", (p) => fresh(p).leakyRelu(p.number("negative_slope", 0.01))),
  prelu: on("input weight", (p) => p.tensor("input").prelu(p.tensor("weight"))),
  softplus: on("input beta threshold", (p) => p.tensor("input").softplus({ beta: p.number("beta", 1), threshold: p.number("threshold", 20) })),
  rrelu: on("input lower upper training inplace", (p) =>
    rrelu(fresh(p), { lower: p.number("lower", 1 / 8), upper: p.number("upper", 1 / 3), training: p.flag("training") }),
  ),
  softmax: along("softmax"),
  log_softmax: along("logSoftmax"),
  softmin: along("softmin"),
};

export const curves: Mapping = {
  ...under("torch.nn.functional.", functional),
  "torch.softmax": on("input dim dtype", (p) => converted(p).softmax(p.number("dim"))),
  "torch.log_softmax": on("input dim dtype", (p) => converted(p).logSoftmax(p.number("dim"))),
};

function approximation(text: string): "none" | "tanh" {
  if (text === "none" || text === "tanh") return text;
  throw new EngineError(`gelu: no approximation ${text}`, "there are none and tanh", "Choose one.");
}
