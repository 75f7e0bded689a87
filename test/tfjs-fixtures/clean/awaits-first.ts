// Near async-loss: what is asynchronous is awaited first, and what follows is differentiated.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, 2]));
const optimizer = tf.train.sgd(0.1);
const load = async (): Promise<tf.Tensor> => tf.tensor1d([3, 4]);

async function train(): Promise<void> {
  for (let step = 0; step < 3; step++) {
    const xs = await load();
    const cost = optimizer.minimize(() => xs.mul(w).sum().asScalar(), true);
    if (cost !== null) console.log(await cost.data());
  }
}

void train();
