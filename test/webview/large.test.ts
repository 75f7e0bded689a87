/** Pictures of thousands of cards: what lies in the window, what is laid over it, and the painted picture in Chromium. */
import type { GradientGraph } from "@gradlens/engine/graph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { edgesIn, gridOf, nodeAt, nodesIn, type Rectangle } from "../../webview/canvas/grid.js";
import { foldedGraph } from "../../webview/folding/fold.js";
import { drawingOf, nodeHeight, nodeWidth } from "../../webview/layout/layered-layout.js";
import { placementOf, type Placement } from "../../webview/layout/placement.js";
import { marksOf, type Overlay } from "../../webview/overlay.js";
import { graphOf, pictured } from "./graphs.js";
import { runMessage, startPanelHost, type PanelHost } from "./panel-page.js";

/** A weight that each of 300 steps uses, and a residual around every third of them. */
function tape(): GradientGraph {
  const steps = Array.from({ length: 300 }, (_, index) => {
    const residual = index % 3 === 0 && index >= 3 ? `, h${index - 3} -> h${index}` : "";
    return `${index === 0 ? "x" : `h${index - 1}`} -> h${index}, w -> h${index}${residual}`;
  });
  return graphOf(`${steps.join(", ")}, h299 -> L`, { L: 1 });
}

const windows: readonly Rectangle[] = [
  { left: 0, top: 0, right: 400, bottom: 300 },
  { left: 150, top: 5000, right: 300, bottom: 9000 },
  { left: -500, top: 20_000, right: 5000, bottom: 40_000 },
];

describe("the grid of a large picture", () => {
  const placement = placementOf(drawingOf(tape()).skeleton);
  const grid = gridOf(placement);

  it.each(windows)("finds the cards that touch a rectangle: %o", (inside) => {
    const all = [...placement.x].map((_, node) => node);
    const touching = all.filter((node) => {
      const [x = 0, y = 0] = [placement.x[node], placement.y[node]];
      return x + nodeWidth >= inside.left && x <= inside.right && y + nodeHeight >= inside.top && y <= inside.bottom;
    });
    expect(nodesIn(grid, inside).sort((a, b) => a - b)).toEqual(touching);
  });

  it.each(windows)("finds the edges that pass through a rectangle, each once: %o", (inside) => {
    const found = edgesIn(grid, inside);
    expect(new Set(found).size).toBe(found.length);
    const passing = edgesOf(placement).filter(({ edge, top, bottom }) => {
      return grid.isStub[edge] === 0 && top <= inside.bottom && bottom >= inside.top;
    });
    expect(found).toEqual(expect.arrayContaining(passing.map(({ edge }) => edge)));
  });

  it("draws only the ends of an edge that spans hundreds of rows", () => {
    const stubs = edgesOf(placement).filter(({ edge }) => grid.isStub[edge] === 1);
    expect(stubs.length).toBeGreaterThan(250);
    expect(stubs.every(({ top, bottom }) => bottom - top > 800)).toBe(true);
  });

  it("finds the card under a point, and none between two", () => {
    const [x = 0, y = 0] = [placement.x[7], placement.y[7]];
    expect(nodeAt(grid, x + 1, y + 1)).toBe(7);
    expect(nodeAt(grid, x + 1, y + nodeHeight + 5)).toBe(null);
  });

  it("stands upright, however often a pattern leans to one side", () => {
    expect(placement.width).toBeLessThan(2500);
  });
});

describe("what is laid over a picture", () => {
  const graph = pictured("every-kind");
  const folded = foldedGraph(graph, { level: "all ops", toggled: new Map() });
  const marked = (overlay: Overlay) => {
    const marks = marksOf(folded, graph.nodes, overlay);
    return marks === null ? null : graph.nodes.filter(({ id }) => marks.has(id)).map(({ name, op }) => name ?? op);
  };

  it("marks nothing unless it is asked to", () => {
    expect(marked("none")).toBe(null);
  });

  it("marks what received a gradient by its size, from the smallest to the largest", () => {
    const marks = marksOf(folded, graph.nodes, "norm");
    const received = graph.nodes.filter(({ gradient }) => gradient.kind === "received");
    expect(marks?.size).toBe(received.length);
    const strengths = received.map(({ id }) => marks?.get(id)?.strength ?? -1);
    expect(Math.min(...strengths)).toBe(0);
    expect(Math.max(...strengths)).toBe(1);
  });

  it("marks exact zeros with their share, and lost numbers, and what is cut off", () => {
    const zeros = graph.nodes.filter(({ gradient }) => {
      return gradient.kind === "received" && gradient.summary.exactZeros > 0;
    });
    expect(marked("zeros")).toEqual(zeros.map(({ name, op }) => name ?? op));
    const lost = graph.nodes.filter(({ value, gradient }) => {
      return (value?.nonFinite ?? 0) > 0 || (gradient.kind === "received" && gradient.summary.nonFinite > 0);
    });
    expect(marked("lost")).toEqual(lost.map(({ name, op }) => name ?? op));
    expect(marked("cut")).toEqual(['t<script>&"', "index"]);
  });
});

describe("a picture of thousands of cards in Chromium", () => {
  let host: PanelHost;
  beforeAll(async () => {
    host = await startPanelHost();
  });
  afterAll(async () => {
    await host.close();
  });

  it("is painted, moves, is walked by the keyboard, has a map, and steps back behind an overlay", async () => {
    const { page, send, complaints } = await host.open("dark", { width: 1280, height: 800 });
    await send(await runMessage("examples/long.ts", recurrent(500)));
    await page.getByTestId("level-all-ops").click();
    const canvas = page.getByTestId("graph-canvas");
    await canvas.waitFor();
    await page.getByTestId("minimap").waitFor();
    const selected = (): Promise<string> => page.locator(".details h2 .name").innerText();
    expect(await selected()).toBe("loss");
    const inks = (): Promise<number> =>
      canvas.evaluate((element: HTMLCanvasElement) => {
        const { data } = element.getContext("2d")?.getImageData(0, 0, element.width, element.height) ?? { data: [] };
        let painted = 0;
        for (let pixel = 3; pixel < data.length; pixel += 4) if ((data[pixel] ?? 0) > 0) painted++;
        return painted;
      });
    await expect.poll(inks).toBeGreaterThan(20_000);

    await canvas.focus();
    await page.keyboard.press("ArrowUp");
    await expect.poll(selected).toBe("h");
    expect(await canvas.getAttribute("aria-label")).toContain("selected: h ln 7");

    const before = await canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
    await page.mouse.move(300, 500);
    await page.mouse.down();
    await page.mouse.move(300, 650, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL())).not.toBe(before);
    await page.getByTestId("overlay").selectOption("cut");
    await expect.poll(inks).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("tells the gradient of a leaf that lies a hundred thousand ops behind the loss", async () => {
    const { page, send } = await host.open("dark", { width: 1280, height: 800 });
    await send(await runMessage("examples/deep.ts", recurrent(25_000)));
    await expect.poll(() => page.getByTestId("strip").innerText(), { timeout: 30_000 }).toContain("Both leaves get");
    expect(await page.locator(".count").innerText()).toContain("nodes nearest to the loss");
    await page.close();
  });

  it("ends a program that keeps all it makes, with its line, before the window is lost, and runs the next", async () => {
    const { page, send, complaints } = await host.open("dark", { width: 1280, height: 800 });
    const head = 'import { tensor } from "@gradlens/engine";\nconst x = tensor([1, 2], { requiresGrad: true });\n';
    const bomb =
      "x.mul(2).sum().backward();\nconst keep: number[][] = [];\nfor (;;) keep.push(new Array(1e6).fill(0.5));\n";
    await send(await runMessage("examples/bomb.ts", head + bomb));
    await page.getByTestId("error").getByText("Look for a list that grows with every step").waitFor();
    await page.getByText("Go to line 5").waitFor();
    await send(await runMessage("examples/bomb.ts", `${head}x.mul(3).sum().backward();\n`));
    await page.getByText("= [3, 6]").first().waitFor();
    expect(complaints).toEqual([]);
  });
});

function recurrent(steps: number): string {
  return `import { tensor } from "@gradlens/engine";
const w = tensor([0.5, 0.2], { requiresGrad: true });
const b = tensor([0.1, 0.2], { requiresGrad: true });
let h = tensor([1, 2]);
for (let i = 0; i < ${steps}; i++) {
  const u = h.mul(w).add(b);
  h = u.tanh().mul(0.9);
}
const loss = h.sum();
loss.backward();
`;
}

function edgesOf({ pointStarts, points }: Placement) {
  return Array.from({ length: pointStarts.length - 1 }, (_, edge) => {
    const top = points[2 * (pointStarts[edge] ?? 0) + 1] ?? 0;
    const bottom = points[2 * (pointStarts[edge + 1] ?? 0) - 1] ?? 0;
    return { edge, top, bottom };
  });
}
