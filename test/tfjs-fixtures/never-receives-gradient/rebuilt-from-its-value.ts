// The scale goes out as a number and comes back as a constant.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, 2]));
const scale = tf.variable(tf.scalar(2));
//    ^^^^^ warning never-receives-gradient: `scale` never receives a gradient: only its value, read with `dataSync()` on line 12, reaches the loss
//    ^^^^^ 1: the leaf `scale`
const xs = tf.tensor1d([3, 4]);

const { grads } = tf.variableGrads(() => {
//                   ^^^^^^^^^^^^^ 3: `variableGrads()` differentiates the loss here
  const factor = scale.dataSync()[0] ?? 1;
//                     ^^^^^^^^ information cut-by-rewrap: this `dataSync()` is why `scale` receives no gradient: the tensor that is made of the value is a new one
//                     ^^^^^^^^ 2: cut here: `dataSync()` gives plain numbers, which carry no history
  return xs.mul(w).mul(tf.scalar(factor)).sum().asScalar();
});
console.log(Object.keys(grads));
