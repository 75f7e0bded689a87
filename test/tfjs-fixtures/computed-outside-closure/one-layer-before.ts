// The first layer is computed once, before the loop: only the second one learns.
import * as tf from "@tensorflow/tfjs";

const encoder = tf.variable(tf.randomNormal([2, 3]));
//    ^^^^^^^ warning never-receives-gradient: `encoder` never receives a gradient: `hidden` is computed outside the function given to `minimize()`, where ops are not recorded
//    ^^^^^^^ 1: the leaf `encoder`
const head = tf.variable(tf.randomNormal([3, 1]));
const xs = tf.tensor2d([[1, 2], [3, 4]]);
const optimizer = tf.train.sgd(0.1);
const hidden = tf.relu(tf.matMul(xs, encoder));
//    ^^^^^^ 2: `hidden` is computed from `encoder`

for (let step = 0; step < 10; step++) {
  optimizer.minimize(() => tf.matMul(hidden, head).square().mean().asScalar());
//                            ^^^^^^ error computed-outside-closure: `hidden` is computed outside the function given to `minimize()`, where ops are not recorded, so `encoder` receives no gradient; compute it inside
//                            ^^^^^^ 3: cut here: it is computed outside the function given to `minimize()`, where ops are not recorded
//          ^^^^^^^^ 4: `minimize()` differentiates the loss here
}
