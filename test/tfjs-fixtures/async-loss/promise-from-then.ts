// No `async` is written, and still a promise comes back.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, 2]));
const later = (value: tf.Scalar): Promise<tf.Scalar> => new Promise((resolve) => resolve(value));

tf.variableGrads(() => later(w.square().sum().asScalar()) as unknown as tf.Scalar);
//               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error async-loss: `variableGrads()` needs a tensor, and this function returns a promise, so the call throws: await first, and give it a function that does not
