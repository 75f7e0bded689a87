// The log probabilities are kept while the episode is played, and the loss is made of those.
import * as tf from "@tensorflow/tfjs";

class Agent {
  private readonly hidden = tf.variable(tf.randomNormal([4, 8], 0, 0.3));
//                 ^^^^^^ warning never-receives-gradient: `hidden` never receives a gradient: `chance` is computed outside the function given to `minimize()`, where ops are not recorded
//                 ^^^^^^ 1: the leaf `hidden`
  private readonly out = tf.variable(tf.randomNormal([8, 2], 0, 0.3));
//                 ^^^ warning never-receives-gradient: `out` never receives a gradient: `chance` is computed outside the function given to `minimize()`, where ops are not recorded
  private readonly optimizer = tf.train.adam(0.01);

  logits(states: tf.Tensor2D): tf.Tensor2D {
    return states.matMul(this.hidden as tf.Tensor2D).tanh().matMul(this.out as tf.Tensor2D);
  }

  act(state: number[]): { action: number; chance: tf.Tensor } {
    const logits = this.logits(tf.tensor2d([state]));
    const action = tf.multinomial(logits, 1).dataSync()[0] ?? 0;
    return { action, chance: tf.logSoftmax(logits).gather([action], 1).asScalar() };
  }

  learn(chances: tf.Tensor[], returns: number[]): number {
    const advantages = tf.tidy(() => {
      const all = tf.tensor1d(returns);
      const { mean, variance } = tf.moments(all);
      return all.sub(mean).div(variance.sqrt().add(1e-6));
    });
    const cost = this.optimizer.minimize(() => {
//                              ^^^^^^^^ 4: `minimize()` differentiates the loss here
      return tf.stack(chances).mul(advantages).mean().neg().asScalar();
//              ^^^^^ error computed-outside-closure: `chance` is computed outside the function given to `minimize()`, where ops are not recorded, so `hidden` and `out` receive no gradient and `minimize()` throws; compute it inside
//              ^^^^^ 3: cut here: it is computed outside the function given to `minimize()`, where ops are not recorded
    }, true);
    return cost?.dataSync()[0] ?? NaN;
  }
}

const agent = new Agent();
for (let episode = 0; episode < 3; episode++) {
  const chances: tf.Tensor[] = [];
  const rewards: number[] = [];
  for (let step = 0; step < 5; step++) {
    const state = [Math.random(), Math.random(), step, episode];
    const { action, chance } = agent.act(state);
//                  ^^^^^^ 2: `chance` is computed from `hidden`
    chances.push(chance);
    rewards.push(action === step % 2 ? 1 : 0);
  }
  const returns = rewards.map((_, at) => rewards.slice(at).reduce((sum, reward, later) => sum + reward * 0.9 ** later, 0));
  console.log(episode, agent.learn(chances, returns));
}
