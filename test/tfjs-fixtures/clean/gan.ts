// Near never-receives-gradient: Each network of a GAN has its own list and optimizer, and the pictures shown are read outside.
import * as tf from "@tensorflow/tfjs";

const layer = (from: number, to: number) => ({
  w: tf.variable(tf.randomNormal([from, to], 0, 0.5)),
  b: tf.variable(tf.zeros([to])),
});
const generator = [layer(3, 8), layer(8, 2)];
const discriminator = [layer(2, 8), layer(8, 1)];
type Net = typeof generator;
const variablesOf = (net: Net): tf.Variable[] => net.flatMap(({ w, b }) => [w, b]);

function run(net: Net, input: tf.Tensor): tf.Tensor {
  return net.reduce((x, { w, b }, at) => {
    const sum = x.matMul(w).add(b);
    return at < net.length - 1 ? sum.leakyRelu(0.2) : sum;
  }, input);
}

const generate = (count: number): tf.Tensor => run(generator, tf.randomNormal([count, 3]));
const crossEntropy = (labels: tf.Tensor, logits: tf.Tensor): tf.Scalar =>
  tf.losses.sigmoidCrossEntropy(labels, logits).asScalar();
const forGenerator = tf.train.adam(0.005);
const forDiscriminator = tf.train.adam(0.005);

for (let step = 0; step < 3; step++) {
  const real = tf.randomNormal([16, 2], 3, 0.5);
  forDiscriminator.minimize(
    () => {
      const onReal = crossEntropy(tf.ones([16, 1]).mul(0.9), run(discriminator, real));
      const onFake = crossEntropy(tf.zeros([16, 1]), run(discriminator, generate(16)));
      return onReal.add(onFake) as tf.Scalar;
    },
    false,
    variablesOf(discriminator),
  );
  forGenerator.minimize(
    () => crossEntropy(tf.ones([16, 1]), run(discriminator, generate(16))),
    false,
    variablesOf(generator),
  );
  console.log(generate(2).arraySync());
}
