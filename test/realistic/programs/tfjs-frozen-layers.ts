import * as tf from "@tensorflow/tfjs";

/** Transfer learning by hand: a pretrained base that is frozen, and a head that learns. */
const base = { weights: tf.variable(tf.randomNormal([64, 32]), false), bias: tf.variable(tf.zeros([32]), false) };
const head = { weights: tf.variable(tf.randomNormal([32, 4], 0, 0.05)), bias: tf.variable(tf.zeros([4])) };

const embed = (images: tf.Tensor2D) =>
  images
    .matMul(base.weights as tf.Tensor2D)
    .add(base.bias)
    .relu() as tf.Tensor2D;
const classify = (embedded: tf.Tensor2D) => embedded.matMul(head.weights as tf.Tensor2D).add(head.bias) as tf.Tensor2D;

interface Example {
  image: tf.Tensor2D;
  label: number;
}

class Controller {
  private xs: tf.Tensor2D | null = null;
  private ys: tf.Tensor2D | null = null;

  addExample({ image, label }: Example): void {
    const activation = embed(image);
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d([label]).toInt(), 4).toFloat()) as tf.Tensor2D;
    if (this.xs === null || this.ys === null) {
      this.xs = tf.keep(activation);
      this.ys = tf.keep(y);
      return;
    }
    const [oldX, oldY] = [this.xs, this.ys];
    this.xs = tf.keep(oldX.concat(activation, 0));
    this.ys = tf.keep(oldY.concat(y, 0));
    oldX.dispose();
    oldY.dispose();
  }

  train(optimizer: tf.Optimizer, epochs: number): void {
    const { xs, ys } = this;
    if (xs === null || ys === null) throw new Error("Add some examples before training!");
    for (let epoch = 0; epoch < epochs; epoch++) {
      const cost = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(ys, classify(xs)) as tf.Scalar, true);
      console.log(cost?.dataSync()[0].toFixed(5));
    }
  }

  predict(image: tf.Tensor2D): number {
    return tf.tidy(() => classify(embed(image)).argMax(1).dataSync()[0]);
  }
}

const controller = new Controller();
for (let i = 0; i < 8; i++) controller.addExample({ image: tf.randomUniform([1, 64]) as tf.Tensor2D, label: i % 4 });
controller.train(tf.train.adam(0.0001), 20);
console.log(controller.predict(tf.randomUniform([1, 64]) as tf.Tensor2D));

// twin: "embedded.matMul(head.weights as tf.Tensor2D).add(head.bias)" becomes "embedded.matMul(head.weights as tf.Tensor2D)" finds unused-parameter
