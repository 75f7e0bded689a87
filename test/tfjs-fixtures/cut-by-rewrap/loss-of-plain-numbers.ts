// The error is computed with plain numbers and wrapped again: the regression never learns.
import * as tf from "@tensorflow/tfjs";

class LinearRegression {
  readonly slope = tf.variable(tf.scalar(0));
//         ^^^^^ warning never-receives-gradient: `slope` never receives a gradient: only its value, read with `dataSync()` on line 21, reaches `loss`
//         ^^^^^ 1: the leaf `slope`
  readonly offset = tf.variable(tf.scalar(0));
//         ^^^^^^ warning never-receives-gradient: `offset` never receives a gradient: only its value, read with `dataSync()` on line 21, reaches `loss`
  readonly optimizer = tf.train.sgd(0.1);
  readonly history: number[] = [];

  predict(xs: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.slope.mul(xs).add(this.offset));
  }

  step(xs: tf.Tensor, ys: tf.Tensor): void {
    this.optimizer.minimize(() => {
//                 ^^^^^^^^ error loss-has-no-grad: `loss` depends on no trainable variable, so `minimize()` throws
//                 ^^^^^^^^ 3: `minimize()` differentiates `loss` here
      const predicted = tf.tensor1d(Array.from(this.predict(xs).dataSync()));
//                                                              ^^^^^^^^ information cut-by-rewrap: this `dataSync()` is why `slope` and `offset` receive no gradient: the tensor that is made of the value is a new one
//                                                              ^^^^^^^^ 2: cut here: `dataSync()` gives plain numbers, which carry no history
      const loss = tf.losses.meanSquaredError(ys, predicted) as tf.Scalar;
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
