import * as tf from "@tensorflow/tfjs";

const labelsSize = 10;
const batchSize = 64;
const optimizer = tf.train.adam(0.001);

const strides = 2;
const pad = 0;
const conv1Weights = tf.variable(tf.randomNormal([5, 5, 1, 8], 0, 0.1) as tf.Tensor4D);
const conv2Weights = tf.variable(tf.randomNormal([5, 5, 8, 16], 0, 0.1) as tf.Tensor4D);
const fullyConnectedWeights = tf.variable(
  tf.randomNormal([7 * 7 * 16, labelsSize], 0, 1 / Math.sqrt(784)) as tf.Tensor2D,
);
const fullyConnectedBias = tf.variable(tf.zeros([labelsSize]) as tf.Tensor1D);

function model(inputXs: tf.Tensor): tf.Tensor2D {
  const xs = inputXs.as4D(-1, 28, 28, 1);
  const layer1 = tf.tidy(() => xs.conv2d(conv1Weights, 1, "same").relu().maxPool([2, 2], strides, pad));
  const layer2 = tf.tidy(() => layer1.conv2d(conv2Weights, 1, "same").relu().maxPool([2, 2], strides, pad));
  return layer2.as2D(-1, fullyConnectedWeights.shape[0]).matMul(fullyConnectedWeights).add(fullyConnectedBias);
}

function loss(labels: tf.Tensor2D, ys: tf.Tensor2D): tf.Scalar {
  return tf.losses.softmaxCrossEntropy(labels, ys).mean() as tf.Scalar;
}

interface Batch {
  xs: tf.Tensor;
  labels: tf.Tensor2D;
}
interface Data {
  nextTrainBatch(size: number): Batch;
  nextTestBatch(size: number): Batch;
}

export async function train(data: Data, log: (value: number) => void, steps = 200) {
  const returnCost = true;
  for (let i = 0; i < steps; i++) {
    const cost = optimizer.minimize(() => {
      const batch = data.nextTrainBatch(batchSize);
      return loss(batch.labels, model(batch.xs));
    }, returnCost);
    log(cost!.dataSync()[0]);
    if (i % 50 === 0) {
      const batch = data.nextTestBatch(500);
      const accuracy = tf.tidy(() => predict(batch.xs).equal(batch.labels.argMax(1)).mean());
      console.log("accuracy", accuracy.dataSync()[0]);
    }
    await tf.nextFrame();
  }
}

export function predict(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => model(x).argMax(1));
}

// twin: ".add(fullyConnectedBias);" becomes ".add(tf.tensor(fullyConnectedBias.dataSync()));" finds never-receives-gradient
// twin: "layer1.conv2d(conv2Weights" becomes "tf.tensor4d(layer1.dataSync(), [64, 14, 14, 8]).conv2d(conv2Weights" finds never-receives-gradient
