// Near computed-outside-closure: Only the picture is learned: what the pictures to imitate look like is computed once, outside.
import * as tf from "@tensorflow/tfjs";

const filters = [tf.randomNormal([3, 3, 3, 4]), tf.randomNormal([3, 3, 4, 8])];

function features(picture: tf.Tensor): tf.Tensor[] {
  const found: tf.Tensor[] = [];
  let x = picture.expandDims(0) as tf.Tensor4D;
  for (const filter of filters) {
    x = tf.relu(tf.conv2d(x, filter as tf.Tensor4D, 1, "same"));
    found.push(x);
    x = tf.avgPool(x, 2, 2, "same");
  }
  return found;
}

function gram(layer: tf.Tensor): tf.Tensor {
  const [, height = 1, width = 1, channels = 1] = layer.shape;
  const flat = layer.reshape([height * width, channels]);
  return flat.matMul(flat, true).div(height * width * channels);
}

const content = tf.randomUniform([16, 16, 3]);
const style = tf.randomUniform([16, 16, 3]);
const wantedContent = features(content).at(-1)!;
const wantedStyle = features(style).map(gram);
const picture = tf.variable(content.clone());
const optimizer = tf.train.adam(0.02);

async function paint(): Promise<void> {
  for (let step = 0; step < 3; step++) {
    optimizer.minimize(() => {
      const now = features(picture);
      const contentLoss = now.at(-1)!.sub(wantedContent).square().mean();
      const styleLoss = tf.addN(now.map((layer, at) => gram(layer).sub(wantedStyle[at]!).square().sum()));
      return contentLoss.add(styleLoss.mul(10)).asScalar();
    }, false, [picture]);
    picture.assign(picture.clipByValue(0, 1));
    await tf.nextFrame();
  }
  console.log((await picture.mul(255).toInt().data()).length);
}

void paint();
