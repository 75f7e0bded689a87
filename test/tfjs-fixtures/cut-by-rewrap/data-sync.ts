// Both weights are read as plain numbers on their way to the loss.
import * as tf from "@tensorflow/tfjs";

const a = tf.variable(tf.scalar(1));
//    ^ warning never-receives-gradient: `a` never receives a gradient: only its value, read with `dataSync()` on line 13, reaches the loss
//    ^ 1: the leaf `a`
const b = tf.variable(tf.scalar(2));
//    ^ warning never-receives-gradient: `b` never receives a gradient: only its value, read with `dataSync()` on line 13, reaches the loss
const c = tf.variable(tf.scalar(3));

tf.variableGrads(() => {
// ^^^^^^^^^^^^^ 3: `variableGrads()` differentiates the loss here
  const sum = a.add(b).dataSync();
//                     ^^^^^^^^ information cut-by-rewrap: this `dataSync()` is why `a` and `b` receive no gradient: the tensor that is made of the value is a new one
//                     ^^^^^^^^ 2: cut here: `dataSync()` gives plain numbers, which carry no history
  return tf.tensor1d(Array.from(sum)).mul(c).sum().asScalar();
});
