/** Programs of the shapes that users write: what their graphs and leaves say. */
import { describe, expect, it } from "vitest";
import { arrivedAt, edgesOf, finished, leavesOf, namesIn, nodeNamed } from "../support/live-run.js";

describe("leaves", () => {
  it("reports a training loop's parameters once, with the last step's graph", async () => {
    const run = await finished(`
      const w = tensor([[1], [2]], { requiresGrad: true });
      const data = tensor([[1, 2], [3, 4]]);
      for (let i = 0; i < 5; i++) {
        const loss = data.matmul(w).sub(1).pow(2).mean();
        w.grad = null;
        loss.backward();
        noGrad(() => w.sub_(w.grad.mul(0.01)));
      }`);
    expect(leavesOf(run)).toEqual(["w received"]);
    expect(run.graphs.map(({ step }) => step)).toEqual([5]);
    expect(namesIn(run.graphs[0])).toEqual(["w", "data", "matmul", "sub", "pow", "loss"]);
    expect(run.events.flatMap((event) => (event.kind === "progress" ? [event.step] : [])).at(-1)).toBe(5);
  });

  it("names a module's parameters by their paths, and an optimizer's run leaves them what they are", async () => {
    const run = await finished(`
      class Net extends nn.Module {
        fc1 = new nn.Linear(2, 3);
        fc2 = new nn.Linear(3, 1);
        forward(x) { return this.fc2.forward(this.fc1.forward(x).relu().detach()); }
      }
      const net = new Net();
      const optimizer = new optim.SGD(net.parameters(), { lr: 0.1 });
      for (let step = 0; step < 3; step++) {
        optimizer.zeroGrad();
        const loss = net.forward(randn([4, 2])).pow(2).mean();
        loss.backward();
        optimizer.step();
      }`);
    expect(leavesOf(run)).toEqual([
      "net.fc1.weight none",
      "net.fc1.bias none",
      "net.fc2.weight received",
      "net.fc2.bias received",
    ]);
    expect(edgesOf(run.graphs[0]).filter((edge) => edge.includes("blocks"))).toEqual(["relu → detach blocks"]);
  });

  it("reports leaves of one place together, and the place under its list's name", async () => {
    const run = await finished(`
      const ws = [1, 2, 3].map((i) => tensor(i, { requiresGrad: true }));
      const { a, b } = { a: tensor(1, { requiresGrad: true }), b: tensor(2, { requiresGrad: true }) };
      const make = () => [tensor(3, { requiresGrad: true }), { k: tensor(4, { requiresGrad: true }) }];
      const [c, { k }] = make();
      const [d] = [tensor(5, { requiresGrad: true })];
      const { e: f } = (() => ({ e: tensor(6, { requiresGrad: true }) }))();
      ws[0].mul(ws[1]).mul(a).backward();`);
    expect(leavesOf(run)).toEqual(["ws received", "a received", "b none", "c none", "k none", "d none", "e none"]);
    expect(namesIn(run.graphs[0])).toEqual(["ws[0]", "ws[1]", "a", "mul", "mul"]);
  });

  it("names the fields of the program's own classes after the variable that holds the object", async () => {
    const run = await finished(`
      class Model {
        w = tensor(2, { requiresGrad: true });
        static make() { return new Model(); }
        step(i) { const l = this.w.mul(i); l.backward(); return l; }
      }
      const model = Model.make();
      model.step(1);
      console.log(await Promise.all([2, 3].map(async (i) => { await null; return model.step(i).item(); })));`);
    expect(leavesOf(run)).toEqual(["model.w received"]);
    expect(run.console).toEqual(["[ 4, 6 ]"]);
    expect(run.graphs.map((graph) => [graph.step, arrivedAt(graph, "model.w")])).toEqual([[3, 3]]);
  });

  it("tells zero from none, and keeps what was received when grad is cleared or the flag taken back", async () => {
    const run = await finished(`
      const rounded = tensor(1.4, { requiresGrad: true });
      const cleared = tensor(2, { requiresGrad: true });
      const late = tensor(3);
      const unused = tensor(4, { requiresGrad: true });
      const never = tensor(5);
      never.requiresGrad = true;
      late.requiresGrad = true;
      rounded.round().add(cleared).add(late).backward();
      cleared.grad = null;
      late.requiresGrad = false;`);
    expect(leavesOf(run)).toEqual(["rounded zero", "cleared received", "unused none", "never none", "late received"]);
    expect(edgesOf(run.graphs[0])[0]).toBe("rounded → round vanishes");
  });

  it("reports the gradient of the last pass, whether backward() added it or grad() returned it", async () => {
    const run = await finished(`
      const x = tensor(3, { requiresGrad: true });
      x.mul(2).backward();
      x.mul(5).backward();
      grad([x.mul(4)], [x]);
      const z = tensor(1, { requiresGrad: true });
      grad([z.mul(4)], [z]);
      z.mul(3).backward();`);
    expect(run.leaves.map((leaf) => leaf.grad)).toEqual([4, 3]);
  });

  it("counts what grad() returns as received", async () => {
    const run = await finished(`
      const x = tensor(3, { requiresGrad: true });
      const other = tensor(1, { requiresGrad: true });
      const y = x.mul(x).mul(other);
      const [dx] = grad([y], [x]);
      console.log(dx.item());`);
    expect(leavesOf(run)).toEqual(["x received", "other none"]);
    expect(run.leaves[0]?.grad).toBe(6);
    expect(arrivedAt(run.graphs[0], "x")).toBe(6);
  });
});

describe("graphs", () => {
  it("lead through noGrad, with one control for each value that goes in", async () => {
    const run = await finished(`
      const w = tensor([1, 2], { requiresGrad: true });
      const v = tensor([3, 4], { requiresGrad: true });
      const h = noGrad(() => w.mul(2).add(w));
      h.mul(v).sum().backward();`);
    const [graph] = run.graphs;
    expect(edgesOf(graph)).toEqual([
      "w → noGrad blocks",
      "noGrad → mul flows",
      "mul → h flows",
      "noGrad → h flows",
      "h → mul flows",
      "v → mul flows",
      "mul → sum flows",
    ]);
    expect(nodeNamed(graph, "w").gradient).toMatchObject({
      kind: "none",
      because: "ops inside `noGrad()` are not recorded",
      wouldBe: { first: [9, 12] },
    });
    expect(graph?.nodes.find(({ op }) => op === "noGrad")?.span?.start).toEqual({ line: 4, character: 16 });
  });

  it("say that a comparison, an index and a condition block", async () => {
    const run = await finished(`
      const x = tensor([1, -2, 3], { requiresGrad: true });
      const mask = x.gt(0);
      where(mask, x, x.mul(0.1)).sum().backward();`);
    expect(edgesOf(run.graphs[0]).filter((edge) => edge.includes("blocks"))).toEqual([
      "x → mask blocks",
      "mask → where blocks",
    ]);
    expect(nodeNamed(run.graphs[0], "mask").gradient).toMatchObject({
      because: "a condition only chooses and has no derivative",
    });
    expect(leavesOf(run)).toEqual(["x received"]);
  });

  it("guess that a number read from a tensor came back in another", async () => {
    const run = await finished(`
      const x = tensor(1.7, { requiresGrad: true });
      const w = tensor(2, { requiresGrad: true });
      const copied = tensor(x.mul(2).item());
      const number = x.mul(3).item();
      const later = tensor(number);
      w.mul(copied).mul(later).backward();`);
    expect(edgesOf(run.graphs[0]).filter((edge) => edge.includes("item"))).toEqual([
      "mul → item blocks",
      "item → copied flows maybe",
      "mul → item blocks",
      "item → later flows maybe",
    ]);
    expect(arrivedAt(run.graphs[0], "x")).toEqual({ because: "`item()` returns a plain number", wouldBe: null });
  });

  it("stop behind a cut at the values of the step before", async () => {
    const run = await finished(`
      const w = tensor(0.5, { requiresGrad: true });
      const first = tensor(1.5, { requiresGrad: true });
      let state = first.mul(2).detach();
      for (let i = 0; i < 4; i++) {
        const next = state.mul(w);
        const loss = next.pow(2);
        loss.backward();
        state = next.detach();
      }`);
    expect(run.graphs[0]?.step).toBe(4);
    expect(namesIn(run.graphs[0])).toEqual(["w", "state", "next", "loss"]);
  });

  it("keep what was cut once, before the loop", async () => {
    const run = await finished(`
      const w = tensor(0.5, { requiresGrad: true });
      const frozen = tensor(1.5, { requiresGrad: true });
      const code = frozen.mul(2).detach();
      for (let i = 0; i < 4; i++) code.mul(w).backward();`);
    expect(namesIn(run.graphs[0])).toEqual(["w", "frozen", "mul", "code", "mul"]);
  });

  it("are one for each backward call, also through a function and a loop of losses", async () => {
    const run = await finished(`
      const a = tensor(1, { requiresGrad: true });
      const b = tensor(2, { requiresGrad: true });
      const shared = a.mul(b);
      for (const factor of [1, 2]) shared.mul(factor).backward({ retainGraph: true });
      function step(loss) { loss.backward(); }
      step(b.pow(2));
      step(b.pow(3));`);
    expect(run.graphs.map((graph) => [graph.step, arrivedAt(graph, "b")])).toEqual([
      [2, 2],
      [2, 12],
    ]);
  });

  it("show the fault of a pass that the program catches", async () => {
    const run = await finished(`
      const x = tensor([1, 2], { requiresGrad: true });
      const y = x.mul(2);
      try { y.backward(); } catch {}
      const loss = y.sum();
      loss.backward();
      try { loss.backward(); } catch {}`);
    const [vector, , again] = run.graphs;
    expect(vector?.fault?.message).toMatch(/shape \[2\]/);
    expect(arrivedAt(vector, "x")).toBe("notComputed");
    expect(again?.fault?.message).toMatch(/second time/);
  });

  it("lead through a gradient that was recorded", async () => {
    const run = await finished(`
      const x = tensor(3, { requiresGrad: true });
      const [slope] = grad([x.pow(3)], [x], { createGraph: true });
      slope.pow(2).backward();`);
    // d/dx (3x²)² = 36x³
    expect(arrivedAt(run.graphs[1], "x")).toBe(972);
    expect(nodeNamed(run.graphs[1], "slope")).toMatchObject({ kind: "op", value: { first: [27] } });
    expect(run.leaves[0]).toMatchObject({ received: true, grad: 972 });
  });

  it("treat a change in place as an op, and an update inside noGrad as none", async () => {
    const run = await finished(`
      const x = tensor([1, 2], { requiresGrad: true });
      const total = zeros([2]);
      total.add_(x).mul_(3);
      noGrad(() => x.mul_(2));
      total.sum().backward();`);
    expect(edgesOf(run.graphs[0])).toEqual([
      "total → add_ flows",
      "x → add_ flows",
      "add_ → mul_ flows",
      "mul_ → sum flows",
    ]);
    expect(leavesOf(run)).toEqual(["x received"]);
  });
});
