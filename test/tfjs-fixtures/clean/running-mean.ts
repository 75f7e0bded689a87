// unused-parameter: a variable that the program assigns to is a counter or a statistic, and nobody wants it to learn.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.scalar(1));
const mean = tf.variable(tf.scalar(0));
const optimizer = tf.train.sgd(0.1);
for (let step = 0; step < 3; step++) {
  const cost = optimizer.minimize(() => w.square().asScalar(), true);
  if (cost !== null) mean.assign(mean.mul(0.9).add(cost.mul(0.1)));
}
mean.print();
