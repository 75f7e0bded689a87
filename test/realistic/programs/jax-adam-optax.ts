import { numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";
import { adam, applyUpdates, squaredError } from "@jax-js/optax";

let params = { w: random.normal(random.key(3), [4, 1]), b: np.zeros([1]) };
const solver = adam(1e-2);
let optState = solver.init(tree.ref(params));

const loss = (p: typeof params, x: np.Array, y: np.Array): np.Array => squaredError(np.dot(x, p.w).add(p.b), y).mean();

for (let epoch = 0; epoch < 50; epoch++) {
  const x = random.normal(random.key(epoch), [16, 4]);
  const y = x.ref.sum(1, { keepdims: true });
  const [value, gradient] = valueAndGrad(loss)(tree.ref(params), x, y);
  let updates;
  [updates, optState] = solver.update(gradient, optState, tree.ref(params));
  params = applyUpdates(params, updates);
  console.log(value.js());
}

// twin: "np.dot(x, p.w).add(p.b)" becomes "np.dot(x, p.w)" finds never-receives-gradient
