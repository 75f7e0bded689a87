// Two networks against each other: one makes numbers, the other tells them from the real ones.
import { binaryCrossEntropyWithLogits, manualSeed, nn, ones, optim, randn, zeros, type Tensor } from "@gradlens/engine";

manualSeed(4);
const batch = 64;

class Generator extends nn.Module {
  readonly first = new nn.Linear(4, 16);
  readonly out = new nn.Linear(16, 1);

  override forward(noise: Tensor): Tensor {
    return this.out.forward(this.first.forward(noise).relu());
  }
}

class Discriminator extends nn.Module {
  readonly first = new nn.Linear(1, 16);
  readonly out = new nn.Linear(16, 1);

  override forward(values: Tensor): Tensor {
    return this.out.forward(this.first.forward(values).leakyRelu(0.2));
  }
}

const generator = new Generator();
const discriminator = new Discriminator();
const generatorOptimizer = new optim.Adam(generator.parameters(), { lr: 0.005, betas: [0.5, 0.999] });
const discriminatorOptimizer = new optim.Adam(discriminator.parameters(), { lr: 0.005, betas: [0.5, 0.999] });

for (let step = 0; step < 150; step++) {
  const real = randn([batch, 1]).mul(0.5).add(3);
  const fake = generator.forward(randn([batch, 4]));

  // The discriminator learns from the fakes as they are, so the generator must get nothing here.
  discriminatorOptimizer.zeroGrad();
  const onReal = binaryCrossEntropyWithLogits(discriminator.forward(real), ones([batch, 1]));
  const onFake = binaryCrossEntropyWithLogits(discriminator.forward(fake.detach()), zeros([batch, 1]));
  const lossD = onReal.add(onFake);
  lossD.backward();
  discriminatorOptimizer.step();

  generatorOptimizer.zeroGrad();
  const lossG = binaryCrossEntropyWithLogits(discriminator.forward(fake), ones([batch, 1]));
  lossG.backward();
  generatorOptimizer.step();
}
