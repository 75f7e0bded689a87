// The weights are fields, so they are still there when the training begins: they were meant to learn.
import * as tf from "@tensorflow/tfjs";

class Encoder {
  readonly weights = tf.variable(tf.randomNormal([4, 2]));
//         ^^^^^^^ warning never-receives-gradient: `weights` never receives a gradient: `codes` is computed outside the function given to `minimize()`, where ops are not recorded
//         ^^^^^^^ 1: the leaf `weights`

  encode(xs: tf.Tensor): tf.Tensor {
    return xs.matMul(this.weights).relu();
  }
}

function main(): void {
  const encoder = new Encoder();
  const head = tf.variable(tf.randomNormal([2, 1]));
  const codes = encoder.encode(tf.randomNormal([8, 4]));
//      ^^^^^ 2: `codes` is computed from `weights`
  const optimizer = tf.train.adam(0.01);
  for (let step = 0; step < 3; step++) {
    optimizer.minimize(() => codes.matMul(head).square().mean().asScalar());
//                                 ^^^^^^ error computed-outside-closure: `codes` is computed outside the function given to `minimize()`, where ops are not recorded, so `weights` receives no gradient; compute it inside
//                                 ^^^^^^ 3: cut here: it is computed outside the function given to `minimize()`, where ops are not recorded
//            ^^^^^^^^ 4: `minimize()` differentiates the loss here
  }
  console.log(encoder.weights.dataSync());
}

main();
