/** Matrix products; PyTorch's fused sums are written as the sum and the product that they are. */
import { bilinear, einsum, tensordot, type Tensor } from "@gradlens/engine";
import type { Parameters } from "../parameters.js";
import { on, under, type Mapping } from "./entry.js";

/** β·input + α·product; with β = 0 the input is not looked at, not even for NaN. */
function fused(p: Parameters, product: Tensor): Tensor {
  const [beta, alpha] = [p.number("beta", 1), p.number("alpha", 1)];
  const input = p.tensor("input");
  const scaled = alpha === 1 ? product : product.mul(p.operand("alpha"));
  if (product.dtype === "bool") return beta === 0 ? scaled : input.add(scaled);
  if (beta === 0) return scaled;
  return (beta === 1 ? input : input.mul(p.operand("beta"))).add(scaled);
}

function two(call: (a: Tensor, b: Tensor) => Tensor) {
  return on("input other", (p) => call(p.tensor("input"), p.tensor("other")));
}

const outer = (a: Tensor, b: Tensor): Tensor => a.reshape([-1, 1]).mul(b.reshape([1, -1]));

export const products: Mapping = {
  ...under("torch.", {
    matmul: two((a, b) => a.matmul(b)),
    mm: on("input mat2", (p) => p.tensor("input").mm(p.tensor("mat2"))),
    bmm: on("input mat2", (p) => p.tensor("input").matmul(p.tensor("mat2"))),
    mv: on("input vec", (p) => p.tensor("input").matmul(p.tensor("vec"))),
    dot: two((a, b) => a.dot(b)),
    vdot: two((a, b) => a.dot(b)),
    outer: two(outer),
    inner: two((a, b) => (a.shape.length === 0 || b.shape.length === 0 ? a.mul(b) : a.matmul(b.shape.length === 1 ? b : b.transpose(-2, -1)))),
    einsum: on("equation *operands", (p) => einsum(p.text("equation", ""), ...p.tensors("operands"))),
    tensordot: on("a b dims", (p) => {
      const dims = p.get("dims");
      if (!Array.isArray(dims)) return tensordot(p.tensor("a"), p.tensor("b"), p.number("dims", 2));
      const [ofA, ofB] = p.list("dims").map((each) => (Array.isArray(each) ? each.map(Number) : [Number(each)]));
      return tensordot(p.tensor("a"), p.tensor("b"), [ofA, ofB]);
    }),
    inverse: on("input", (p) => p.tensor("input").inverse()),
    "linalg.inv": on("input", (p) => p.tensor("input").inverse()),
    matrix_exp: on("input", (p) => p.tensor("input").matrixExp()),
    "linalg.matrix_exp": on("input", (p) => p.tensor("input").matrixExp()),
    "linalg.matrix_power": on("input n", (p) => p.tensor("input").matrixPower(p.number("n"))),
    matrix_power: on("input n", (p) => p.tensor("input").matrixPower(p.number("n"))),
    "nn.functional.bilinear": on("input1 input2 weight bias", (p) =>
      bilinear(p.tensor("input1"), p.tensor("input2"), p.tensor("weight"), p.maybeTensor("bias")),
    ),
    cross: on("input other dim", (p) => p.tensor("input").cross(p.tensor("other"), p.maybeNumber("dim"))),
    "linalg.cross": on("input other dim", (p) => p.tensor("input").cross(p.tensor("other"), p.number("dim", -1))),
    nextafter: two((a, b) => a.nextafter(b)),
    "linalg.vecdot": on("x y dim", (p) => p.tensor("x").mul(p.tensor("y")).sum(p.number("dim", -1))),
    "linalg.multi_dot": on("tensors", (p) => p.tensors("tensors").reduce((a, b) => a.matmul(b))),
    addmm: on("input mat1 mat2 beta alpha", (p) => fused(p, p.tensor("mat1").mm(p.tensor("mat2")))),
    addmv: on("input mat vec beta alpha", (p) => fused(p, p.tensor("mat").matmul(p.tensor("vec")))),
    addr: on("input vec1 vec2 beta alpha", (p) => fused(p, outer(p.tensor("vec1"), p.tensor("vec2")))),
    baddbmm: on("input batch1 batch2 beta alpha", (p) => fused(p, p.tensor("batch1").matmul(p.tensor("batch2")))),
    addbmm: on("input batch1 batch2 beta alpha", (p) => fused(p, p.tensor("batch1").matmul(p.tensor("batch2")).sum(0))),
    "nn.functional.linear": on("input weight bias", (p) => {
      const [weight, bias] = [p.tensor("weight"), p.maybeTensor("bias")];
      const product = p.tensor("input").matmul(weight.shape.length === 1 ? weight : weight.t());
      return bias === null ? product : product.add(bias);
    }),
  }),
  "Tensor.__rmatmul__": two((a, b) => b.matmul(a)),
};
