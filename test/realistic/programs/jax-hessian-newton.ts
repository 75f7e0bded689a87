import { grad, hessian, jit, numpy as np } from "@jax-js/jax";

const rosenbrock = (x: np.Array): np.Array => {
  const [a, b] = np.split(x, 2);
  return np
    .square(np.subtract(1, a.ref))
    .add(np.square(b.sub(np.square(a))).mul(100))
    .sum();
};

const gradient = jit(grad(rosenbrock));
const curvature = jit(hessian(rosenbrock));

let x = np.array([-1.2, 1]);
for (let i = 0; i < 10; i++) {
  const step = np.linalg.solve(curvature(x.ref), gradient(x.ref));
  x = x.sub(step);
}
console.log(x.js());

// twin: "grad(rosenbrock)" becomes "grad((x: np.Array) => np.round(rosenbrock(x)))" finds zero-gradient
