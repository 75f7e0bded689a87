// The code of the autoencoder goes through a list: the decoder learns, the encoder does not.
import * as tf from "@tensorflow/tfjs";

const weights = (from: number, to: number): tf.Variable<tf.Rank.R2> =>
  tf.variable(tf.randomNormal([from, to], 0, 0.1) as tf.Tensor2D);
const encoder = weights(12, 6);
//    ^^^^^^^ warning never-receives-gradient: `encoder` never receives a gradient: only its value, read with `arraySync()` on line 27, reaches `lossOf()`
//    ^^^^^^^ 1: the leaf `encoder`
const toMean = weights(6, 2);
//    ^^^^^^ warning never-receives-gradient: `toMean` never receives a gradient: only its value, read with `arraySync()` on line 27, reaches `lossOf()`
const toLogVariance = weights(6, 2);
//    ^^^^^^^^^^^^^ warning never-receives-gradient: `toLogVariance` never receives a gradient: only its value, read with `arraySync()` on line 27, reaches `lossOf()`
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
//      ^^^^ 2: `code` is computed from `encoder`
  const rebuilt = tf.losses.meanSquaredError(x, decode(tf.tensor2d(code.arraySync() as number[][])));
//                                                                      ^^^^^^^^^ information cut-by-rewrap: this `arraySync()` is why `encoder`, `toMean` and `toLogVariance` receive no gradient: the tensor that is made of the value is a new one
//                                                                      ^^^^^^^^^ 3: cut here: `arraySync()` gives plain numbers, which carry no history
  const divergence = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).mean().mul(-0.5);
  console.log(divergence.dataSync()[0]);
  return rebuilt.asScalar();
}

const data = tf.randomUniform([10, 12]) as tf.Tensor2D;
for (let step = 0; step < 3; step++) {
  const { value, grads } = tf.variableGrads(() => lossOf(data));
//                            ^^^^^^^^^^^^^ 4: `variableGrads()` differentiates `lossOf()` here
  optimizer.applyGradients(grads);
  console.log(value.dataSync()[0], encode(data).mean.arraySync());
}
decode(tf.tensor2d([[0, 1]])).print();
