import { jit, lax, nn, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";

interface Encoder {
  layers: { w: np.Array; b: np.Array }[];
  head: np.Array;
}

const encoder: Encoder = {
  layers: [
    { w: random.normal(random.key(0), [8, 16]), b: np.zeros([16]) },
    { w: random.normal(random.key(1), [16, 16]), b: np.zeros([16]) },
  ],
  head: random.normal(random.key(2), [16, 4]),
};

function embed({ layers, head }: Encoder, x: np.Array): np.Array {
  for (const { w, b } of layers) x = nn.gelu(np.matmul(x, w).add(b));
  return np.matmul(x, head);
}

const similarity = (a: np.Array, b: np.Array): np.Array => a.mul(b).sum(-1).mean();

/** BYOL: the other branch gives a target and is not differentiated. */
function loss(params: Encoder, one: np.Array, two: np.Array): np.Array {
  const online = embed(params, one);
  const target = lax.stopGradient(embed(params, two));
  return np.subtract(2, similarity(online, target).mul(2));
}

const step = jit((params: Encoder, one: np.Array, two: np.Array) => valueAndGrad(loss)(params, one, two));
let params = encoder;
for (let i = 0; i < 5; i++) {
  const views = [random.normal(random.key(i), [4, 8]), random.normal(random.key(i + 9), [4, 8])];
  const [value, grads] = step(tree.ref(params), views[0], views[1]);
  params = tree.map((p: np.Array, g: np.Array) => p.sub(g.mul(0.1)), params, grads);
  console.log(value.item());
}

// twin: "const online = embed(params, one);" becomes "const online = lax.stopGradient(embed(params, one));" finds never-receives-gradient
