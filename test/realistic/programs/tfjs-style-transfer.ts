import * as tf from "@tensorflow/tfjs";

/** Gram matrices of features are compared; the picture itself is what learns. */
const filters = [tf.randomNormal([3, 3, 3, 8]) as tf.Tensor4D, tf.randomNormal([3, 3, 8, 16]) as tf.Tensor4D];

function features(image: tf.Tensor4D): tf.Tensor4D[] {
  const found: tf.Tensor4D[] = [];
  let x = image;
  for (const filter of filters) {
    x = tf.relu(tf.conv2d(x, filter, 1, "same"));
    found.push(x);
    x = tf.maxPool(x, 2, 2, "same");
  }
  return found;
}

function gram(feature: tf.Tensor4D): tf.Tensor2D {
  const [, height, width, channels] = feature.shape;
  const flat = feature.reshape([height * width, channels]) as tf.Tensor2D;
  return tf.matMul(flat, flat, true).div(height * width * channels);
}

const contentImage = tf.randomUniform([1, 32, 32, 3]) as tf.Tensor4D;
const styleImage = tf.randomUniform([1, 32, 32, 3]) as tf.Tensor4D;
const contentTarget = features(contentImage)[1];
const styleTargets = features(styleImage).map((feature) => gram(feature));

const generated = tf.variable(contentImage);
const optimizer = tf.train.adam(0.02);

for (let i = 0; i < 100; i++) {
  optimizer.minimize(() => {
    const found = features(generated as tf.Tensor4D);
    const content = tf.losses.meanSquaredError(contentTarget, found[1]);
    const style = found.map((feature, layer) => tf.losses.meanSquaredError(styleTargets[layer], gram(feature)));
    return content.add(tf.addN(style).mul(100)) as tf.Scalar;
  });
  const clipped = tf.tidy(() => generated.clipByValue(0, 1));
  generated.assign(clipped as tf.Tensor4D);
  clipped.dispose();
}
const pixels = await tf.browser.toPixels(generated.squeeze() as tf.Tensor3D);
console.log(pixels.length);

// twin: "const found = features(generated as tf.Tensor4D);" becomes "const found = features(tf.tensor4d(generated.dataSync(), [1, 32, 32, 3]));" finds never-receives-gradient
