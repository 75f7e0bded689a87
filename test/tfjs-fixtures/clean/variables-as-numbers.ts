// Near unused-parameter: Variables that stand for numbers: nobody can name them any more when the program learns.
import * as tf from "@tensorflow/tfjs";

const slope = tf.variable(tf.scalar(Math.random()));
const optimizer = tf.train.sgd(0.5);
const predict = (x: tf.Tensor): tf.Tensor => x.mul(slope);

function parabola(heights: number[]): number[] {
  return tf.tidy(() => {
    const curve = tf.variable(tf.scalar(-1));
    const start = tf.variable(tf.scalar(60));
    const xs = tf.tensor1d(heights);
    return Array.from(xs.square().mul(curve).add(start).dataSync());
  });
}

const xs = tf.linspace(0, 1, 10);
for (let step = 0; step < 5; step++) optimizer.minimize(() => predict(xs).sub(1).square().mean().asScalar());
predict(tf.variable(tf.scalar(3))).print();
console.log(parabola([1, 2, 3]));
