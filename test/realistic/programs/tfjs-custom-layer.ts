import * as tf from "@tensorflow/tfjs";

class Antirectifier extends tf.layers.Layer {
  scale!: tf.LayerVariable;

  build(): void {
    this.scale = this.addWeight("scale", [1], "float32", tf.initializers.ones());
  }

  computeOutputShape(inputShape: number[]): number[] {
    return [inputShape[0], 2 * inputShape[1]];
  }

  call(input: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(input) ? input[0] : input;
      const centered = tf.sub(x, tf.mean(x, 1, true));
      const normalized = tf.div(centered, tf.sqrt(tf.mean(tf.square(centered), 1, true).add(1e-6)));
      return tf.concat([tf.relu(normalized), tf.relu(tf.neg(normalized))], 1).mul(this.scale.read());
    });
  }

  static get className(): string {
    return "Antirectifier";
  }
}
tf.serialization.registerClass(Antirectifier);

const model = tf.sequential();
model.add(tf.layers.dense({ units: 16, inputShape: [4] }));
model.add(new Antirectifier());
model.add(tf.layers.dense({ units: 1 }));
const mixing = tf.variable(tf.scalar(0.5));
const optimizer = tf.train.sgd(0.01);
const xs = tf.randomNormal([32, 4]);
const ys = tf.sum(xs, 1, true);
for (let i = 0; i < 10; i++) {
  optimizer.minimize(() => tf.losses.meanSquaredError(ys, (model.apply(xs) as tf.Tensor).mul(mixing)) as tf.Scalar);
}

// twin: "(model.apply(xs) as tf.Tensor).mul(mixing)" becomes "model.apply(xs) as tf.Tensor" finds unused-parameter
