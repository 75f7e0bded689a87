// Near computed-outside-closure: the model predicts inside, and a target network outside gives constants.
import * as tf from "@tensorflow/tfjs";

const layers = (): tf.Sequential => tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
const online = layers();
const target = layers();
const states = tf.tensor2d([[1, 2], [3, 4]]);
const optimizer = tf.train.adam(0.01);

for (let step = 0; step < 3; step++) {
  const next = (target.predict(states) as tf.Tensor).max(1);
  optimizer.minimize(() => {
    const values = (online.apply(states, { training: true }) as tf.Tensor).max(1);
    return tf.losses.meanSquaredError(next, values).asScalar();
  });
  if (step === 2) target.setWeights(online.getWeights());
}
