// Near never-receives-gradient: A regression in a class: data is normalized outside, and the loss is read as a number inside, for a plot.
import * as tf from "@tensorflow/tfjs";

class LinearRegression {
  readonly slope = tf.variable(tf.scalar(0));
  readonly offset = tf.variable(tf.scalar(0));
  readonly optimizer = tf.train.sgd(0.1);
  readonly history: number[] = [];

  predict(xs: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.slope.mul(xs).add(this.offset));
  }

  step(xs: tf.Tensor, ys: tf.Tensor): void {
    this.optimizer.minimize(() => {
      const loss = tf.losses.meanSquaredError(ys, this.predict(xs)) as tf.Scalar;
      this.history.push(loss.dataSync()[0] ?? NaN);
      return loss;
    });
  }
}

function normalized(values: number[]): tf.Tensor1D {
  const { mean, variance } = tf.moments(tf.tensor1d(values));
  return tf.tensor1d(values).sub(mean).div(variance.sqrt()) as tf.Tensor1D;
}

async function main(): Promise<void> {
  const model = new LinearRegression();
  const areas = normalized([50, 70, 90, 120]);
  const prices = normalized([110, 160, 190, 260]);
  for (let epoch = 0; epoch < 20; epoch++) {
    model.step(areas, prices);
    await tf.nextFrame();
  }
  const [best] = await model.predict(areas).data();
  console.log(best, model.slope.dataSync()[0], model.history.at(-1));
}

void main();
