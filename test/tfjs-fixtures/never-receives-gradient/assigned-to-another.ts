// The target takes over the value of `w`, and only the target is in the loss.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.scalar(3));
//    ^ warning never-receives-gradient: `w` never receives a gradient: only its value, copied by `assign()` on line 9, reaches the loss
//    ^ 1: the leaf `w`
const target = tf.variable(tf.scalar(0));
//    ^^^^^^ 3: `target` carries no gradient to `w`
target.assign(w.mul(2));
//     ^^^^^^ information cut-by-data: this `assign()` is why `w` receives no gradient
//     ^^^^^^ 2: cut here: `assign()` takes over the value alone, without its history
tf.train.adam(0.1).minimize(() => target.square().sum().asScalar());
//                 ^^^^^^^^ 4: `minimize()` differentiates the loss here
