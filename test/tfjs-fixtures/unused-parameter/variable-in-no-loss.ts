// Every trainable variable is differentiated by; `bias` is in no loss.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";

const weight = tf.variable(tf.randomNormal([2, 1]));
const bias = tf.variable(tf.zeros([1]));
//    ^^^^ warning unused-parameter: no loss depends on `bias`, so it never receives a gradient
const xs = tf.tensor2d([[1, 2], [3, 4]]);
const ys = tf.tensor2d([[1], [2]]);
const optimizer = tf.train.adam(0.1);

function train(steps: number): void {
  for (let step = 0; step < steps; step++) {
    optimizer.minimize(() => tf.losses.meanSquaredError(ys, tf.matMul(xs, weight)) as tf.Scalar);
  }
}

train(10);
