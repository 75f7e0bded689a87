// The gate enters only as a condition, by a comparison that tfjs cannot differentiate.
import * as tf from "@tensorflow/tfjs";

const gate = tf.variable(tf.tensor1d([0.1, -0.7]));
//    ^^^^ warning never-receives-gradient: `gate` never receives a gradient: it reaches the loss only through `greater()` on line 9, and tfjs has no gradient function for `Greater`, so a backward pass through it throws
//    ^^^^ 1: the leaf `gate`
const w = tf.variable(tf.tensor1d([1, 2]));

tf.variableGrads(() => tf.where(gate.greater(0), w, tf.zerosLike(w)).sum().asScalar());
//                                   ^^^^^^^ error not-differentiable-op: `gate` reaches the loss only through `greater()`, and tfjs has no gradient function for `Greater`, so a backward pass through it throws
//                                   ^^^^^^^ 2: cut here: tfjs has no gradient function for `Greater`, so a backward pass through it throws
// ^^^^^^^^^^^^^ 3: `variableGrads()` differentiates the loss here
