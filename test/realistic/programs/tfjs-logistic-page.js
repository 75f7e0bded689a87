// In a page: <script src="https://example.org/tfjs"></script> brings the global `tf`.
const weights = tf.variable(tf.zeros([2, 1]));
const bias = tf.variable(tf.zeros([1]));
const optimizer = tf.train.sgd(0.1);

function predict(xs) {
  return tf.tidy(() => xs.matMul(weights).add(bias).sigmoid());
}

function trainStep(xs, ys) {
  return optimizer.minimize(() => tf.losses.logLoss(ys, predict(xs)), true);
}

document.getElementById("train").addEventListener("click", async () => {
  const xs = tf.randomNormal([64, 2]);
  const ys = xs.slice([0, 0], [64, 1]).greater(0).toFloat();
  for (let epoch = 0; epoch < 50; epoch++) {
    const cost = trainStep(xs, ys);
    document.getElementById("loss").textContent = String((await cost.data())[0]);
    cost.dispose();
    await tf.nextFrame();
  }
  const accuracy = tf.tidy(() => predict(xs).greater(0.5).toFloat().equal(ys).mean());
  console.log(await accuracy.data());
});

// twin: "return optimizer.minimize(() => tf.losses.logLoss(ys, predict(xs)), true);" becomes "const loss = tf.losses.logLoss(ys, predict(xs)); return optimizer.minimize(() => loss, true);" finds computed-outside-closure
