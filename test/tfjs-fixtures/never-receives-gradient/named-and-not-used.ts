// `b` is in the list of variables, and the loss does not depend on it: tfjs passes it by in silence.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, 2]));
const b = tf.variable(tf.scalar(0));
//    ^ warning never-receives-gradient: `b` never receives a gradient: it is given to `minimize()`, and no loss depends on it
//    ^ 1: the leaf `b`
const xs = tf.tensor1d([3, 4]);
const optimizer = tf.train.sgd(0.01);

for (let i = 0; i < 5; i++) {
  optimizer.minimize(() => xs.mul(w).sub(1).square().mean().asScalar(), false, [w, b]);
//          ^^^^^^^^ 2: `minimize()` is to differentiate by it
}
