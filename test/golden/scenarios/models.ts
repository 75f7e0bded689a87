/** Modules, and the patterns in which a gradient is stopped on purpose. */
import {
  cdist,
  cosineSimilarity,
  mse,
  nn,
  noGrad,
  normalize,
  smoothL1,
  type Tensor,
} from "@gradlens/engine";
import { leaf, t, whole, type Observed, type Scenario } from "./recorder.js";

const kept = (values: readonly (Tensor | null)[]): Observed => values.map((value) => value?.detach().clone() ?? null);

export const models: Readonly<Record<string, Scenario>> = {
  module_hooks: (r) => {
    const m = new nn.Linear(2, 1);
    noGrad(() => {
      m.weight.copy_(t([[1, 2]]));
      m.bias.copy_(t([0.5]));
    });
    const log: Observed[] = [];
    m.registerForwardPreHook((_m, input) => input.mul(2));
    m.registerForwardHook((_m, _input, output) => (output as Tensor).add(1));
    m.registerFullBackwardHook((_m, gradInput, gradOutput) => void log.push(kept([gradOutput, gradInput])));
    const x = leaf([[1, 1]]);
    const y = m.call(x);
    r.value("y", y);
    y.sum().backward();
    r.value("grad_output, grad_input", log);
    r.value("x.grad", x.grad);
    r.value("weight.grad", m.weight.grad);
  },
  batchnorm_running: (r) => {
    const m = new nn.BatchNorm1d(2);
    const x = t([
      [1, 2],
      [3, 6],
      [5, 7],
    ]);
    r.value("train", m.forward(x));
    r.value("running", [m.runningMean, m.runningVar, m.numBatchesTracked]);
    m.eval();
    r.value("eval", m.forward(x));
    r.value("unchanged", m.runningMean);
  },
  state_dict: (r) => {
    const m = new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3), new nn.ReLU());
    const spelled = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    r.value("keys", Object.keys(m.stateDict()).map(spelled));
    r.value("shapes", Object.values(m.stateDict()).map(({ shape }) => shape));
    r.value("parameters", m.namedParameters().map(([name]) => name));
    r.value("modules", m.namedModules().map(([name]) => name));
    m.eval();
    r.value("training flags", m.modules().map(({ training }) => training));
    const shared = new nn.Linear(2, 2);
    r.value("shared", new nn.Sequential(shared, shared).namedParameters().map(([name]) => name));
    r.raises("missing key", () => m.loadStateDict({}));
  },
  freeze: (r) => {
    const [a, b] = [new nn.Linear(1, 1), new nn.Linear(1, 1)];
    noGrad(() => {
      [...a.parameters(), ...b.parameters()].forEach((p, at) => nn.init.constant_(p, [2, 1, 3, -1][at]));
    });
    b.requiresGrad_(false);
    const y = b.forward(a.forward(t([[1.5]])));
    y.sum().backward();
    r.value("y", y);
    r.value("a", a.parameters().map((p) => p.grad));
    r.value("b", b.parameters().map((p) => p.grad));
  },
  byol: (r) => {
    const w = leaf([
      [1, 2],
      [0.5, -1],
    ]);
    const target = t([
      [0.5, 1],
      [1, 0.2],
    ]);
    const x = t([[1, -1]]);
    const z = normalize(x.matmul(w), { dim: 1 });
    const other = normalize(x.matmul(target), { dim: 1 }).detach();
    const loss = z.mul(other).sum().mul(2).neg().add(2);
    loss.backward();
    r.value("loss", loss);
    r.value("w.grad", w.grad);
    noGrad(() => target.mul_(0.99).add_(w.mul(0.01)));
    r.value("target", target);
  },
  simsiam: (r) => {
    const w = leaf([
      [1, 0.5],
      [-0.5, 1],
    ]);
    const [a, b] = [t([[1, 2]]).matmul(w), t([[2, 1]]).matmul(w)];
    const distance = (p: Tensor, z: Tensor): Tensor => cosineSimilarity(p, z.detach(), { dim: 1 }).mean().neg();
    const loss = distance(a, b).mul(0.5).add(distance(b, a).mul(0.5));
    loss.backward();
    r.value("loss", loss);
    r.value("w.grad", w.grad);
  },
  vqvae: (r) => {
    const z = leaf([[0.2, 0.9]]);
    const codes = leaf([
      [0, 0],
      [0, 1],
      [1, 1],
    ]);
    const k = cdist(z, codes).argmin(1);
    const q = codes.at(k);
    const loss = mse(q, z.detach()).add(mse(z, q.detach()).mul(0.25));
    const through = z.add(q.sub(z).detach());
    loss.add(through.mul(t([3, -2])).sum()).backward();
    r.value("k", k);
    r.value("z.grad", z.grad);
    r.value("e.grad", codes.grad);
  },
  dqn_target: (r) => {
    for (const target of ["cut", "live"]) {
      const q = leaf([
        [1, 2],
        [3, 0.5],
      ]);
      const [state, next, action] = [whole([0, 1]), whole([1, 0]), whole([0, 1])];
      const wanted = t([1, 0]).add(q.at(next).max(1).mul(0.9));
      const chosen = q.at(state).gather(1, action.unsqueeze(1)).select(1, 0);
      const loss = smoothL1(chosen, target === "cut" ? wanted.detach() : wanted);
      loss.backward();
      r.value("loss", loss);
      r.value("q.grad", q.grad);
    }
  },
};
