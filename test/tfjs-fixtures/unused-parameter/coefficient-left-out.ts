// The constant term has a coefficient of its own, which the prediction leaves out.
import * as tf from "@tensorflow/tfjs";

const degree = 3;
const coefficients: tf.Variable[] = [];
for (let power = 0; power <= degree; power++) coefficients.push(tf.variable(tf.scalar(Math.random())));
const constant = tf.variable(tf.scalar(0));
//    ^^^^^^^^ warning unused-parameter: no loss depends on `constant`, so it never receives a gradient
const optimizer = tf.train.adam(0.05);

function predict(xs: tf.Tensor): tf.Tensor {
  let sum: tf.Tensor = tf.zerosLike(xs);
  for (let power = 0; power <= degree; power++) {
    sum = sum.add(coefficients[power]!.mul(xs.pow(tf.scalar(power, "int32"))));
  }
  return sum;
}

const loss = (predicted: tf.Tensor, wanted: tf.Tensor): tf.Scalar => predicted.sub(wanted).square().mean().asScalar();

const xs = tf.randomUniform([40], -1, 1);
const ys = xs.pow(tf.scalar(3, "int32")).add(xs.mul(0.5)).add(tf.randomNormal([40], 0, 0.05));

for (let step = 0; step < 30; step++) {
  const cost = optimizer.minimize(() => loss(predict(xs), ys), true, coefficients);
  if (step % 10 === 0) console.log(step, cost?.dataSync()[0]);
  cost?.dispose();
}
constant.print();
console.log(coefficients.map((coefficient) => coefficient.dataSync()[0]));
