/** Functions of one number, arithmetic and comparisons. */
import { tensor, where, type Tensor, isin } from "@gradlens/engine";
import { isTensor, Unsupported, type Parameters } from "../parameters.js";
import { on, under, type Mapping } from "./entry.js";

type Unary = {
  [Name in keyof Tensor]: Tensor[Name] extends () => Tensor ? Name : never;
}[keyof Tensor];

/** What a mapping hands on, a number where only a tensor fits included: refusing it is the engine's business. */
type Binary = {
  [Name in keyof Tensor]: Tensor[Name] extends (o: Tensor) => Tensor ? Name : never;
}[keyof Tensor];

const same: readonly Unary[] = [
  ...(["abs", "square", "exp", "log", "log1p", "log2", "log10", "exp2", "expm1", "sqrt", "rsqrt", "reciprocal"] as const),
  ...(["sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"] as const),
  ...(["floor", "ceil", "trunc", "sign", "neg", "sigmoid", "relu", "clone", "frac", "signbit", "angle"] as const),
  ...(["erf", "erfc", "erfinv", "lgamma", "digamma", "i0", "sinc", "deg2rad", "rad2deg"] as const),
  ...(["isnan", "isinf", "isfinite", "isposinf", "isneginf"] as const),
];

const renamed: Readonly<Record<string, Unary>> = {
  sgn: "sign",
  positive: "clone",
  logical_not: "logicalNot",
  bitwise_not: "bitwiseNot",
  "special.ndtr": "ndtr",
  "special.log_ndtr": "logNdtr",
  "special.entr": "entr",
  "special.erfcx": "erfcx",
  "special.i0e": "i0e",
  "special.i1": "i1",
};

const pairs: Readonly<Record<string, Binary>> = {
  ...Object.fromEntries(
    (["mul", "maximum", "minimum", "eq", "ne", "lt", "le", "gt", "ge", "fmod", "remainder", "atan2", "hypot"] as const).map((name) => [name, name]),
  ),
  ...Object.fromEntries((["copysign", "heaviside", "fmax", "fmin", "logaddexp", "logaddexp2", "gcd", "lcm"] as const).map((name) => [name, name])),
  true_divide: "div",
  floor_divide: "floorDivide",
  ldexp: "ldexp",
  float_power: "floatPower",
  bitwise_and: "bitwiseAnd",
  bitwise_or: "bitwiseOr",
  bitwise_xor: "bitwiseXor",
  bitwise_left_shift: "shiftLeft",
  bitwise_right_shift: "shiftRight",
  logical_and: "logicalAnd",
  logical_or: "logicalOr",
  logical_xor: "logicalXor",
  xlogy: "xlogy",
  "special.xlog1py": "xlog1py",
};

/** What PyTorch refuses to call with a number at all. */
const tensorsAlone = new Set(["maximum", "minimum", "atan2", "logical_and", "logical_or", "logical_xor"]);

/** What PyTorch calls with a number on the left as well. */
const takesNumbers = new Set(["mul", "true_divide", "floor_divide", "remainder", "float_power", "xlogy", "special.xlog1py"]);

/** A number on the left is a scalar tensor: methods belong to tensors. */
function self(p: Parameters, name = "input"): Tensor {
  const value = p.operand(name);
  const isAlone = !["input", "other", "exponent"].some((each) => isTensor(p.get(each)));
  if (isAlone) return p.tensor(name);
  return typeof value === "number" ? tensor(value, { dtype: Number.isInteger(value) ? "int32" : "float32" }) : value;
}

function scaled(p: Parameters): Tensor | number {
  const [other, alpha] = [p.operand("other"), p.get("alpha")];
  if (alpha === null) return other;
  return isTensor(other) ? other.mul(p.operand("alpha")) : other * p.number("alpha");
}

/** Python's reflected operators: the receiver stands on the right, and a method of the left one is called. */
function reflected(call: (left: Tensor, right: Tensor) => Tensor) {
  return on("input other", (p) => {
    const right = p.tensor("input");
    if (!isTensor(right)) throw new TypeError("the receiver is no tensor");
    const value = p.operand("other");
    return call(typeof value === "number" ? self(p, "other") : value, right);
  });
}

export const elementwise: Mapping = {
  ...under("torch.", {
    ...Object.fromEntries(same.map((name) => [name, on("input", (p) => p.tensor("input")[name]())])),
    ...Object.fromEntries(Object.entries(renamed).map(([name, method]) => [name, on("input", (p) => p.tensor("input")[method]())])),
    ...Object.fromEntries(
      Object.entries(pairs).map(([name, method]) => [name, on("input other", (p) => (takesNumbers.has(name) ? self(p) : p.tensor("input"))[method](tensorsAlone.has(name) ? p.tensor("other") : p.other("other")))]),
    ),
    pow: on("input exponent", (p) => self(p).pow(p.operand("exponent"))),
    add: on("input other alpha", (p) => self(p).add(scaled(p))),
    sub: on("input other alpha", (p) => self(p).sub(scaled(p))),
    rsub: on("input other alpha", (p) => {
      const input = p.get("alpha") === null ? p.tensor("input") : p.tensor("input").mul(p.operand("alpha"));
      return self(p, "other").sub(input);
    }),
    div: on("input other rounding_mode", (p) => {
      const [input, other] = [self(p), p.operand("other")];
      switch (p.text("rounding_mode", "none")) {
        case "floor":
          return input.floorDivide(other);
        case "trunc":
          return input.truncDivide(other);
        default:
          return input.div(other);
      }
    }),
    round: on("input decimals", (p) => p.tensor("input").round({ decimals: p.number("decimals", 0) })),
    polygamma: on("n input", (p) => p.tensor("input").polygamma(p.number("n"))),
    logit: on("input eps", (p) => p.tensor("input").logit(p.maybeNumber("eps"))),
    nan_to_num: on("input nan posinf neginf", (p) =>
      p.tensor("input").nanToNum({ nan: p.number("nan", 0), posinf: p.maybeNumber("posinf"), neginf: p.maybeNumber("neginf") }),
    ),
    frexp: on("input", (p) => [p.tensor("input").mantissa(), p.tensor("input").exponent()]),
    isreal: on("input", (p) => p.tensor("input").eq(p.tensor("input")).add(p.tensor("input").isnan())),
    real: on("input", (p) => p.tensor("input")),
    conj: on("input", (p) => p.tensor("input")),
    where: on("condition input other", (p) => {
      if (p.get("input") === null) throw new Unsupported("where of a condition alone");
      return where(p.tensor("condition"), self(p), p.operand("other"));
    }),
    lerp: on("input end weight", (p) => p.tensor("input").lerp(p.tensor("end"), p.operand("weight"))),
    addcmul: on("input tensor1 tensor2 value", (p) =>
      p.tensor("input").addcmul(p.tensor("tensor1"), p.tensor("tensor2"), { value: p.number("value", 1) }),
    ),
    addcdiv: on("input tensor1 tensor2 value", (p) =>
      p.tensor("input").addcdiv(p.tensor("tensor1"), p.tensor("tensor2"), { value: p.number("value", 1) }),
    ),
    clamp: on("input min max", (p) => clamped(p)),
    clamp_min: on("input min", (p) => p.tensor("input").clampMin(p.operand("min"))),
    clamp_max: on("input max", (p) => p.tensor("input").clampMax(p.operand("max"))),
    isin: on("elements test_elements assume_unique invert", (p) => {
      p.flag("assume_unique");
      const found = isin(p.tensor("elements"), p.tensor("test_elements"));
      return p.flag("invert") ? found.logicalNot() : found;
    }),
    isclose: on("input other rtol atol equal_nan", (p) => p.tensor("input").isclose(p.tensor("other"), closeness(p))),
    allclose: on("input other rtol atol equal_nan", (p) => p.tensor("input").allclose(p.tensor("other"), closeness(p))),
    equal: on("input other", (p) => p.tensor("input").equal(p.tensor("other"))),
  }),
  ...under("Tensor.", {
    double: on("input", (p) => p.tensor("input").to("float64")),
    float: on("input", (p) => p.tensor("input").to("float32")),
    int: on("input", (p) => p.tensor("input").to("int32")),
    long: on("input", (p) => p.tensor("input").to("int32")),
    bool: on("input", (p) => p.tensor("input").to("bool")),
    contiguous: on("input memory_format", (p) => p.tensor("input")),
    add_: on("input other", (p) => p.tensor("input").add_(p.operand("other"))),
    __radd__: reflected((left, right) => left.add(right)),
    __rsub__: reflected((left, right) => left.sub(right)),
    __rmul__: reflected((left, right) => left.mul(right)),
    __rdiv__: reflected((left, right) => left.div(right)),
    __rpow__: reflected((left, right) => left.detach().pow(right)),
    __rmod__: reflected((left, right) => left.remainder(right)),
    __rand__: reflected((left, right) => left.bitwiseAnd(right)),
    __ror__: reflected((left, right) => left.bitwiseOr(right)),
    __rxor__: reflected((left, right) => left.bitwiseXor(right)),
  }),
};

function clamped(p: Parameters): Tensor {
  const input = p.tensor("input");
  const isTensorBound = isTensor(p.get("min")) || isTensor(p.get("max"));
  if (!isTensorBound) return input.clamp(p.has("min") ? p.number("min") : null, p.has("max") ? p.number("max") : null);
  const above = p.has("min") ? input.clampMin(p.operand("min")) : input;
  return p.has("max") ? above.clampMax(p.operand("max")) : above;
}

function closeness(p: Parameters) {
  return { rtol: p.number("rtol", 1e-5), atol: p.number("atol", 1e-8), equalNan: p.flag("equal_nan") };
}
