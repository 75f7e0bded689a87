// A relu by hand: the comparison lies on a path to the loss, so tfjs throws, although the other path would do.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, -2]));
//    ^ 1: the leaf `w`
const xs = tf.tensor1d([3, 4]);
const relu = (x: tf.Tensor): tf.Tensor => tf.where(x.greater(0), x, tf.zerosLike(x));
//                                                   ^^^^^^^ error not-differentiable-op: `w` reaches the loss through `greater()`, and tfjs has no gradient function for `Greater`, so a backward pass through it throws

const optimizer = tf.train.sgd(0.1);
for (let step = 0; step < 3; step++) {
  optimizer.minimize(() => relu(xs.mul(w)).sum().asScalar());
//          ^^^^^^^^ 2: `minimize()` differentiates the loss here
}
