// The batch is awaited inside: `minimize()` gets a promise.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, 2]));
const optimizer = tf.train.sgd(0.1);
const load = async (): Promise<tf.Tensor> => tf.tensor1d([3, 4]);

optimizer.minimize((async () => {
//                 ^^^^^^^^^^^^^^ error async-loss: `minimize()` needs a tensor, and this function returns a promise, so the call throws: await first, and give it a function that does not
  const xs = await load();
  return xs.mul(w).sum().asScalar();
}) as unknown as () => tf.Scalar);
