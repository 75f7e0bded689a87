// A network whose first layer is pushed into the flat part of tanh from step 60 on.
import { manualSeed, mse, nn, noGrad, optim, randn, type Tensor } from "@gradlens/engine";

manualSeed(3);

class Net extends nn.Module {
  readonly fc1 = new nn.Linear(16, 64);
  readonly fc2 = new nn.Linear(64, 64);
  readonly fc3 = new nn.Linear(64, 1);

  override forward(x: Tensor): Tensor {
    const tanh1 = this.fc1.forward(x).tanh();
    const relu2 = this.fc2.forward(tanh1).relu();
    return this.fc3.forward(relu2);
  }
}

const net = new Net();
const optimizer = new optim.SGD(net.parameters(), { lr: 0.05 });

for (let step = 0; step < 200; step++) {
  const inputs = randn([32, 16]);
  const targets = inputs.sum(1, { keepdim: true }).sin();
  optimizer.zeroGrad();
  const loss = mse(net.forward(inputs), targets);
  loss.backward();
  optimizer.step();
  if (step >= 60 && step < 140) noGrad(() => net.fc1.bias.add_(0.07));
}
