// Near unused-parameter: A layer of one's own makes its weights in `build()` and reads them in `call()`; the model trains them.
import * as tf from "@tensorflow/tfjs";

class Scale extends tf.layers.Layer {
  static className = "Scale";
  private factor: tf.LayerVariable | null = null;

  override build(inputShape: tf.Shape): void {
    this.factor = this.addWeight("factor", [inputShape.at(-1)!], "float32", tf.initializers.ones());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const input = Array.isArray(inputs) ? inputs[0]! : inputs;
      return input.mul(this.factor!.read());
    });
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }
}
tf.serialization.registerClass(Scale);

async function main(): Promise<void> {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 4, inputShape: [3], activation: "relu" }));
  model.add(new Scale({}));
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError", metrics: ["mae"] });
  await model.fit(tf.randomNormal([8, 3]), tf.randomNormal([8, 1]), { epochs: 2, verbose: 0 });
  (model.predict(tf.zeros([1, 3])) as tf.Tensor).print();
}

void main();
