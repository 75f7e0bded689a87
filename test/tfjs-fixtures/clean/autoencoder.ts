// Near cut-by-rewrap: A variational autoencoder: the code is drawn inside, and codes are read as numbers only to be shown.
import * as tf from "@tensorflow/tfjs";

const weights = (from: number, to: number): tf.Variable<tf.Rank.R2> =>
  tf.variable(tf.randomNormal([from, to], 0, 0.1) as tf.Tensor2D);
const encoder = weights(12, 6);
const toMean = weights(6, 2);
const toLogVariance = weights(6, 2);
const decoder = { hidden: weights(2, 6), out: weights(6, 12) };
const optimizer = tf.train.adam(0.01);

function encode(x: tf.Tensor2D): { mean: tf.Tensor; logVariance: tf.Tensor } {
  const hidden = x.matMul(encoder).relu();
  return { mean: hidden.matMul(toMean), logVariance: hidden.matMul(toLogVariance) };
}

const decode = (code: tf.Tensor): tf.Tensor => code.matMul(decoder.hidden).relu().matMul(decoder.out).sigmoid();

function lossOf(x: tf.Tensor2D): tf.Scalar {
  const { mean, logVariance } = encode(x);
  const code = mean.add(logVariance.mul(0.5).exp().mul(tf.randomNormal(mean.shape)));
  const rebuilt = tf.losses.meanSquaredError(x, decode(code));
  const divergence = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).mean().mul(-0.5);
  return rebuilt.add(divergence).asScalar();
}

const data = tf.randomUniform([10, 12]) as tf.Tensor2D;
for (let step = 0; step < 3; step++) {
  const { value, grads } = tf.variableGrads(() => lossOf(data));
  optimizer.applyGradients(grads);
  console.log(value.dataSync()[0], encode(data).mean.arraySync());
}
decode(tf.tensor2d([[0, 1]])).print();
