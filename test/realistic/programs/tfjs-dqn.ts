import * as tf from "@tensorflow/tfjs-node";

class QNetwork {
  readonly w1: tf.Variable;
  readonly w2: tf.Variable;
  constructor(trainable: boolean) {
    this.w1 = tf.variable(tf.randomNormal([4, 24], 0, 0.1), trainable);
    this.w2 = tf.variable(tf.randomNormal([24, 2], 0, 0.1), trainable);
  }
  apply(state: tf.Tensor): tf.Tensor {
    return state.matMul(this.w1).relu().matMul(this.w2);
  }
  copyFrom(other: QNetwork): void {
    this.w1.assign(other.w1);
    this.w2.assign(other.w2);
  }
}

interface Transition {
  state: number[];
  action: number;
  reward: number;
  next: number[];
  done: boolean;
}

const online = new QNetwork(true);
const target = new QNetwork(false);
const optimizer = tf.train.adam(1e-3);

function learn(batch: Transition[], gamma: number): number {
  const states = tf.tensor2d(batch.map(({ state }) => state));
  const next = tf.tensor2d(batch.map(({ next }) => next));
  const loss = optimizer.minimize(() => {
    const all = online.apply(states);
    const q = all
      .mul(
        tf.oneHot(
          tf.tensor1d(
            batch.map(({ action }) => action),
            "int32",
          ),
          2,
        ),
      )
      .sum(-1);
    const done = tf.tensor1d(batch.map(({ done }) => (done ? 1 : 0)));
    const best = target.apply(next).max(-1).mul(tf.sub(1, done)).mul(gamma);
    const wanted = tf.tensor1d(batch.map(({ reward }) => reward)).add(best);
    return tf.losses.huberLoss(wanted, q) as tf.Scalar;
  }, true);
  const value = loss!.dataSync()[0];
  tf.dispose([states, next, loss!]);
  return value;
}

function act(state: number[], epsilon: number): number {
  if (Math.random() < epsilon) return Math.floor(Math.random() * 2);
  return tf.tidy(
    () =>
      online
        .apply(tf.tensor2d([state]))
        .argMax(-1)
        .dataSync()[0],
  );
}

let state = [0, 0, 0, 0];
const memory: Transition[] = [];
for (let frame = 0; frame < 1000; frame++) {
  const action = act(state, 0.1);
  memory.push({ state, action, reward: 1, next: state, done: false });
  if (memory.length > 32) console.log(learn(memory.slice(-32), 0.99));
  if (frame % 100 === 0) target.copyFrom(online);
}

// twin: "const all = online.apply(states);" becomes "const all = tf.tensor(online.apply(states).arraySync());" finds never-receives-gradient
