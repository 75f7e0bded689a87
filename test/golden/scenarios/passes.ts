/** Backward passes, gradients as values, hooks, custom functions and the modes around them. */
import {
  checkpoint,
  concat,
  customFunction,
  detectAnomaly,
  enableGrad,
  grad,
  gradcheck,
  hessian,
  inferenceMode,
  isGradEnabled,
  jacobian,
  noGrad,
  ones,
  stack,
  tensor,
  zeros,
  type Tensor,
} from "@gradlens/engine";
import { leaf, t, type Recorder, type Scenario } from "./recorder.js";

function seed(r: Recorder, cuts: { readonly first: "live" | "cut"; readonly second: "live" | "cut" }): void {
  const x = leaf([1]);
  const [first, second] = [x.mul(t([2])), x.mul(t([7]))];
  const a = cuts.first === "cut" ? first.detach() : first;
  const b = cuts.second === "cut" ? second.detach() : second;
  const loss = a.sub(b).pow(2);
  r.value("loss", loss);
  r.value("loss.requires_grad", loss.requiresGrad);
  r.raises("backward()", () => loss.backward());
  r.value("x.grad", x.grad);
}

/** With a wrong derivative where asked: its gradient is half of what it should be. */
const squared = (factor: number) =>
  customFunction({
    forward: (context, v: Tensor) => {
      context.saveForBackward(v);
      return v.pow(2);
    },
    backward: ({ savedTensors: [v] }, g) => g.mul(v).mul(factor),
  });

export const passes: Readonly<Record<string, Scenario>> = {
  grad_accumulates: (r) => {
    const x = leaf([2, 3]);
    x.mul(x).sum().backward();
    const first = x.grad;
    r.value("first", x.grad);
    x.mul(3).sum().backward();
    r.value("second", x.grad);
    r.value("same tensor object", first === x.grad);
  },
  assign_bad_grad: (r) => {
    const x = leaf([2, 3]);
    const set = (value: unknown): void => void Reflect.set(x, "grad", value);
    r.raises("shape", () => set(t([1])));
    r.raises("dtype", () => set(tensor([1, 2], { dtype: "float64" })));
    r.raises("not a tensor", () => set(3));
    x.grad = t([1, 2]);
    x.mul(2).sum().backward();
    r.value("accumulates on the assigned one", x.grad);
  },
  backward_inputs: (r) => {
    const [a, b] = [leaf([1]), leaf([2])];
    a.mul(b).sum().backward({ inputs: [a] });
    r.value("a.grad", a.grad);
    r.value("b.grad", b.grad);
  },
  backward_on_leaf: (r) => {
    const x = leaf(3);
    x.backward();
    r.value("x.grad", x.grad);
    r.raises("no grad tensor", () => t(3).backward());
  },
  one_element_backward: (r) => {
    const x = leaf([3]);
    x.mul(x).backward();
    r.value("shape [1]", x.grad);
    const y = leaf([[3]]);
    y.mul(y).backward();
    r.value("shape [1,1]", y.grad);
  },
  non_scalar_backward: (r) => {
    const x = leaf([1, 2]);
    const y = x.mul(x);
    r.raises("no gradient", () => y.backward());
    y.backward({ gradient: t([1, 10]) });
    r.value("x.grad", x.grad);
  },
  custom_double: (r) => {
    const x = leaf([3]);
    const [g] = grad(squared(2)(x).sum(), x, { createGraph: true });
    const [h] = grad(g.sum(), x);
    r.value("g", g);
    r.value("h", h);
  },
  custom_errors: (r) => {
    const made = (backward: (g: Tensor) => unknown) =>
      customFunction({ forward: (_context, a: Tensor, b: Tensor) => a.add(b), backward: (_context, g) => backward(g) as never });
    const [a, b] = [leaf([1, 2]), leaf([1, 2])];
    const cases: [string, (g: Tensor) => unknown][] = [
      ["too few", (g) => g],
      ["too many", (g) => [g, g, g]],
      ["wrong shape", (g) => [g.narrow(0, 0, 1).expand([3]), g]],
      ["not a tensor", (g) => [1, g]],
    ];
    for (const [name, backward] of cases) r.raises(name, () => made(backward)(a, b).sum().backward());
  },
  custom_multi: (r) => {
    const need: boolean[] = [];
    const fn = customFunction({
      forward: (context, a: Tensor, b: Tensor, k: number) => {
        const index = a.gt(b).to("int32");
        context.markNonDifferentiable(index);
        context.values["k"] = k;
        context.saveForBackward(a, b);
        return [a.mul(b).mul(k), a.add(b), index];
      },
      backward: (context, first, second) => {
        const [a, b] = context.savedTensors;
        const k = Number(context.values["k"]);
        need.push(...context.needsInputGrad);
        return [first.mul(b).mul(k).add(second), context.needsInputGrad[1] ? first.mul(a).mul(k).add(second) : null, null];
      },
    });
    const a = leaf([1, 2]);
    const [u, v, i] = fn(a, t([3, 1]), 5);
    r.value("outputs", [u, v, i]);
    u.sum().backward();
    r.value("a.grad (g2 is a zero tensor, not None)", a.grad);
    r.value("needs_input_grad", need);
  },
  custom_function: (r) => {
    const cube = customFunction({
      forward: (context, x: Tensor) => {
        context.saveForBackward(x);
        return x.pow(3);
      },
      backward: ({ savedTensors: [x] }, g) => g.mul(3).mul(x.pow(2)),
    });
    const x = leaf([2]);
    const y = cube(x);
    r.value("y", y);
    y.add(cube(x.mul(2))).sum().backward();
    r.value("x.grad", x.grad);
  },
  retain_grad: (r) => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    y.retainGrad();
    y.mul(y).sum().backward();
    r.value("y.grad", y.grad);
    r.value("x.grad", x.grad);
    r.value("y.retains_grad", y.retainsGrad);
    r.value("x.retains_grad", x.retainsGrad);
    r.raises("no grad", () => t([1]).retainGrad());
    x.retainGrad();
    r.value("leaf", x.retainsGrad);
  },
  maml: (r) => {
    const w = leaf([2]);
    const inner = w.mul(3).sub(1).pow(2).sum();
    const [g] = grad(inner, w, { createGraph: true });
    const next = w.sub(g.mul(0.01));
    next.mul(2).sub(5).pow(2).sum().backward();
    r.value("w2", next);
    r.value("w.grad", w.grad);
  },
  hessian: (r) => {
    const x = leaf([1, 2]);
    const f = (v: Tensor): Tensor => {
      const [a, b] = v.unbind(0);
      return a.pow(2).mul(b).add(b.pow(3)).sum();
    };
    const [g] = grad(f(x), x, { createGraph: true });
    const [hv] = grad(g, x, { gradients: t([1, -1]) });
    r.value("Hv", hv);
    r.value("hessian", hessian(f, t([1, 2])));
    const pair = (v: Tensor): Tensor => {
      const [a, b] = v.unbind(0);
      return stack([a.mul(b), b.exp()]);
    };
    r.value("jacobian", jacobian(pair, t([1, 0.5])));
  },
  allow_unused: (r) => {
    const [x, w] = [leaf([2]), leaf([1])];
    r.raises("unused", () => grad(x.mul(x).sum(), [x, w]));
    r.value("allow_unused", grad(x.mul(x).sum(), [x, w], { allowUnused: true }));
    r.raises("input without grad", () => grad(x.mul(x).sum(), [t([1])]));
    r.raises("non-scalar", () => grad(leaf([1, 2]).mul(x), [x]));
  },
  autograd_grad: (r) => {
    const x = leaf([2]);
    const y = x.mul(x);
    r.value("grads", grad(y.mul(3).sum(), [x, y]));
    r.value("x.grad", x.grad);
  },
  grad_several_outputs: (r) => {
    const x = leaf([1, 2]);
    r.value("sum of both", grad([x.mul(2).sum(), x.mul(x).sum()], x));
    r.raises("wrong number of grad_outputs", () => grad([x.mul(2), x.mul(3)], x, { gradients: [ones([2])] }));
  },
  retain_graph: (r) => {
    const x = leaf([2]);
    const y = x.mul(x).sum();
    y.backward({ retainGraph: true });
    y.backward();
    r.value("grad", x.grad);
    r.raises("third", () => y.backward());
  },
  second_backward_without_saved_tensors: (r) => {
    const x = leaf([2]);
    const y = x.add(1).sum();
    y.backward();
    r.raises("second", () => y.backward());
    r.value("grad", x.grad);
  },
  many_paths: (r) => {
    const x = leaf([1]);
    let y = x;
    for (let time = 0; time < 30; time++) y = y.add(y);
    y.sum().backward();
    r.value("x.grad", x.grad);
  },
  shared_subgraph_two_losses: (r) => {
    const x = leaf([2]);
    const h = x.exp();
    const [a, b] = [h.mul(2), h.mul(3)];
    a.sum().backward();
    r.raises("second loss", () => b.sum().backward());
    r.value("grad", x.grad);
  },
  repeated_use: (r) => {
    const x = leaf([3, 4]);
    x.mul(x).add(x).sum().backward();
    r.value("x.grad", x.grad);
    x.grad = null;
    x.dot(x).backward();
    r.value("dot", x.grad);
    x.grad = null;
    concat([x, x, x]).prod().backward();
    r.value("cat of itself", x.grad);
  },
  deep_chain: (r) => {
    const x = leaf([1]);
    let y = x;
    for (let time = 0; time < 2000; time++) y = y.mul(1.0001).add(0.001);
    y.sum().backward();
    r.value("y", y);
    r.value("x.grad", x.grad);
  },
  gradcheck: (r) => {
    const x = tensor([0.5, -1.2], { dtype: "float64", requiresGrad: true });
    r.value("right", gradcheck((v) => v.exp().mul(v.sin()), x));
    r.value("wrong", gradcheck(squared(1), x, { raise: false }));
    r.raises("wrong raises", () => gradcheck(squared(1), x));
  },
  bad_hooks: (r) => {
    r.raises("no grad", () => t([1]).registerHook((g) => g));
    const x = leaf([1, 2]);
    x.registerHook((g) => g.sum().view([1]));
    r.raises("wrong shape", () => x.mul(2).sum().backward());
  },
  hook_called_once: (r) => {
    const y = leaf([1]).mul(2);
    const calls: number[] = [];
    y.registerHook((g) => void calls.push(g.item()));
    y.mul(3).add(y.mul(4)).sum().backward();
    r.value("calls", calls);
  },
  tensor_hook: (r) => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const seen: Tensor[] = [];
    const handle = y.registerHook((g) => {
      seen.push(g.clone());
      return g.mul(10);
    });
    y.mul(y).sum().backward();
    r.value("seen", seen);
    r.value("x.grad", x.grad);
    handle.remove();
    x.grad = null;
    const again = x.mul(2);
    again.mul(again).sum().backward();
    r.value("without", x.grad);
  },
  inference_mode: (r) => {
    const x = leaf([2]);
    const y = inferenceMode(() => {
      const inside = x.mul(2);
      r.value("is_inference", inside.isInference);
      return inside;
    });
    r.value("y", y);
    r.raises("saved for backward", () => y.mul(x));
    r.raises("in-place outside", () => y.add_(1));
    r.raises("requires_grad_", () => y.requiresGrad_());
  },
  no_grad_result_is_constant: (r) => {
    const [w, x] = [leaf([3]), leaf([2])];
    const f = noGrad(() => w.mul(x));
    f.mul(x).sum().backward();
    r.value("x.grad", x.grad);
    r.value("w.grad", w.grad);
  },
  manual_sgd: (r) => {
    const w = leaf([3]);
    for (let step = 0; step < 3; step++) {
      w.mul(w).sum().backward();
      noGrad(() => w.sub_((w.grad ?? zeros([1])).mul(0.1)));
      w.grad = null;
      r.value("w", w);
    }
  },
  no_grad: (r) => {
    const x = leaf([2]);
    const y = noGrad(() => {
      const inside = x.mul(2);
      r.value("is_grad_enabled", isGradEnabled());
      r.value("explicit leaf inside no_grad", ones([1], { requiresGrad: true }));
      return inside;
    });
    r.value("y", y);
    r.value("x", x);
    r.raises("backward", () => y.backward());
    r.value("after", isGradEnabled());
  },
  checkpoint: (r) => {
    const w = leaf([0.5, 2]);
    const f = (v: Tensor): Tensor => v.mul(w).tanh().exp();
    const x = leaf([1, -1]);
    f(x).sum().backward();
    r.value("plain", [x.grad, w.grad]);
    x.grad = null;
    w.grad = null;
    detectAnomaly(() => enableGrad(() => checkpoint(f, x).sum().backward()));
    r.value("checkpointed", [x.grad, w.grad]);
  },
  seed_full_graph: (r) => seed(r, { first: "live", second: "live" }),
  seed_first_branch_detached: (r) => seed(r, { first: "cut", second: "live" }),
  seed_second_branch_detached: (r) => seed(r, { first: "live", second: "cut" }),
  seed_both_detached: (r) => seed(r, { first: "cut", second: "cut" }),
};
