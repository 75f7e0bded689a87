// Nothing trainable is behind the loss: `minimize()` finds no connection to any variable.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, 2]), false);
const xs = tf.tensor1d([3, 4]);
tf.train.sgd(0.1).minimize(() => xs.mul(w).sum().asScalar());
//                ^^^^^^^^ error loss-has-no-grad: what the function returns depends on no trainable variable, so `minimize()` throws
