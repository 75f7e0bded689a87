// A small network tells two half moons apart.
import { binaryCrossEntropyWithLogits, manualSeed, nn, optim, randn, tensor, type Tensor } from "@gradlens/engine";

manualSeed(1);

/** Points on two half circles that reach into each other, with a little noise. */
function moons(count: number): { points: Tensor; labels: Tensor } {
  const points: number[][] = [];
  const labels: number[][] = [];
  for (let index = 0; index < count; index++) {
    const angle = (Math.PI * index) / count;
    const isUpper = index % 2 === 0;
    points.push(isUpper ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)]);
    labels.push([isUpper ? 1 : 0]);
  }
  return { points: tensor(points).add(randn([count, 2]).mul(0.1)), labels: tensor(labels) };
}

class Classifier extends nn.Module {
  readonly hidden = new nn.Linear(2, 16);
  readonly deeper = new nn.Linear(16, 16);
  readonly out = new nn.Linear(16, 1);

  override forward(points: Tensor): Tensor {
    const first = this.hidden.forward(points).tanh();
    const second = this.deeper.forward(first).tanh();
    return this.out.forward(second);
  }
}

const { points, labels } = moons(100);
const model = new Classifier();
const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });

for (let step = 0; step < 200; step++) {
  optimizer.zeroGrad();
  const loss = binaryCrossEntropyWithLogits(model.forward(points), labels);
  loss.backward();
  optimizer.step();
}
