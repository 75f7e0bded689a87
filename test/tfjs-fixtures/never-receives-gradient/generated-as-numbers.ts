// The generator is trained on pictures that were read out and made anew, so it never learns.
import * as tf from "@tensorflow/tfjs";

const layer = (from: number, to: number) => ({
  w: tf.variable(tf.randomNormal([from, to], 0, 0.5)),
  b: tf.variable(tf.zeros([to])),
});
const generator = tf.variable(tf.randomNormal([3, 2]));
//    ^^^^^^^^^ warning never-receives-gradient: `generator` never receives a gradient: only its value, read with `arraySync()` on line 26, reaches `crossEntropy()`
//    ^^^^^^^^^ 1: the leaf `generator`
const discriminator = [layer(2, 8), layer(8, 1)];
type Net = typeof discriminator;
const variablesOf = (net: Net): tf.Variable[] => net.flatMap(({ w, b }) => [w, b]);

function run(net: Net, input: tf.Tensor): tf.Tensor {
  return net.reduce((x, { w, b }, at) => {
    const sum = x.matMul(w).add(b);
//        ^^^ 4: `sum` carries no gradient to `generator`
    return at < net.length - 1 ? sum.leakyRelu(0.2) : sum;
  }, input);
}

const generate = (count: number): tf.Tensor => {
  const fake = tf.randomNormal([count, 3]).matMul(generator);
//      ^^^^ 2: `fake` is computed from `generator`
  return tf.tensor2d(fake.arraySync() as number[][]);
//                        ^^^^^^^^^ information cut-by-rewrap: this `arraySync()` is why `generator` receives no gradient: the tensor that is made of the value is a new one
//                        ^^^^^^^^^ 3: cut here: `arraySync()` gives plain numbers, which carry no history
};
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
//             ^^^^^^^^ 5: `minimize()` differentiates `crossEntropy()` here
    () => crossEntropy(tf.ones([16, 1]), run(discriminator, generate(16))),
    false,
    [generator],
  );
  console.log(generate(2).arraySync());
}
