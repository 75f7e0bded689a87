import * as tf from "@tensorflow/tfjs-node";

class PolicyNetwork {
  readonly hidden: tf.Variable<tf.Rank.R2>;
  readonly hiddenBias: tf.Variable<tf.Rank.R1>;
  readonly output: tf.Variable<tf.Rank.R2>;
  currentActions: number[] = [];

  constructor(inputs: number, units: number) {
    this.hidden = tf.variable(tf.randomNormal([inputs, units], 0, 0.1));
    this.hiddenBias = tf.variable(tf.zeros([units]));
    this.output = tf.variable(tf.randomNormal([units, 1], 0, 0.1));
  }

  logits(states: tf.Tensor2D): tf.Tensor2D {
    return states.matMul(this.hidden).add(this.hiddenBias).elu().matMul(this.output);
  }

  getGradientsAndSaveActions(state: tf.Tensor2D) {
    const f = () =>
      tf.tidy(() => {
        const logits = this.logits(state);
        const leftProb = tf.sigmoid(logits);
        const leftRightProbs = tf.concat([leftProb, tf.sub(1, leftProb)], 1) as tf.Tensor2D;
        const actions = tf.multinomial(leftRightProbs, 1, undefined, true);
        this.currentActions = Array.from(actions.dataSync());
        const labels = tf.sub(1, tf.tensor2d(this.currentActions, actions.shape as [number, number]));
        return tf.losses.sigmoidCrossEntropy(labels, logits).asScalar();
      });
    return tf.variableGrads(f);
  }
}

function discountRewards(rewards: number[], rate: number): number[] {
  const discounted: number[] = [];
  for (let i = rewards.length - 1; i >= 0; --i) discounted.unshift(rewards[i] + rate * (discounted[0] ?? 0));
  return discounted;
}

export function train(
  policy: PolicyNetwork,
  environment: { state(): tf.Tensor2D; act(action: number): number },
  games: number,
) {
  const optimizer = tf.train.adam(0.05);
  for (let game = 0; game < games; game++) {
    const rewards: number[] = [];
    const all: tf.NamedTensorMap[] = [];
    for (let step = 0; step < 500; step++) {
      const { grads } = policy.getGradientsAndSaveActions(environment.state());
      all.push(grads);
      rewards.push(environment.act(policy.currentActions[0]));
    }
    const discounted = discountRewards(rewards, 0.95);
    const mean = discounted.reduce((a, b) => a + b, 0) / discounted.length;
    const scaled: tf.NamedTensorMap = {};
    for (const name of Object.keys(all[0])) {
      scaled[name] = tf.tidy(() =>
        tf.addN(all.map((grads, i) => grads[name].mul(discounted[i] - mean))).div(all.length),
      );
    }
    optimizer.applyGradients(scaled);
  }
}

train(new PolicyNetwork(4, 8), { state: () => tf.zeros([1, 4]), act: () => 1 }, 3);

// twin: ".add(this.hiddenBias).elu()" becomes ".elu()" finds unused-parameter
// twin: "sigmoidCrossEntropy(labels, logits)" becomes "sigmoidCrossEntropy(labels, tf.tensor2d(logits.arraySync()))" finds never-receives-gradient
