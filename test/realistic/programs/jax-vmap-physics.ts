import { grad, jit, numpy as np, vmap } from "@jax-js/jax";

/** Positions of springs that relax: the force is minus the gradient of the energy. */
const rest = np.array(1);

function energy(positions: np.Array, stiffness: np.Array): np.Array {
  const stretched = np.diff(positions).sub(rest.ref);
  return np.square(stretched).mul(stiffness).sum().mul(0.5);
}

const force = jit((positions: np.Array, stiffness: np.Array) => grad(energy)(positions, stiffness).neg());
const forces = vmap(force, [0, null]);

let positions = np.array([
  [0, 0.5, 2],
  [0, 1.5, 2.5],
]);
for (let i = 0; i < 100; i++) {
  const f = forces(positions.ref, np.array(2));
  positions = positions.add(f.mul(0.01));
}
console.log(positions.js());

// twin: "np.diff(positions).sub(rest.ref)" becomes "np.diff(np.floor(positions)).sub(rest.ref)" finds zero-gradient
