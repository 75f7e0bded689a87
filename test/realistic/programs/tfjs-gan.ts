import * as tf from "@tensorflow/tfjs";

const latent = 8;
const gW1 = tf.variable(tf.randomNormal([latent, 16]), true, "generator/w1");
const gB1 = tf.variable(tf.zeros([16]), true, "generator/b1");
const gW2 = tf.variable(tf.randomNormal([16, 2]), true, "generator/w2");
const dW1 = tf.variable(tf.randomNormal([2, 16]), true, "discriminator/w1");
const dB1 = tf.variable(tf.zeros([16]), true, "discriminator/b1");
const dW2 = tf.variable(tf.randomNormal([16, 1]), true, "discriminator/w2");
const gVariables = [gW1, gB1, gW2];
const dVariables = [dW1, dB1, dW2];

const generate = (z: tf.Tensor): tf.Tensor => z.matMul(gW1).add(gB1).relu().matMul(gW2);
const discriminate = (x: tf.Tensor): tf.Tensor => x.matMul(dW1).add(dB1).leakyRelu(0.2).matMul(dW2);

function bce(logits: tf.Tensor, label: number): tf.Scalar {
  return tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, label), logits) as tf.Scalar;
}

const dOptimizer = tf.train.adam(2e-4, 0.5);
const gOptimizer = tf.train.adam(2e-4, 0.5);

function step(real: tf.Tensor): void {
  const fake = tf.tidy(() => generate(tf.randomNormal([real.shape[0], latent])));
  dOptimizer.minimize(
    () => bce(discriminate(real), 0.9).add(bce(discriminate(fake), 0)) as tf.Scalar,
    false,
    dVariables,
  );
  gOptimizer.minimize(
    () => bce(discriminate(generate(tf.randomNormal([real.shape[0], latent]))), 1),
    false,
    gVariables,
  );
  fake.dispose();
}

for (let i = 0; i < 1000; i++) {
  const batch = tf.randomNormal([64, 2]);
  step(batch);
  batch.dispose();
  if (i % 100 === 0) tf.tidy(() => generate(tf.randomNormal([4, latent])).print());
}

// twin: "bce(discriminate(generate(tf.randomNormal([real.shape[0], latent]))), 1)" becomes "bce(discriminate(fake), 1)" finds never-receives-gradient
