// The loss is rebuilt from a number.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, 2]));
//    ^ warning never-receives-gradient: `w` never receives a gradient: only its value, read with `dataSync()` on line 12, reaches the loss
//    ^ 1: the leaf `w`
const optimizer = tf.train.sgd(0.1);

optimizer.minimize(() => {
//        ^^^^^^^^ error loss-has-no-grad: what the function returns depends on no trainable variable, so `minimize()` throws
//        ^^^^^^^^ 3: `minimize()` differentiates the loss here
  const total = w.square().sum().dataSync()[0] ?? 0;
//                               ^^^^^^^^ information cut-by-rewrap: this `dataSync()` is why `w` receives no gradient: the tensor that is made of the value is a new one
//                               ^^^^^^^^ 2: cut here: `dataSync()` gives plain numbers, which carry no history
  return tf.scalar(total);
});
