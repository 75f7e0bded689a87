import * as tf from "@tensorflow/tfjs";

const [inputs, hidden, latent] = [16, 12, 2];
const encoder = tf.variable(tf.randomNormal([inputs, hidden], 0, 0.1));
const toMean = tf.variable(tf.randomNormal([hidden, latent], 0, 0.1));
const toLogVariance = tf.variable(tf.randomNormal([hidden, latent], 0, 0.1));
const decoder = tf.variable(tf.randomNormal([latent, inputs], 0, 0.1));

function encode(x: tf.Tensor) {
  const h = x.matMul(encoder).tanh();
  return { mean: h.matMul(toMean), logVariance: h.matMul(toLogVariance) };
}

const reparameterize = ({ mean, logVariance }: ReturnType<typeof encode>): tf.Tensor =>
  logVariance.mul(0.5).exp().mul(tf.randomNormal(mean.shape)).add(mean);

const optimizer = tf.train.adam(1e-2);
for (let i = 0; i < 100; i++) {
  const x = tf.randomUniform([8, inputs]);
  const cost = optimizer.minimize(() => {
    const posterior = encode(x);
    const out = reparameterize(posterior).matMul(decoder).sigmoid();
    const reconstruction = tf.losses.sigmoidCrossEntropy(x, out);
    const { mean, logVariance } = posterior;
    const kl = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).sum(-1).mul(-0.5).mean();
    return reconstruction.add(kl.mul(0.1)) as tf.Scalar;
  }, true);
  if (i % 10 === 0) cost!.print();
  tf.dispose([x, cost!]);
}

// twin: "return { mean: h.matMul(toMean), logVariance: h.matMul(toLogVariance) };" becomes "return { mean: h.matMul(toMean), logVariance: h.matMul(toMean) };" finds unused-parameter
