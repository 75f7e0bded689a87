// Near truncated-recurrence: The state of an LSTM is passed on inside the loss, and starts with zeros in each sequence.
import * as tf from "@tensorflow/tfjs";

const units = 6;
const kernel = tf.variable(tf.randomNormal([2 + units, 4 * units], 0, 0.2));
const bias = tf.variable(tf.zeros([4 * units]));
const readOut = tf.variable(tf.randomNormal([units, 1], 0, 0.2));
const forgetBias = tf.scalar(1);

function predict(sequence: tf.Tensor3D): tf.Tensor {
  const batch = sequence.shape[0];
  let cell: tf.Tensor2D = tf.zeros([batch, units]);
  let hidden: tf.Tensor2D = tf.zeros([batch, units]);
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
  console.log(epoch, cost?.dataSync()[0]);
}
