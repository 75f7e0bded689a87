// Near not-differentiable-op: masks of constants, of a comparison that tfjs can differentiate, and of what is not asked for.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, -2]));
const gate = tf.variable(tf.tensor1d([0.3, -0.2]));
const xs = tf.tensor1d([3, 4]);
const optimizer = tf.train.sgd(0.1);

optimizer.minimize(() => {
  const y = xs.mul(w).mul(gate);
  const ofConstants = y.mul(xs.greater(3).toFloat());
  const accuracy = y.greater(0).toFloat().mean();
  accuracy.print();
  return tf.where(y.greaterEqual(0), ofConstants, tf.zerosLike(y)).sum().asScalar();
});
optimizer.minimize(() => tf.where(gate.greater(0), w, tf.zerosLike(w)).sum().asScalar(), false, [w]);
tf.grad((x: tf.Tensor) => tf.where(w.greater(0), x, tf.zerosLike(x)).sum())(xs).print();
const outside = w.greater(0);
tf.variableGrads(() => tf.where(outside, w, tf.zerosLike(w)).sum().asScalar());
