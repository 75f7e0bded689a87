// A script of a page, without imports: `tf` is the global of TensorFlow.js, and the loss is computed before it is minimized.
class Trainer {
  model: any;
  optimizer = tf.train.adam(0.001);

  constructor(model: any) {
    this.model = model;
  }

  async step(inputs: any, labels: any): Promise<number> {
    const loss = tf.tidy(() => {
      const logits = this.model.network.predict(inputs);
      return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), logits);
    });
    this.optimizer.minimize(() => loss);
//                 ^^^^^^^^ error computed-outside-closure: `loss` is computed outside the function given to `minimize()`, where ops are not recorded, so `minimize()` throws; compute it inside
//                 ^^^^^^^^ 1: `minimize()` differentiates `loss` here
    const [value] = await loss.data();
    return value;
  }
}

(window as any).Trainer = Trainer;
