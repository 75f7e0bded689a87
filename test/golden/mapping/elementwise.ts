/** Functions of one number, arithmetic and comparisons. */
import { where, type Tensor } from "@gradlens/engine";
import { on, under, type Mapping } from "./entry.js";

type Unary = Extract<keyof Tensor, "abs" | "square" | "exp" | "log" | "log1p" | "sqrt" | "rsqrt" | "reciprocal" | "sin" | "cos" | "tan" | "atan" | "erf" | "floor" | "ceil" | "trunc" | "sign" | "neg" | "sigmoid" | "tanh" | "relu" | "clone">;
const unaries: readonly Unary[] = ["abs", "square", "exp", "log", "log1p", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "tan", "atan", "erf", "floor", "ceil", "trunc", "sign", "neg", "sigmoid", "tanh", "relu", "clone"];
type Binary = "add" | "sub" | "mul" | "div" | "maximum" | "minimum" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "pow";
const binaries: readonly Binary[] = ["add", "sub", "mul", "div", "maximum", "minimum", "eq", "ne", "lt", "le", "gt", "ge", "pow"];

export const elementwise: Mapping = under("torch.", {
  ...Object.fromEntries(unaries.map((name) => [name, on("input", (p) => p.tensor("input")[name]())])),
  ...Object.fromEntries(binaries.map((name) => [name, on("input other", (p) => p.tensor("input")[name](p.operand("other")))])),
  logical_not: on("input", (p) => p.tensor("input").logicalNot()),
  where: on("condition input other", (p) => where(p.tensor("condition"), p.tensor("input"), p.operand("other"))),
});
