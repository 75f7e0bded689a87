// Near computed-outside-closure: The teacher answers outside, and only the student is in the list of what is to learn.
import * as tf from "@tensorflow/tfjs";

const network = (): { hidden: tf.Variable; out: tf.Variable } => ({
  hidden: tf.variable(tf.randomNormal([3, 6])),
  out: tf.variable(tf.randomNormal([6, 2])),
});
const teacher = network();
const student = network();
const temperature = tf.variable(tf.scalar(2));
const answer = (xs: tf.Tensor, { hidden, out }: ReturnType<typeof network>): tf.Tensor =>
  xs.matMul(hidden).relu().matMul(out);
const optimizer = tf.train.adam(0.01);

for (let step = 0; step < 3; step++) {
  const xs = tf.randomNormal([8, 3]);
  const wanted = answer(xs, teacher).div(temperature).softmax();
  optimizer.minimize(
    () => tf.losses.softmaxCrossEntropy(wanted, answer(xs, student)).asScalar(),
    false,
    Object.values(student),
  );
}
