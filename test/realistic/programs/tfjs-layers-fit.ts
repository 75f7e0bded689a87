import * as tf from "@tensorflow/tfjs";

const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [784], units: 128, activation: "relu" }),
    tf.layers.dropout({ rate: 0.2 }),
    tf.layers.dense({ units: 10, activation: "softmax" }),
  ],
});
model.compile({ optimizer: tf.train.adam(), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
model.layers[0].trainable = false;

const xs = tf.randomUniform([256, 784]);
const ys = tf.oneHot(tf.randomUniform([256], 0, 10, "int32"), 10);
const history = await model.fit(xs, ys, { epochs: 2, batchSize: 32, validationSplit: 0.1, shuffle: true });
console.log(history.history.loss);
const predictions = model.predict(xs) as tf.Tensor;
const accuracy = predictions.argMax(1).equal(ys.argMax(1)).mean();
console.log(accuracy.dataSync()[0]);
tf.dispose([xs, ys, predictions, accuracy]);
