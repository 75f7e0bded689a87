import { jit, nn, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";

type Params = { w1: np.Array; b1: np.Array; w2: np.Array; b2: np.Array; w3: np.Array; b3: np.Array };

function initialize(): Params {
  const [k1, k2, k3] = random.split(random.key(0), 3);
  return {
    w1: random.normal(k1, [784, 256]).mul(0.05),
    b1: np.zeros([256]),
    w2: random.normal(k2, [256, 128]).mul(0.05),
    b2: np.zeros([128]),
    w3: random.normal(k3, [128, 10]).mul(0.05),
    b3: np.zeros([10]),
  };
}

const predict = jit(({ w1, b1, w2, b2, w3, b3 }: Params, x: np.Array): np.Array => {
  const h1 = nn.relu(np.dot(x, w1).add(b1));
  const h2 = nn.relu(np.dot(h1, w2).add(b2));
  return nn.logSoftmax(np.dot(h2, w3).add(b3), -1);
});

function loss(params: Params, x: np.Array, labels: np.Array): np.Array {
  return nn.oneHot(labels, 10).mul(predict(params, x)).sum(-1).mean().mul(-1);
}

const batch = (): { x: np.Array; labels: np.Array } => ({
  x: random.uniform(random.key(1), [64, 784]),
  labels: random.randint(random.key(2), [64], 0, 10),
});

let params = initialize();
for (let step = 0; step < 10; step++) {
  const { x, labels } = batch();
  const [value, grads] = valueAndGrad(loss)(tree.ref(params), x, labels);
  params = tree.map((p: np.Array, g: np.Array) => p.sub(g.mul(0.01)), params, grads);
  console.log(step, value.item());
}
const { x, labels } = batch();
const accuracy = np
  .argmax(predict(tree.ref(params), x), -1)
  .equal(labels)
  .astype(np.float32)
  .mean();
console.log("accuracy", accuracy.item());

// twin: "np.dot(h1, w2).add(b2)" becomes "np.dot(h1, w2)" finds never-receives-gradient
// twin: "mul(predict(params, x)).sum(-1)" becomes "mul(np.argmax(predict(params, x), -1, { keepdims: true })).sum(-1)" finds zero-gradient
