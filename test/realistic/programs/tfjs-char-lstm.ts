import * as tf from "@tensorflow/tfjs";

const vocabulary = 27;
const units = 32;
const kernel = tf.variable(tf.randomNormal([vocabulary + units, 4 * units], 0, 0.1) as tf.Tensor2D);
const bias = tf.variable(tf.zeros([4 * units]) as tf.Tensor1D);
const project = tf.variable(tf.randomNormal([units, vocabulary], 0, 0.1) as tf.Tensor2D);
const forget = tf.scalar(1);

function run(inputs: tf.Tensor2D[]): tf.Tensor2D[] {
  let c = tf.zeros([1, units]) as tf.Tensor2D;
  let h = tf.zeros([1, units]) as tf.Tensor2D;
  const outputs: tf.Tensor2D[] = [];
  for (const input of inputs) {
    [c, h] = tf.basicLSTMCell(forget, kernel, bias, input, c, h);
    outputs.push(h.matMul(project));
  }
  return outputs;
}

const oneHot = (letters: number[]): tf.Tensor2D[] =>
  letters.map((letter) => tf.oneHot(tf.tensor1d([letter], "int32"), vocabulary).toFloat() as tf.Tensor2D);

const optimizer = tf.train.rmsprop(0.01);
const text = "gradients flow backwards".split("").map((letter) => Math.max(0, letter.charCodeAt(0) - 96));

for (let epoch = 0; epoch < 20; epoch++) {
  const cost = optimizer.minimize(() => {
    const letters = oneHot(text);
    const outputs = run(letters.slice(0, -1));
    const losses = outputs.map((logits, i) => tf.losses.softmaxCrossEntropy(letters[i + 1], logits));
    return tf.addN(losses).div(outputs.length) as tf.Scalar;
  }, true);
  console.log(epoch, cost?.arraySync());
}

function sample(length: number): string {
  let letters = [7];
  for (let i = 0; i < length; i++) {
    const logits = tf.tidy(() => run(oneHot(letters)).at(-1)!.squeeze());
    letters = [...letters, tf.multinomial(logits as tf.Tensor1D, 1).dataSync()[0]];
  }
  return letters.map((letter) => String.fromCharCode(letter + 96)).join("");
}
console.log(sample(12));

// twin: "outputs.push(h.matMul(project));" becomes "outputs.push(h);" finds unused-parameter
