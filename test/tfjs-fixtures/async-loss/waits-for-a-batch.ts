// The loss waits for its numbers, so `minimize()` is given a promise.
import * as tf from "@tensorflow/tfjs";

interface Rating {
  readonly user: number;
  readonly film: number;
  readonly stars: number;
}

const users = tf.variable(tf.randomNormal([5, 3], 0, 0.1));
const films = tf.variable(tf.randomNormal([7, 3], 0, 0.1));
const userBias = tf.variable(tf.zeros([5]));
const filmBias = tf.variable(tf.zeros([7]));
const optimizer = tf.train.adam(0.05);

const score = (user: tf.Tensor1D, film: tf.Tensor1D): tf.Tensor =>
  users.gather(user).mul(films.gather(film)).sum(1).add(userBias.gather(user)).add(filmBias.gather(film));

async function train(ratings: readonly Rating[], onEpoch: (loss: number) => Promise<void>): Promise<void> {
  const user = tf.tensor1d(ratings.map((rating) => rating.user), "int32");
  const film = tf.tensor1d(ratings.map((rating) => rating.film), "int32");
  const stars = tf.tensor1d(ratings.map((rating) => rating.stars));
  for (let epoch = 0; epoch < 3; epoch++) {
    const cost = optimizer.minimize(async () => {
//                                  ^^^^^^^^^^^^^ error async-loss: `minimize()` needs a tensor, and this function returns a promise, so the call throws: await first, and give it a function that does not
      const size = tf.addN([users.gather(user).square().mean(), films.gather(film).square().mean()]);
      const loss = score(user, film).sub(stars).square().mean().add(size.mul(0.01)).asScalar();
      console.log((await loss.data())[0]);
      return loss;
    }, true);
    const [loss = NaN] = (await cost?.data()) ?? [];
    cost?.dispose();
    await onEpoch(loss);
  }
}

void train(
  [
    { user: 0, film: 1, stars: 4 },
    { user: 2, film: 6, stars: 1 },
  ],
  async (loss) => console.log(await Promise.resolve(loss)),
);
