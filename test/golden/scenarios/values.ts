/** Detaching, copying, changes in place, views, and gradients at the corners. */
import {
  arange,
  cosineSimilarity,
  deepCopy,
  noGrad,
  normalize,
  ones,
  tensor,
  where,
  zeros,
  type GradFn,
  type Tensor,
} from "@gradlens/engine";
import { leaf, t, whole, type Observed, type Scenario } from "./recorder.js";

/** The graph in the names that PyTorch gives its backward functions. */
function inPyTorchsWords(fn: GradFn | null): Observed {
  if (fn === null) return null;
  if (fn.kind === "accumulate") return { name: "AccumulateGrad", next: [] };
  const name = `${fn.op[0].toUpperCase()}${fn.op.slice(1)}Backward0`;
  // A power with a number for its exponent is a function of one operand there.
  const next = fn.op === "pow" ? fn.next.slice(0, 1) : fn.next;
  return { name, next: next.map(inPyTorchsWords) };
}

const corners: readonly (readonly [string, (v: Tensor) => Tensor])[] = [
  ["norm", (v) => v.norm()],
  ["sqrt of sum of squares", (v) => v.mul(v).sum().sqrt()],
  ["sqrt", (v) => v.sqrt().sum()],
  ["abs", (v) => v.abs().sum()],
  ["pow 2", (v) => v.pow(2).sum()],
  ["pow 0.5", (v) => v.pow(0.5).sum()],
  ["pow 0", (v) => v.pow(0).sum()],
  ["relu", (v) => v.relu().sum()],
  ["normalize", (v) => normalize(v, { dim: 0 }).sum()],
  ["std", (v) => v.std()],
  ["var", (v) => v.variance()],
  ["logsumexp", (v) => v.logSumExp(0)],
  ["softplus", (v) => v.softplus().sum()],
  ["max", (v) => v.max()],
  ["amax", (v) => v.amax()],
  ["prod", (v) => v.prod()],
  ["x*log x", (v) => v.mul(v.log()).sum()],
  ["xlogy", (v) => v.xlogy(v).sum()],
  ["sign*abs", (v) => v.sign().mul(v.abs()).sum()],
  ["atan2", (v) => v.atan2(v).sum()],
  ["cosine", (v) => cosineSimilarity(v, v, { dim: 0 })],
  ["median", (v) => v.median()],
  ["cumprod", (v) => v.cumprod(0).sum()],
];

export const values: Readonly<Record<string, Scenario>> = {
  detach_in_place: (r) => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    y.detach_();
    r.value("y", y);
    const z = x.mul(2).reshape([1, 2]);
    r.raises("view", () => z.detach_());
  },
  expand_grad: (r) => {
    const x = leaf([[1], [2]]);
    const e = x.expand([2, 3]);
    r.value("strides", e.stride());
    e.mul(t([[1, 2, 3], [4, 5, 6]])).sum().backward(); // prettier-ignore
    r.value("x.grad", x.grad);
  },
  deepcopy: (r) => {
    const x = leaf([1]);
    const c = deepCopy(x);
    r.value("leaf", c);
    const y = x.mul(2);
    r.raises("non-leaf", () => deepCopy(y));
    c.mul(3).sum().backward();
    r.value("x.grad untouched", x.grad);
    r.value("c.grad", c.grad);
  },
  graph_walk: (r) => {
    const x = leaf([1]);
    r.value("graph", inPyTorchsWords(x.mul(2).sub(x.mul(t([7]))).pow(2).gradFn)); // prettier-ignore
  },
  view_inplace_base: (r) => {
    const x = leaf([1, 2, 3]);
    const y = x.mul(1);
    const v = y.at({ start: 1 });
    v.mul_(10);
    r.value("y", y);
    r.value("v", v);
    y.mul(t([1, 2, 3])).sum().backward();
    r.value("x.grad", x.grad);
  },
  multi_view_inplace: (r) => {
    const y = leaf([1, 2]).mul(1);
    const [a] = y.unbind();
    r.raises("unbind output", () => a.mul_(2));
    const v = noGrad(() => y.at({ start: 0, end: 1 }));
    r.raises("no_grad view", () => v.mul_(2));
  },
  view_or_copy: (r) => {
    const x = arange(0, 6).view([2, 3]);
    const told: readonly (readonly [string, Tensor])[] = [
      ["view", x.view([6])],
      ["reshape", x.reshape([3, 2])],
      ["reshape of t", x.t().reshape([6])],
      ["t", x.t()],
      ["permute", x.permute([1, 0])],
      ["slice", x.at({}, { start: 1 })],
      ["select", x.at(1)],
      ["step slice", x.at({}, { step: 2 })],
      ["expand", x.at({}, { end: 1 }).expand([2, 4])],
      ["unsqueeze", x.unsqueeze(0)],
      ["squeeze", x.squeeze()],
      ["flatten", x.flatten()],
      ["contiguous", x.contiguous()],
      ["t contiguous", x.t().contiguous()],
      ["index list", x.at(whole([0]))],
      ["mask", x.at(x.gt(2))],
      ["clone", x.clone()],
      ["detach", x.detach()],
      ["diagonal", x.diagonal()],
      ["narrow", x.narrow(1, 0, 2)],
      ["chunk", x.chunk(3, 1)[0]],
      ["unfold", x.unfold(1, 2, 1)],
      ["float", x.to("float32")],
      ["double", x.to("float64")],
      ["flip", x.flip(0)],
      ["T", x.t()],
    ];
    for (const [name, v] of told) {
      const [shape, strides, offset, contiguous] = [v.shape, v.stride(), v.storageOffset(), v.isContiguous()];
      r.value(name, { shape, strides, offset, contiguous, shares_storage: v.sharesValuesWith(x) });
    }
  },
  detach_shares_storage: (r) => {
    const y = leaf([1, 2]).mul(2);
    const d = y.detach();
    d.copy_(t([100, 4]));
    r.value("y", y);
    r.value("versions", [y.version, d.version]);
    const c = y.detach().clone();
    c.copy_(t([100, -1]));
    r.value("y after changing the clone", y);
  },
  detach_inplace_saved_caught: (r) => {
    const y = leaf([1, 2]).exp();
    y.detach().zero_();
    r.raises("backward", () => y.sum().backward());
  },
  tensor_copy_breaks: (r) => {
    const y = leaf([1, 2]).mul(2);
    r.value("torch.tensor(y)", tensor(y.tolist()));
    r.value("clone keeps it", y.clone());
    r.value("as_tensor keeps it", y);
    r.value("new_tensor", tensor([1], { dtype: y.dtype }));
  },
  requires_grad_rules: (r) => {
    const x = leaf([1]);
    const y = x.mul(2);
    r.raises("off on non-leaf", () => y.requiresGrad_(false));
    r.raises("assign False on non-leaf", () => void (y.requiresGrad = false));
    r.raises("on on non-leaf", () => y.requiresGrad_(true));
    x.requiresGrad_(false);
    r.value("x", x);
    r.value("detached then on", y.detach().requiresGrad_());
  },
  integer_requires_grad: (r) => {
    r.raises("constructor", () => tensor([1, 2], { dtype: "int32", requiresGrad: true }));
    r.raises("requires_grad_", () => whole([1]).requiresGrad_());
    r.raises("bool", () => zeros([2], { dtype: "bool" }).requiresGrad_());
    r.raises("float64 fine", () => zeros([2], { dtype: "float64" }).requiresGrad_());
  },
  inplace_harmless: (r) => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    y.add_(1);
    r.value("y", y);
    y.mul(t([3, 4])).sum().backward();
    r.value("x.grad", x.grad);
    x.grad = null;
    const a = x.add(1);
    a.relu_();
    a.sum().backward();
    r.value("relu_", x.grad);
    r.value("grad_fn", a);
  },
  index_assignment: (r) => {
    const [x, w] = [leaf([1, 2, 3]), leaf([5])];
    const first = w.select(0, 0);
    const y = x.mul(2).withAt([1], first.mul(first)).withAt([{ start: 2 }], zeros([1]));
    r.value("y", y);
    y.sum().backward();
    r.value("x.grad", x.grad);
    r.value("w.grad", w.grad);
  },
  inplace_constant_operand: (r) => {
    const x = leaf([1, 2]);
    const c = t([3, 4]);
    const z = x.mul(c);
    c.zero_();
    r.raises("backward", () => z.sum().backward());
    const other = t([3, 4]);
    const sum = x.add(other);
    other.zero_();
    sum.sum().backward();
    r.value("addition saved nothing", x.grad);
  },
  inplace_shape_dtype: (r) => {
    const a = ones([2]);
    r.raises("broadcast", () => a.add_(ones([3, 2])));
    r.raises("int += float", () => whole([1, 2]).add_(1.5));
    r.value("float += int", a.add_(whole([1, 2])));
    r.raises("int div_", () => whole([1, 2]).div_(2));
  },
  copy_fill: (r) => {
    const [x, s] = [leaf([1, 2]), leaf([7])];
    const y = x.mul(2);
    y.copy_(s);
    r.value("y", y);
    y.sum().backward();
    r.value("x.grad", x.grad);
    r.value("s.grad broadcast", s.grad);
    const z = s.mul(t([1, 2]));
    z.zero_();
    r.value("z", z);
    z.sum().backward();
    r.value("s.grad after zero_", s.grad);
  },
  masked_assignment: (r) => {
    const x = leaf([1, -2, 3, -4]);
    const y = x.mul(1);
    const positive = y.maskedFill(y.lt(0), 0);
    const places = whole([0, 0]);
    const changed = positive.withAt([places], positive.at(places).add(10));
    r.value("y", changed);
    changed.sum().backward();
    r.value("x.grad", x.grad);
  },
  gradients_at_zero: (r) => {
    for (const [name, f] of corners) {
      const x = leaf([0, 0]);
      const y = f(x);
      y.backward();
      r.value(name, y);
      r.value(`${name} grad`, x.grad);
    }
  },
  where_nan_trap: (r) => {
    const x = leaf([0, 4]);
    const kept = (name: string, y: Tensor): void => {
      x.grad = null;
      where(x.gt(0), y, zeros([2])).sum().backward();
      r.value(name, x.grad);
    };
    kept("sqrt trap", x.sqrt());
    kept("double where", where(x.gt(0), x, ones([2])).sqrt());
    kept("log trap", x.log());
    kept("1/x trap", x.reciprocal());
  },
  seed_accumulate_then_zero: (r) => {
    const x = leaf([1]);
    const both = (cut: "none" | "first" | "second"): void => {
      const [a, b] = [x.mul(t([2])), x.mul(t([7]))];
      const loss = (cut === "first" ? a.detach() : a).sub(cut === "second" ? b.detach() : b).pow(2);
      loss.backward();
    };
    for (const cut of ["none", "first", "second"] as const) {
      both(cut);
      r.value("x.grad", x.grad);
    }
    noGrad(() => x.grad?.zero_());
    r.value("after zero_", x.grad);
    both("none");
    r.value("x.grad after a new backward", x.grad);
  },
  straight_through: (r) => {
    const x = leaf([1.4, -0.6]);
    const y = x.add(x.round().sub(x).detach());
    r.value("y", y);
    y.mul(t([2, 3])).sum().backward();
    r.value("x.grad", x.grad);
  },
  view_chain: (r) => {
    const x = leaf([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const y = x.t().slice(0, 1).reshape([-1]).at({ step: 2 }).unsqueeze(0).expand([3, 2]);
    y.mul(t([[1], [2], [3]])).sum().backward();
    r.value("y", y);
    r.value("x.grad", x.grad);
  },
};
