// Near computed-outside-closure: A layers model in a loop of its own: it is applied inside, and once more outside to report.
import * as tf from "@tensorflow/tfjs";

const model = tf.sequential();
model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: "relu" }));
model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
model.add(tf.layers.flatten());
model.add(tf.layers.dense({ units: 3 }));
const optimizer = tf.train.rmsprop(0.01);

const images = tf.randomNormal([6, 8, 8, 1]);
const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], "int32"), 3);
const before = tf.losses.softmaxCrossEntropy(labels, model.predict(images) as tf.Tensor);
before.print();

for (let epoch = 0; epoch < 3; epoch++) {
  const { value, grads } = optimizer.computeGradients(() => {
    const logits = model.apply(images, { training: true }) as tf.Tensor;
    return tf.losses.softmaxCrossEntropy(labels, logits).asScalar();
  });
  const clipped: tf.NamedTensorMap = {};
  for (const name of Object.keys(grads)) clipped[name] = tf.clipByValue(grads[name]!, -1, 1);
  optimizer.applyGradients(clipped);
  const hits = (model.predict(images) as tf.Tensor).argMax(1).equal(labels.argMax(1)).sum();
  console.log(epoch, value.dataSync()[0], hits.dataSync()[0]);
}
