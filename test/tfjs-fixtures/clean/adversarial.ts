// Near never-receives-gradient: Two networks, two lists: each optimizer trains its own, and the other one's frozen copy is not trainable.
import * as tf from "@tensorflow/tfjs";

const generator = tf.variable(tf.randomNormal([2, 2]));
const discriminator = tf.variable(tf.randomNormal([2, 1]));
const target = tf.variable(tf.zeros([2, 1]), false);
const forGenerator = tf.train.adam(0.01);
const forDiscriminator = tf.train.adam(0.01);
const real = tf.randomNormal([8, 2]);
const noise = tf.randomNormal([8, 2]);
const scoreOf = (batch: tf.Tensor, weights: tf.Tensor): tf.Tensor => tf.matMul(batch, weights).sigmoid();

for (let step = 0; step < 3; step++) {
  forDiscriminator.minimize(
    () =>
      tf.tidy(() => {
        const fake = tf.matMul(noise, generator);
        return scoreOf(fake, discriminator).sub(scoreOf(real, discriminator)).add(scoreOf(real, target)).mean().asScalar();
      }),
    false,
    [discriminator],
  );
  forGenerator.minimize(() => scoreOf(tf.matMul(noise, generator), discriminator).neg().mean().asScalar(), false, [generator]);
  target.assign(discriminator.mul(0.1).add(target.mul(0.9)));
}
