// Near computed-outside-closure: The data is made with variables that nobody can name any more when the training begins.
import * as tf from "@tensorflow/tfjs";

const slope = tf.variable(tf.scalar(Math.random()));
const offset = tf.variable(tf.scalar(Math.random()));
const optimizer = tf.train.sgd(0.5);

function makeData(count: number, truth: { slope: number; offset: number }): { xs: tf.Tensor; ys: tf.Tensor } {
  return tf.tidy(() => {
    const [a, b] = [tf.variable(tf.scalar(truth.slope)), tf.variable(tf.scalar(truth.offset))] as const;
    const xs = tf.randomUniform([count], -1, 1);
    return { xs, ys: xs.mul(a).add(b).add(tf.randomNormal([count], 0, 0.01)) };
  });
}

const { xs, ys } = makeData(50, { slope: 2, offset: -1 });
for (let step = 0; step < 10; step++) {
  optimizer.minimize(() => xs.mul(slope).add(offset).sub(ys).square().mean().asScalar());
}
