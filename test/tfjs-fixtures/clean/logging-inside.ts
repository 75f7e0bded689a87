// Near cut-by-data: Values are read inside the recorded function for logging, in every way there is.
import * as tf from "@tensorflow/tfjs";

const w = tf.variable(tf.tensor1d([1, 2]));
const xs = tf.tensor1d([3, 4]);
const optimizer = tf.train.adam(0.1);
const history: number[] = [];

async function train(): Promise<void> {
  for (let epoch = 0; epoch < 3; epoch++) {
    const cost = optimizer.minimize(() => {
      const loss = xs.mul(w).square().mean().asScalar();
      loss.print();
      console.log(loss.toString(), loss.dataSync()[0], loss.bufferSync().values, loss.arraySync());
      loss.data().then((values) => console.log(values[0]));
      history.push(loss.dataSync()[0] ?? 0);
      return loss;
    }, true);
    if (cost !== null) console.log(await cost.data());
    await tf.nextFrame();
  }
}

void train();
