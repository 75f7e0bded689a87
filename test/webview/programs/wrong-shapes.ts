// The second layer does not fit the first, so the program stops before its backward pass.
import { nn, randn } from "@gradlens/engine";

const x = randn([8, 4]);
const fc1 = new nn.Linear(4, 16);
const fc2 = new nn.Linear(16, 1);
const h = fc1.forward(x).relu();
const y = fc2.forward(h).add(h.sub(x.exp()));
y.sum().backward();
