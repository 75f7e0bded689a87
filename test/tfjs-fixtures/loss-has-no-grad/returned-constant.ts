// `grad()` is asked for a function that does not depend on its argument.
import * as tf from "@tensorflow/tfjs";

const slope = tf.grad(() => tf.scalar(3).square());
slope(tf.scalar(2)).print();
//^^^ error loss-has-no-grad: what the function returns depends on nothing that `grad()` differentiates by, so it throws
