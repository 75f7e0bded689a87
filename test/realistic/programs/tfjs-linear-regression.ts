import * as tf from "@tensorflow/tfjs";

const trueSlope = -0.8;
const trueOffset = 1.5;
const xs = tf.tidy(() => tf.randomUniform([100], -1, 1));
const ys = tf.tidy(() =>
  xs
    .mul(trueSlope)
    .add(trueOffset)
    .add(tf.randomNormal([100], 0, 0.05)),
);

const slope = tf.variable(tf.scalar(Math.random()));
const offset = tf.variable(tf.scalar(Math.random()));
const optimizer = tf.train.sgd(0.3);

function predict(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => slope.mul(x).add(offset));
}

function loss(predictions: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  return predictions.sub(labels).square().mean() as tf.Scalar;
}

async function train(epochs: number): Promise<void> {
  for (let epoch = 0; epoch < epochs; epoch++) {
    const cost = optimizer.minimize(() => loss(predict(xs), ys), true);
    if (epoch % 10 === 0) console.log(epoch, (await cost!.data())[0]);
    cost!.dispose();
    await tf.nextFrame();
  }
}

await train(100);
console.log(slope.dataSync()[0], offset.dataSync()[0]);

// twin: "slope.mul(x).add(offset)" becomes "slope.mul(x).add(tf.scalar(offset.dataSync()[0]))" finds never-receives-gradient
// twin: "optimizer.minimize(() => loss(predict(xs), ys), true)" becomes "(() => { const l = loss(predict(xs), ys); return optimizer.minimize(() => l, true); })()" finds never-receives-gradient
