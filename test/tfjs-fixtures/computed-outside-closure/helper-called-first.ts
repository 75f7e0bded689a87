// A function that anyone may call computes the error first; what is added inside has nothing to learn.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([0.5, 0.5]));
//    ^ warning never-receives-gradient: `w` never receives a gradient: `error` is computed outside the function given to `minimize()`, where ops are not recorded
//    ^ 1: the leaf `w`

function errorOf(xs: tf.Tensor, target: tf.Tensor): tf.Tensor {
  return xs.mul(w).sub(target).square();
}

export function step(): void {
  const error = errorOf(tf.tensor1d([1, 2]), tf.tensor1d([2, 4]));
//      ^^^^^ 2: `error` is computed from `w`
  const { value, grads } = tf.valueAndGrads((scale: tf.Tensor) => scale.mul(2).sum())([tf.scalar(1)]);
  value.print();
  console.log(grads.length);
  tf.train.adam(0.1).minimize(() => error.mean().asScalar());
//                                        ^^^^ error computed-outside-closure: `error` is computed outside the function given to `minimize()`, where ops are not recorded, so `w` receives no gradient and `minimize()` throws; compute it inside
//                                        ^^^^ 3: cut here: it is computed outside the function given to `minimize()`, where ops are not recorded
//                   ^^^^^^^^ 4: `minimize()` differentiates the loss here
}
