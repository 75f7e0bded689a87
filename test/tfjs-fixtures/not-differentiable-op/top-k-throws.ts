// The best scores are taken with `topk()`, for which tfjs has no gradient function: `minimize()` throws.
import * as tf from "@tensorflow/tfjs";

const scores = tf.variable(tf.tensor1d([0.1, 0.7, 0.2]));
//    ^^^^^^ warning never-receives-gradient: `scores` never receives a gradient: it reaches the loss only through `topk()` on line 11, and tfjs has no gradient function for `TopK`, so a backward pass through it throws
//    ^^^^^^ 1: the leaf `scores`
const optimizer = tf.train.sgd(0.1);

optimizer.minimize(() => {
//        ^^^^^^^^ 3: `minimize()` differentiates the loss here
  const { values } = tf.topk(scores, 2);
//                      ^^^^ error not-differentiable-op: `scores` reaches the loss only through `topk()`, and tfjs has no gradient function for `TopK`, so a backward pass through it throws
//                      ^^^^ 2: cut here: tfjs has no gradient function for `TopK`, so a backward pass through it throws
  return values.sum().asScalar();
});
