// The embedding goes through `arraySync()`, a list, and comes back without its history.
import * as tf from "@tensorflow/tfjs";

const embedding = tf.variable(tf.randomNormal([3, 2]));
//    ^^^^^^^^^ warning never-receives-gradient: `embedding` never receives a gradient: only its value, read with `arraySync()` on line 11, reaches the loss
//    ^^^^^^^^^ 1: the leaf `embedding`
const head = tf.variable(tf.randomNormal([2, 1]));

tf.variableGrads(() => {
// ^^^^^^^^^^^^^ 3: `variableGrads()` differentiates the loss here
  const rows = embedding.arraySync() as number[][];
//                       ^^^^^^^^^ information cut-by-rewrap: this `arraySync()` is why `embedding` receives no gradient: the tensor that is made of the value is a new one
//                       ^^^^^^^^^ 2: cut here: `arraySync()` gives plain numbers, which carry no history
  return tf.tensor2d(rows).matMul(head).mean().asScalar();
});
