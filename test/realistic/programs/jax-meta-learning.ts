import { grad, numpy as np, random } from "@jax-js/jax";

/** One inner step of gradient descent, and the gradient through it. */
const model = (w: np.Array, x: np.Array): np.Array => np.tanh(x.mul(w));
const taskLoss = (w: np.Array, x: np.Array, y: np.Array): np.Array => np.square(model(w, x).sub(y)).mean();

function adapted(w: np.Array, x: np.Array, y: np.Array): np.Array {
  const g = grad(taskLoss)(w.ref, x, y);
  return w.sub(g.mul(0.1));
}

function metaLoss(w: np.Array, x: np.Array, y: np.Array): np.Array {
  return taskLoss(adapted(w, x.ref, y.ref), x, y);
}

let w = np.array(0.5);
for (let step = 0; step < 20; step++) {
  const x = random.normal(random.key(step), [16]);
  const y = np.sin(x.ref);
  const g = grad(metaLoss)(w.ref, x, y);
  w = w.sub(g.mul(0.05));
}
console.log(w.js());

// twin: "np.square(model(w, x).sub(y)).mean()" becomes "np.sign(model(w, x).sub(y)).mean()" finds zero-gradient
