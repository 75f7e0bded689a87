// Near computed-outside-closure and loss-has-no-grad: Models, optimizers and callbacks that are not followed: whatever they are given may learn.
import * as tf from "@tensorflow/tfjs";
import { visit } from "./somewhere.js";

const scale = tf.variable(tf.scalar(1));
const shift = tf.variable(tf.scalar(0));
const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
const xs = tf.tensor2d([[1, 2], [3, 4]]);

export function step(optimizer: tf.Optimizer): void {
  optimizer.minimize(() => (model.predict(xs) as tf.Tensor).mul(scale).mean().asScalar());
  let hidden = tf.zeros([1]);
  tf.variableGrads(() => {
    visit(() => {
      hidden = shift.mul(2);
    });
    return hidden.sum().asScalar();
  });
  tf.variableGrads(() => (model.apply(xs) as tf.Tensor).mean().asScalar());
}

model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
await model.fit(xs, tf.tensor2d([[1], [2]]));
