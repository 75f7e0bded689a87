// The accuracy is to be maximized, but it counts equal indices, and no gradient passes that.
import * as tf from "@tensorflow/tfjs";

const normal = (shape: number[], deviation = 0.1): tf.Variable => tf.variable(tf.randomNormal(shape, 0, deviation));
const kernels1 = normal([5, 5, 1, 8]);
//    ^^^^^^^^ warning never-receives-gradient: `kernels1` never receives a gradient: it reaches the loss only through `equal()` on line 35, and tfjs has no gradient function for `Equal`, so a backward pass through it throws
//    ^^^^^^^^ 1: the leaf `kernels1`
const kernels2 = normal([5, 5, 8, 16]);
//    ^^^^^^^^ warning never-receives-gradient: `kernels2` never receives a gradient: it reaches the loss only through `equal()` on line 35, and tfjs has no gradient function for `Equal`, so a backward pass through it throws
const dense = normal([7 * 7 * 16, 10], 1 / Math.sqrt(7 * 7 * 16));
//    ^^^^^ warning never-receives-gradient: `dense` never receives a gradient: it reaches the loss only through `equal()` on line 35, and tfjs has no gradient function for `Equal`, so a backward pass through it throws
const bias = tf.variable(tf.zeros([10]));
//    ^^^^ warning never-receives-gradient: `bias` never receives a gradient: it reaches the loss only through `equal()` on line 35, and tfjs has no gradient function for `Equal`, so a backward pass through it throws
const optimizer = tf.train.adam(0.01);

function logitsOf(images: tf.Tensor): tf.Tensor {
  const pictures = images.as4D(-1, 28, 28, 1);
  const first = tf.tidy(() => pictures.conv2d(kernels1 as tf.Tensor4D, 1, "same").relu().maxPool([2, 2], 2, 0));
  const second = tf.tidy(() => first.conv2d(kernels2 as tf.Tensor4D, 1, "same").relu().maxPool([2, 2], 2, 0));
//      ^^^^^^ 2: `second` is computed from `kernels1`
  return second.as2D(-1, dense.shape[0]!).matMul(dense).add(bias);
}

function nextBatch(size: number): { xs: tf.Tensor; labels: tf.Tensor } {
  const digits = Array.from({ length: size }, () => Math.floor(Math.random() * 10));
  return { xs: tf.randomUniform([size, 784]), labels: tf.oneHot(tf.tensor1d(digits, "int32"), 10) };
}

function accuracy(images: tf.Tensor, labels: tf.Tensor): number {
  return tf.tidy(() => logitsOf(images).argMax(1).equal(labels.argMax(1)).mean().dataSync()[0] ?? NaN);
}

for (let step = 0; step < 2; step++) {
  const { xs, labels } = nextBatch(4);
  const cost = optimizer.minimize(() => logitsOf(xs).argMax(1).equal(labels.argMax(1)).mean().neg().asScalar(), true);
//                                                             ^^^^^ error not-differentiable-op: `kernels1`, `kernels2`, `dense` and `bias` reach the loss only through `equal()`, and tfjs has no gradient function for `Equal`, so a backward pass through it throws
//                                                             ^^^^^ 3: cut here: tfjs has no gradient function for `Equal`, so a backward pass through it throws
//                       ^^^^^^^^ 4: `minimize()` differentiates the loss here
  console.log(step, cost?.dataSync()[0], accuracy(xs, labels));
  tf.dispose([xs, labels]);
}
