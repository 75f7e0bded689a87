// Braces, and no `return`: the loss is computed and thrown away.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, 2]));
//    ^ warning unused-parameter: no loss depends on `w`, so it never receives a gradient
const optimizer = tf.train.sgd(0.1);
const loss = (): tf.Scalar => w.square().sum().asScalar();

optimizer.minimize((() => {
//        ^^^^^^^^ error loss-has-no-grad: the function given to `minimize()` returns nothing, so `minimize()` throws: return the loss
  loss();
}) as () => tf.Scalar);
