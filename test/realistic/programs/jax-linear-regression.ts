import { grad, init, numpy as np, random } from "@jax-js/jax";

await init("wasm");
const [dataKey, noiseKey] = random.split(random.key(0), 2);
const x = random.normal(dataKey, [100]);
const y = x.ref
  .mul(3)
  .add(2)
  .add(random.normal(noiseKey, [100]).mul(0.1));

function loss(params: { w: np.Array; b: np.Array }, x: np.Array, y: np.Array): np.Array {
  const predicted = x.mul(params.w).add(params.b);
  return np.square(predicted.sub(y)).mean();
}

let params = { w: np.array(0), b: np.array(0) };
for (let step = 0; step < 100; step++) {
  const grads = grad(loss)(params, x.ref, y.ref);
  params = { w: params.w.sub(grads.w.mul(0.1)), b: params.b.sub(grads.b.mul(0.1)) };
}
console.log(params.w.js(), params.b.js());

// twin: "x.mul(params.w).add(params.b)" becomes "x.mul(params.w)" finds never-receives-gradient
