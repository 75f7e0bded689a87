// The cell is read out and made anew after each step, so no gradient goes back through the state.
import * as tf from "@tensorflow/tfjs";

const units = 6;
const kernel = tf.variable(tf.randomNormal([2 + units, 4 * units], 0, 0.2));
const bias = tf.variable(tf.zeros([4 * units]));
const readOut = tf.variable(tf.randomNormal([units, 1], 0, 0.2));
const forgetBias = tf.scalar(1);

function predict(sequence: tf.Tensor3D): tf.Tensor {
  const batch = sequence.shape[0];
  const start = tf.variable(tf.zeros([1, units])) as tf.Variable<tf.Rank.R2>;
//      ^^^^^ warning never-receives-gradient: `start` never receives a gradient: only its value, read with `arraySync()` on line 15, reaches the loss
//      ^^^^^ 1: the leaf `start`
  let cell: tf.Tensor2D = tf.tensor2d(start.tile([batch, 1]).arraySync() as number[][]);
//                                                           ^^^^^^^^^ information cut-by-rewrap: this `arraySync()` is why `start` receives no gradient: the tensor that is made of the value is a new one
//                                                           ^^^^^^^^^ 2: cut here: `arraySync()` gives plain numbers, which carry no history
  let hidden: tf.Tensor2D = tf.zeros([batch, units]);
//    ^^^^^^ 3: `hidden` carries no gradient to `start`
  for (const step of tf.unstack(sequence, 1)) {
    [cell, hidden] = tf.basicLSTMCell(
      forgetBias, kernel as tf.Tensor2D, bias as tf.Tensor1D, step as tf.Tensor2D, cell, hidden,
    );
  }
  return hidden.matMul(readOut as tf.Tensor2D);
}

const optimizer = tf.train.adam(0.01);
const sequences = tf.randomNormal([4, 5, 2]) as tf.Tensor3D;
const sums = sequences.sum(1).sum(1, true);

for (let epoch = 0; epoch < 3; epoch++) {
  const cost = optimizer.minimize(() => predict(sequences).sub(sums).square().mean().asScalar(), true);
//                       ^^^^^^^^ 4: `minimize()` differentiates the loss here
  console.log(epoch, cost?.dataSync()[0]);
}
