import { grad, lax, nn, numpy as np, random, tree } from "@jax-js/jax";

type Network = { w1: np.Array; w2: np.Array };
const make = (seed: number): Network => ({
  w1: random.normal(random.key(seed), [4, 16]),
  w2: random.normal(random.key(seed + 1), [16, 2]),
});

function q({ w1, w2 }: Network, state: np.Array): np.Array {
  return np.dot(nn.relu(np.dot(state, w1)), w2);
}

function loss(
  online: Network,
  target: Network,
  state: np.Array,
  next: np.Array,
  reward: np.Array,
  action: np.Array,
): np.Array {
  const best = np.max(q(target, next), -1);
  const wanted = lax.stopGradient(reward.add(best.mul(0.99)));
  const chosen = q(online, state).mul(nn.oneHot(action, 2)).sum(-1);
  return np.square(chosen.sub(wanted)).mean();
}

let online = make(0);
let target = tree.ref(online);
for (let step = 0; step < 100; step++) {
  const [state, next] = [random.normal(random.key(step), [8, 4]), random.normal(random.key(step + 1), [8, 4])];
  const action = random.randint(random.key(step), [8], 0, 2);
  const grads = grad(loss)(tree.ref(online), tree.ref(target), state, next, np.ones([8]), action);
  online = tree.map((p: np.Array, g: np.Array) => p.sub(g.mul(1e-3)), online, grads);
  if (step % 20 === 0) target = tree.ref(online);
}

// twin: "const chosen = q(online, state)" becomes "const chosen = q(target, state)" finds never-receives-gradient
// twin: "const chosen = q(online, state)" becomes "const chosen = lax.stopGradient(q(online, state))" finds never-receives-gradient
