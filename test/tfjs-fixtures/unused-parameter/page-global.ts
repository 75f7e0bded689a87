// `tf` comes from a script tag; the file itself is a module, so its variables are its own.
declare const tf: any;

const used = tf.variable(tf.scalar(1));
const unused = tf.variable(tf.scalar(2));
//    ^^^^^^ warning unused-parameter: no loss depends on `unused`, so it never receives a gradient
const optimizer = tf.train.sgd(0.1);

export function train(xs: any, ys: any): void {
  optimizer.minimize(() => xs.mul(used).sub(ys).square().mean());
  unused.print();
}
