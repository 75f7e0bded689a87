// Near never-receives-gradient: `grads()` is given variables that the function captures instead of taking: they are connected all the same.
import * as tf from "@tensorflow/tfjs";

const a = tf.variable(tf.scalar(2));
const b = tf.variable(tf.scalar(3));
const [da, db] = tf.grads(() => a.mul(b).square().asScalar())([a, b]);
const dc = tf.grad((_ignored: tf.Tensor) => a.square().asScalar())(a);
da?.print();
db?.print();
dc.print();
