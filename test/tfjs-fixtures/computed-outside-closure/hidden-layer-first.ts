// The hidden layer of the head runs with the frozen base, outside, so its weights never learn.
import * as tf from "@tensorflow/tfjs";

const base = tf.sequential({
  layers: [tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3 }), tf.layers.flatten()],
});
for (const layer of base.layers) layer.trainable = false;

const hidden = tf.variable(tf.randomNormal([144, 8], 0, 0.1));
//    ^^^^^^ warning never-receives-gradient: `hidden` never receives a gradient: `features` is computed outside the function given to `minimize()`, where ops are not recorded
//    ^^^^^^ 1: the leaf `hidden`
const hiddenBias = tf.variable(tf.zeros([8]));
//    ^^^^^^^^^^ warning never-receives-gradient: `hiddenBias` never receives a gradient: `features` is computed outside the function given to `minimize()`, where ops are not recorded
const out = tf.variable(tf.randomNormal([8, 2], 0, 0.1));
const scale = tf.variable(tf.scalar(1 / 255), false);
const optimizer = tf.train.adam(0.001);

const embed = (pictures: tf.Tensor): tf.Tensor => tf.tidy(() => base.predict(pictures.mul(scale)) as tf.Tensor);
const activate = (features: tf.Tensor): tf.Tensor => features.matMul(hidden).add(hiddenBias).relu();
const head = (activated: tf.Tensor): tf.Tensor => activated.matMul(out);
//                                                          ^^^^^^ error computed-outside-closure: `features` is computed outside the function given to `minimize()`, where ops are not recorded, so `hidden` and `hiddenBias` receive no gradient; compute it inside
//            ^^^^^^^^^ 2: `features` is passed to `head` as `activated`
//                                                          ^^^^^^ 3: cut here: it is computed outside the function given to `minimize()`, where ops are not recorded

const features = activate(embed(tf.randomUniform([6, 8, 8, 3], 0, 255)));
const labels = tf.oneHot(tf.tensor1d([0, 1, 0, 1, 0, 1], "int32"), 2);

for (let epoch = 0; epoch < 3; epoch++) {
  const cost = optimizer.minimize(
//                       ^^^^^^^^ 4: `minimize()` differentiates the loss here
    () => tf.losses.softmaxCrossEntropy(labels, tf.dropout(head(features), 0.1)).asScalar(),
    true,
    [hidden, hiddenBias, out],
  );
  console.log(epoch, cost?.dataSync()[0]);
}
console.log(head(activate(embed(tf.zeros([1, 8, 8, 3])))).softmax().arraySync());
