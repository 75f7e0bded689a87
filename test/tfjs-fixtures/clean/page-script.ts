// Near never-receives-gradient: A script of a page, without imports: other scripts of the page may set the optimizer and use the loss.
let slope: any;
let optimizer: any;
let scale: any = null;
const chosen: number[] = [];

function setup(): void {
  slope = tf.variable(tf.scalar(Math.random()));
}

function predict(xs: number[]): any {
  return tf.tensor1d(xs).mul(slope).mul(scale ?? 1);
}

function draw(): void {
  const offset = tf.variable(tf.scalar(0));
  tf.tidy(() => {
    optimizer.minimize(() => predict(chosen).add(offset).sub(tf.tensor1d(chosen)).square().mean());
  });
  console.log(offset.dataSync()[0]);
}
