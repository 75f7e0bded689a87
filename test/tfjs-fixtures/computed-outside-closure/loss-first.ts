// The loss is computed first and then given away.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor2d([[0.1], [0.2]]));
//    ^ warning never-receives-gradient: `w` never receives a gradient: `loss` is computed outside the function given to `variableGrads()`, where ops are not recorded
//    ^ 1: the leaf `w`
const xs = tf.tensor2d([[1, 2], [3, 4]]);
const ys = tf.tensor2d([[1], [2]]);

const loss = tf.losses.meanSquaredError(ys, xs.matMul(w as tf.Tensor2D)).asScalar();
//    ^^^^ 2: `loss` is computed from `w`
const { grads } = tf.variableGrads(() => loss);
//                   ^^^^^^^^^^^^^ error computed-outside-closure: `loss` is computed outside the function given to `variableGrads()`, where ops are not recorded, so `w` receives no gradient and `variableGrads()` throws; compute it inside
//                   ^^^^^^^^^^^^^ 3: cut here: it is computed outside the function given to `variableGrads()`, where ops are not recorded
//                   ^^^^^^^^^^^^^ 4: `variableGrads()` differentiates `loss` here
console.log(Object.keys(grads));
