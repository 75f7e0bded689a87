// Near not-differentiable-op: A convolutional network of plain variables; `argMax()` and `equal()` only measure how good it is.
import * as tf from "@tensorflow/tfjs";

const normal = (shape: number[], deviation = 0.1): tf.Variable => tf.variable(tf.randomNormal(shape, 0, deviation));
const kernels1 = normal([5, 5, 1, 8]);
const kernels2 = normal([5, 5, 8, 16]);
const dense = normal([7 * 7 * 16, 10], 1 / Math.sqrt(7 * 7 * 16));
const bias = tf.variable(tf.zeros([10]));
const optimizer = tf.train.adam(0.01);

function logitsOf(images: tf.Tensor): tf.Tensor {
  const pictures = images.as4D(-1, 28, 28, 1);
  const first = tf.tidy(() => pictures.conv2d(kernels1 as tf.Tensor4D, 1, "same").relu().maxPool([2, 2], 2, 0));
  const second = tf.tidy(() => first.conv2d(kernels2 as tf.Tensor4D, 1, "same").relu().maxPool([2, 2], 2, 0));
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
  const cost = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(labels, logitsOf(xs)).mean().asScalar(), true);
  console.log(step, cost?.dataSync()[0], accuracy(xs, labels));
  tf.dispose([xs, labels]);
}
