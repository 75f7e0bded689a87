// The embedding of the positions is made, saved and never added to the tokens.
import * as tf from "@tensorflow/tfjs";

const [vocabulary, context, width] = [11, 6, 8];
const normal = (name: string, shape: number[]): tf.Variable => tf.variable(tf.randomNormal(shape, 0, 0.1), true, name);
const model = {
  tokens: normal("tokens", [vocabulary, width]),
  query: normal("query", [width, width]),
  key: normal("key", [width, width]),
  value: normal("value", [width, width]),
  gain: tf.variable(tf.ones([width]), true, "gain"),
  shift: tf.variable(tf.zeros([width]), true, "shift"),
};
const positions = normal("positions", [context, width]);
//    ^^^^^^^^^ warning unused-parameter: no loss depends on `positions`, so it never receives a gradient
const mask = tf.linalg.bandPart(tf.ones([context, context]), -1, 0).sub(1).mul(1e9);

function normalize(x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(model.gain).add(model.shift);
}

function logits(inputs: tf.Tensor): tf.Tensor {
  const x = tf.gather(model.tokens, inputs as tf.Tensor1D);
  const h = normalize(x);
  const scores = h.matMul(model.query).matMul(h.matMul(model.key), false, true).div(Math.sqrt(width)).add(mask);
  return x.add(scores.softmax().matMul(h.matMul(model.value))).matMul(model.tokens, false, true);
}

const save = async (): Promise<unknown> => Promise.all([...Object.values(model), positions].map((each) => each.data()));
const optimizer = tf.train.adam(0.01);
const inputs = tf.tensor1d([1, 2, 3, 4, 5, 6], "int32");
const labels = tf.oneHot(tf.tensor1d([2, 3, 4, 5, 6, 7], "int32"), vocabulary);

for (let step = 0; step < 3; step++) {
  const { value, grads } = tf.variableGrads(
    () => tf.losses.softmaxCrossEntropy(labels, logits(inputs)).mean().asScalar(),
    Object.values(model),
  );
  const norm = Math.sqrt(tf.addN(Object.values(grads).map((grad) => grad.square().sum())).dataSync()[0] ?? 0);
  const clipped = Object.entries(grads).map(([name, grad]) => [name, norm > 1 ? grad.div(norm) : grad] as const);
  optimizer.applyGradients(Object.fromEntries(clipped));
  if (step === 2) void save();
  console.log(step, value.dataSync()[0], logits(inputs).argMax(-1).dataSync());
}
