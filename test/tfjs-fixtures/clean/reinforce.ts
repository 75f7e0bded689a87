// Near computed-outside-closure: An episode is played outside and leaves numbers alone; the log probabilities are computed again inside.
import * as tf from "@tensorflow/tfjs";

class Agent {
  private readonly hidden = tf.variable(tf.randomNormal([4, 8], 0, 0.3));
  private readonly out = tf.variable(tf.randomNormal([8, 2], 0, 0.3));
  private readonly optimizer = tf.train.adam(0.01);

  logits(states: tf.Tensor2D): tf.Tensor2D {
    return states.matMul(this.hidden as tf.Tensor2D).tanh().matMul(this.out as tf.Tensor2D);
  }

  act(state: number[]): number {
    return tf.tidy(() => tf.multinomial(this.logits(tf.tensor2d([state])), 1).dataSync()[0] ?? 0);
  }

  learn(states: number[][], actions: number[], returns: number[]): number {
    const advantages = tf.tidy(() => {
      const all = tf.tensor1d(returns);
      const { mean, variance } = tf.moments(all);
      return all.sub(mean).div(variance.sqrt().add(1e-6));
    });
    const cost = this.optimizer.minimize(() => {
      const taken = tf.oneHot(tf.tensor1d(actions, "int32"), 2);
      const chances = tf.logSoftmax(this.logits(tf.tensor2d(states)));
      return chances.mul(taken).sum(1).mul(advantages).mean().neg().asScalar();
    }, true);
    return cost?.dataSync()[0] ?? NaN;
  }
}

const agent = new Agent();
for (let episode = 0; episode < 3; episode++) {
  const states: number[][] = [];
  const actions: number[] = [];
  const rewards: number[] = [];
  for (let step = 0; step < 5; step++) {
    const state = [Math.random(), Math.random(), step, episode];
    const action = agent.act(state);
    states.push(state);
    actions.push(action);
    rewards.push(action === step % 2 ? 1 : 0);
  }
  const returns = rewards.map((_, at) => rewards.slice(at).reduce((sum, reward, later) => sum + reward * 0.9 ** later, 0));
  console.log(episode, agent.learn(states, actions, returns));
}
