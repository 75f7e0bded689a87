// Near computed-outside-closure: The function that is given away only calls others; a nested gradient is recorded along with it.
import * as tf from "@tensorflow/tfjs";

class Linear {
  readonly weight: tf.Variable;
  readonly bias: tf.Variable;

  constructor(inputs: number, outputs: number) {
    this.weight = tf.variable(tf.randomNormal([inputs, outputs]), true, `weight${inputs}`);
    this.bias = tf.variable(tf.zeros([outputs]), undefined, `bias${inputs}`);
  }

  apply(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => tf.add(tf.matMul(x, this.weight), this.bias));
  }
}

const layers = [new Linear(2, 4), new Linear(4, 1)];
const xs = tf.randomNormal([8, 2]);
const predict = (x: tf.Tensor): tf.Tensor => layers.reduce((value, layer) => layer.apply(value).tanh(), x);
const penalty = tf.variable(tf.scalar(0.1));

const optimizer = tf.train.momentum(0.1, 0.9);
const lossOf = (): tf.Scalar => {
  const slope = tf.grad((x: tf.Tensor) => predict(x).mul(penalty).sum())(xs);
  return predict(xs).square().mean().add(slope.square().mean()).asScalar();
};
const { value, grads } = optimizer.computeGradients(lossOf);
optimizer.applyGradients(grads);
value.print();
