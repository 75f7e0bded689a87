// A function declared elsewhere is asynchronous.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, 2]));

async function loss(): Promise<tf.Scalar> {
  const value = w.square().sum().asScalar();
  console.log(await value.data());
  return value;
}

tf.variableGrads(loss as unknown as () => tf.Scalar);
//               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error async-loss: `variableGrads()` needs a tensor, and this function returns a promise, so the call throws: await first, and give it a function that does not
