// Whoever differentiates the prediction of a model must let the model predict inside.
import * as tf from "@tensorflow/tfjs";

const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
const xs = tf.tensor2d([[1, 2], [3, 4]]);
const ys = tf.tensor2d([[1], [2]]);

export function step(optimizer: tf.Optimizer): void {
  const prediction = model.predict(xs) as tf.Tensor;
  const loss = prediction.sub(ys).square().mean().asScalar();
  const { grads } = tf.variableGrads(() => loss);
//                     ^^^^^^^^^^^^^ error computed-outside-closure: `loss` is computed outside the function given to `variableGrads()`, where ops are not recorded, so `variableGrads()` throws; compute it inside
//                     ^^^^^^^^^^^^^ 1: `variableGrads()` differentiates `loss` here
  optimizer.applyGradients(grads);
}

step(tf.train.sgd(0.1));

export class Trainer {
  private readonly optimizer = tf.train.adam(0.001);

  trainBatch(inputs: tf.Tensor, targets: tf.Tensor): void {
    const cost = tf.tidy(() => tf.losses.softmaxCrossEntropy(targets, model.predict(inputs) as tf.Tensor).asScalar());
    this.optimizer.minimize(() => cost);
//                 ^^^^^^^^ error computed-outside-closure: `cost` is computed outside the function given to `minimize()`, where ops are not recorded, so `minimize()` throws; compute it inside
  }
}
