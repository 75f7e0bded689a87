import * as tf from "@tensorflow/tfjs";

const a = tf.variable(tf.scalar(Math.random()));
const b = tf.variable(tf.scalar(Math.random()));
const c = tf.variable(tf.scalar(Math.random()));
const d = tf.variable(tf.scalar(Math.random()));

const learningRate = 0.5;
const optimizer = tf.train.sgd(learningRate);

function predict(x: tf.Tensor) {
  // y = a * x ^ 3 + b * x ^ 2 + c * x + d
  return tf.tidy(() => {
    return a
      .mul(x.pow(tf.scalar(3, "int32")))
      .add(b.mul(x.square()))
      .add(c.mul(x))
      .add(d);
  });
}

function loss(prediction: tf.Tensor, labels: tf.Tensor) {
  return prediction.sub(labels).square().mean() as tf.Scalar;
}

async function train(xs: tf.Tensor, ys: tf.Tensor, iterations: number) {
  for (let iter = 0; iter < iterations; iter++) {
    optimizer.minimize(() => {
      const pred = predict(xs);
      return loss(pred, ys);
    });
    await tf.nextFrame();
  }
}

function generateData(points: number, coeff: { a: number; b: number; c: number; d: number }, sigma = 0.04) {
  return tf.tidy(() => {
    const [ka, kb, kc, kd] = [tf.scalar(coeff.a), tf.scalar(coeff.b), tf.scalar(coeff.c), tf.scalar(coeff.d)];
    const xs = tf.randomUniform([points], -1, 1);
    const three = tf.scalar(3, "int32");
    const ys = ka
      .mul(xs.pow(three))
      .add(kb.mul(xs.square()))
      .add(kc.mul(xs))
      .add(kd)
      .add(tf.randomNormal([points], 0, sigma));
    const ymin = ys.min();
    const yrange = ys.max().sub(ymin);
    return { xs, ys: ys.sub(ymin).div(yrange) };
  });
}

const data = generateData(100, { a: -0.8, b: -0.2, c: 0.9, d: 0.5 });
const before = predict(data.xs);
before.print();
before.dispose();
await train(data.xs, data.ys, 75);
console.log(a.dataSync()[0], b.dataSync()[0], c.dataSync()[0], d.dataSync()[0]);

// twin: ".add(c.mul(x))" becomes "" finds unused-parameter
// twin: "prediction.sub(labels).square().mean()" becomes "prediction.greater(labels).mean()" finds not-differentiable-op
