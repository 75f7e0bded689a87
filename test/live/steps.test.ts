/** What a run tells of each of its passes: the loss, the leaves and the units, against numbers worked out by hand. */
import { describe, expect, it } from "vitest";
import type { StepRecord, StepsOfLoss } from "@gradlens/engine/graph";
import { plainRequest, runText } from "../support/live-run.js";

const engine = `import { nn, noGrad, optim, tensor, zeros } from "@gradlens/engine";\n`;

async function stepsOf(text: string): Promise<readonly StepsOfLoss[]> {
  const run = await runText(`${engine}${text}`);
  const bySite = new Map<number | null, StepsOfLoss>();
  for (const event of run.events) {
    if (event.kind !== "steps") continue;
    const before = bySite.get(event.site)?.records ?? [];
    bySite.set(event.site, { ...event, records: [...before, ...event.records] });
  }
  return [...bySite.values()];
}

const measured = (record: StepRecord | undefined) => {
  const numbers = record?.measured ?? null;
  if (numbers === null) throw new Error("The pass was not measured.");
  return numbers;
};

describe("the steps of a run", () => {
  it("have the loss, the gradient, the value and the last update of each leaf", async () => {
    // L = (w − 3)², so ∂L/∂w = 2(w − 3); w: 0, 1.5 after a step of 0.25·6.
    const [steps] = await stepsOf(`
      const w = tensor([0], { requiresGrad: true });
      const optimizer = new optim.SGD([w], { lr: 0.25 });
      for (let i = 0; i < 2; i++) {
        optimizer.zeroGrad();
        w.sub(3).square().sum().backward();
        optimizer.step();
      }`);
    expect(steps?.leaves).toMatchObject([{ name: "w", shape: [1] }]);
    expect(steps?.records.map(({ step, loss }) => [step, loss])).toEqual([
      [1, 9],
      [2, 2.25],
    ]);
    expect(steps?.records.map((record) => measured(record).leaves)).toEqual([
      [{ gradientNorm: 6, zeros: 0, nonFinite: 0, valueNorm: 0, updateNorm: null, outlivedUpdates: 0 }],
      [{ gradientNorm: 3, zeros: 0, nonFinite: 0, valueNorm: 1.5, updateNorm: 1.5, outlivedUpdates: 0 }],
    ]);
  });

  it("count zeros and lost numbers, and a leaf that a pass does not reach is absent from it", async () => {
    const [steps] = await stepsOf(`
      const w = tensor([1, -2, 3], { requiresGrad: true });
      const v = tensor(0, { requiresGrad: true });
      for (let i = 0; i < 2; i++) {
        const loss = i === 0 ? w.relu().sum() : v.sqrt();
        loss.backward();
      }`);
    expect(steps?.leaves.map(({ name }) => name)).toEqual(["w", "v"]);
    expect(measured(steps?.records[0]).leaves).toMatchObject([{ zeros: 1, nonFinite: 0 }]);
    expect(measured(steps?.records[1]).leaves).toMatchObject([null, { nonFinite: 1 }]);
  });

  it("have the share of flat units, by call, and none of what runs without a tape", async () => {
    const [steps] = await stepsOf(`
      const w = tensor([5, 0.1, -5, 0.2], { requiresGrad: true });
      const model = new nn.Sequential(new nn.Tanh(), new nn.ReLU(), new nn.Tanh());
      noGrad(() => w.sigmoid());
      for (let i = 0; i < 3; i++) {
        let h = w;
        for (let k = 0; k < 2; k++) h = h.sigmoid();
        model.forward(w).add(h).sum().backward();
      }`);
    expect(steps?.units.map(({ op, place, word }) => [op, place, word])).toEqual([
      ["sigmoid", 1, "saturated"],
      ["tanh", 1, "saturated"],
      ["relu", 1, "zero"],
      ["tanh", 2, "saturated"],
    ]);
    // Of two rounds of sigmoid, σ(±5) is flat in the first: 2 of 8. tanh(±5) is flat: 2 of 4. relu is 0 at one.
    expect(measured(steps?.records[2]).units).toEqual([0.25, 0.5, 0.25, 0]);
  });

  it("keep the leaves of a list apart, and see one leaf in one that is made anew in every step", async () => {
    const [steps] = await stepsOf(`
      const layers = [0, 1, 2].map(() => new nn.Linear(1, 1, { bias: false }));
      let w = tensor(1, { requiresGrad: true });
      for (let i = 0; i < 4; i++) {
        const out = layers.reduce((x, layer) => layer.forward(x), zeros([1, 1]).add(w));
        out.sum().backward();
        w = tensor(w.item() - 0.5, { requiresGrad: true });
      }`);
    expect(steps?.leaves.length).toBe(4);
    for (const record of steps?.records ?? [])
      expect(measured(record).leaves.every((leaf) => leaf !== null)).toBe(true);
    const updates = steps?.records.map((record) => measured(record).leaves.map((leaf) => leaf?.updateNorm));
    expect(updates?.[3]?.filter((update) => update === 0.5).length).toBe(1);
  });

  it("tell how many updates a gradient has outlived: none where it is cleared, one where another loss comes between", async () => {
    const outlived = async (body: string): Promise<unknown> => {
      const all = await stepsOf(`
        const w = tensor([1, 2], { requiresGrad: true });
        const optimizer = new optim.SGD([w], { lr: 0.01 });
        for (let i = 0; i < 5; i++) { ${body} }`);
      return all.map(({ records }) => records.map((record) => measured(record).leaves[0]?.outlivedUpdates));
    };
    const step = "w.square().sum().backward(); optimizer.step();";
    expect(await outlived(`optimizer.zeroGrad(); ${step}`)).toEqual([[0, 0, 0, 0, 0]]);
    expect(await outlived(`w.grad = null; ${step}`)).toEqual([[0, 0, 0, 0, 0]]);
    expect(await outlived(step)).toEqual([[0, 1, 2, 3, 4]]);
    // Gradients of several passes for one step are meant to add up.
    expect(await outlived("w.sum().backward(); if (i === 3) optimizer.step();")).toEqual([[0, 0, 0, 0, 1]]);
    expect(await outlived(`optimizer.zeroGrad(); ${step} w.sum().backward();`)).toEqual([
      [0, 0, 0, 0, 0],
      [1, 1, 1, 1, 1],
    ]);
  });

  it("grow more sparse in a long run, and end with the last", async () => {
    const [steps] = await stepsOf(`
      const w = tensor(1, { requiresGrad: true });
      for (let i = 0; i < 5000; i++) w.mul(2).backward();`);
    const numbers = steps?.records.map(({ step }) => step) ?? [];
    expect(numbers.slice(0, 1024)).toEqual(Array.from({ length: 1024 }, (_, index) => index + 1));
    expect(numbers.at(-1)).toBe(5000);
    expect(numbers.length).toBeLessThan(2600);
  });

  it("are told by loss, and not told where nobody asked", async () => {
    const text = `${engine}
      const a = tensor(1, { requiresGrad: true });
      const b = tensor(2, { requiresGrad: true });
      for (let i = 0; i < 2; i++) { a.mul(b).backward(); b.square().backward(); }`;
    const told = await stepsOf(text.slice(engine.length));
    expect(told.map(({ leaves }) => leaves.map(({ name }) => name).sort())).toEqual([["a", "b"], ["b"]]);
    const silent = await runText(text, { ...plainRequest, steps: "untold" });
    expect(silent.events.filter(({ kind }) => kind === "steps")).toEqual([]);
  });

  it("can be asked for one by one: only that pass is recorded whole", async () => {
    const text = `${engine}
      const w = tensor(1, { requiresGrad: true });
      for (let i = 1; i <= 50; i++) w.mul(i).backward();`;
    const all = await stepsOf(text.slice(engine.length));
    const site = all[0]?.site ?? null;
    const run = await runText(text, { ...plainRequest, recording: { kind: "step", site, step: 37 } });
    const graphs = run.events.flatMap((event) => (event.kind === "graph" ? [event] : []));
    expect(graphs.map(({ step }) => step)).toEqual([1, 37]);
    const leaf = graphs[1]?.graph.nodes.find(({ kind }) => kind === "leaf");
    expect(leaf?.gradient).toMatchObject({ kind: "received", summary: { first: [37] } });
  });
});
