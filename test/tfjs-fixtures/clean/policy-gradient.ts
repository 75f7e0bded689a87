// Near not-differentiable-op: Advantages are rebuilt from host values, actions are sampled: constants by design. The policy is live.
import * as tf from "@tensorflow/tfjs";

const policy = tf.variable(tf.randomNormal([4, 2]));
const optimizer = tf.train.adam(0.01);
const states = tf.randomNormal([8, 4]);

for (let episode = 0; episode < 3; episode++) {
  const logits = tf.matMul(states, policy);
  const actions = tf.multinomial(logits as tf.Tensor2D, 1).dataSync();
  const rewards = Array.from(actions).map((action) => (action === 0 ? 1 : 0));
  optimizer.minimize(() => {
    const chosen = tf.oneHot(tf.tensor1d(Array.from(actions), "int32"), 2);
    const logProbabilities = tf.logSoftmax(tf.matMul(states, policy)).mul(chosen).sum(1);
    const accuracy = tf.matMul(states, policy).argMax(1).equal(tf.tensor1d(Array.from(actions), "int32")).mean();
    accuracy.print();
    return logProbabilities.mul(tf.tensor1d(rewards)).mean().neg().asScalar();
  });
}
