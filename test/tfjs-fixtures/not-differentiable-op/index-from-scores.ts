// An index that is computed from the scores picks a row: an index has no gradient.
import * as tf from "@tensorflow/tfjs";

const table = tf.variable(tf.randomNormal([4, 2]));
const scores = tf.variable(tf.tensor1d([0.1, 0.7, 0.2, 0.5]));
//    ^^^^^^ warning never-receives-gradient: `scores` never receives a gradient: it reaches the loss only through `gather()` on line 9, and an index is an integer, for which tfjs accepts no gradient, so a backward pass through it throws
//    ^^^^^^ 1: the leaf `scores`

tf.variableGrads(() => table.gather(scores.toInt()).sum().asScalar());
//                           ^^^^^^ error not-differentiable-op: `scores` reaches the loss only through `gather()`, and an index is an integer, for which tfjs accepts no gradient, so a backward pass through it throws
//                           ^^^^^^ 2: cut here: an index is an integer, for which tfjs accepts no gradient, so a backward pass through it throws
// ^^^^^^^^^^^^^ 3: `variableGrads()` differentiates the loss here
