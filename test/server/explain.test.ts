/** The story of a gradient: at most five steps from the leaf to the loss, whether it arrives or not. */
import { explainName, rules, analyze } from "@gradlens/server/analysis";
import { describe, expect, it } from "vitest";
import type { ExplainResult, PageResult } from "../../server/protocol.js";
import { memorySources } from "../support/sources.js";
import { gradlens } from "./command.js";
import { Conversation, diskOf } from "./conversation.js";

const program = [
  'import { randn, tensor, type Tensor } from "@gradlens/engine";',
  "const encoder = randn([4, 3], { requiresGrad: true });",
  "const decoder = randn([3, 1], { requiresGrad: true });",
  "function stop(x: Tensor): Tensor {",
  "  const twice = x.mul(2);",
  "  return twice.detach();",
  "}",
  "const hidden = tensor([[1, 2, 3, 4]]).matmul(encoder);",
  "const code = stop(hidden);",
  "const out = code.matmul(decoder);",
  "const loss = out.add(1).sum();",
  "loss.backward();",
  "",
].join("\n");

function told(text: string, name: string): readonly string[] {
  const analysis = analyze(memorySources({ "main.ts": text }));
  return explainName(analysis, "main.ts", name).flatMap(({ stories }) =>
    stories.flatMap(({ sentence, steps }) => [
      sentence,
      ...steps.map(({ span, message }) => `${span.start.line + 1}: ${message}`),
    ]),
  );
}

describe("a story", () => {
  it("goes from the leaf through the call to the cut, and on to the loss", () => {
    expect(told(program, "encoder")).toEqual([
      "`encoder` never receives a gradient: `detach()` on line 6 cuts its only path to `loss`.",
      "2: the leaf `encoder`",
      "4: `hidden` is passed to `stop` as `x`",
      "6: cut here: `detach()` returns the value without its history",
      "9: `code` carries no gradient to `encoder`",
      "12: `backward()` is called here, on `loss`",
    ]);
  });

  it("is told of a gradient that arrives, too", () => {
    expect(told(program, "decoder")).toEqual([
      "`decoder` is a leaf. A gradient can arrive from `loss` (line 12), through `matmul`, `add` and `sum`.",
      "3: the leaf `decoder`",
      "10: `out` carries its gradient",
      "12: `backward()` is called here, on `loss`",
    ]);
  });

  it("of a computed value names what it carries a gradient to, and what it is cut off from", () => {
    expect(told(program, "out")).toEqual([
      "`out` is the result of `matmul`. It carries a gradient back to `decoder`. It is cut off from `encoder`.",
      "3: `decoder` receives a gradient through it",
      "2: `encoder` receives none through it",
      "10: `out` stands here",
    ]);
  });

  it("is told of a leaf that is a field", () => {
    const model = [
      'import { nn, tensor, type Tensor } from "@gradlens/engine";',
      "class Model extends nn.Module {",
      "  scale = new nn.Parameter(tensor([2]));",
      "  shift = new nn.Parameter(tensor([2]));",
      "  forward(x: Tensor): Tensor {",
      "    return x.mul(this.scale).add(this.shift.detach());",
      "  }",
      "}",
      "new Model().forward(tensor([1])).sum().backward();",
    ].join("\n");
    expect(told(model, "scale")[0]).toMatch(
      / is a leaf\. A gradient can arrive from the loss \(line 9\), through `mul`/,
    );
    expect(told(model, "shift")[0]).toMatch(/ never receives a gradient: `detach\(\)` on line 6 cuts its only path/);
  });

  it("of a gradient that is always zero says so", () => {
    const flat = [
      'import { tensor } from "@gradlens/engine";',
      "const gate = tensor([0.3], { requiresGrad: true });",
      "const hard = gate.round();",
      "hard.mul(2).sum().backward();",
    ].join("\n");
    const lines = told(flat, "gate");
    expect(lines[0]).toMatch(/^`gate` is a leaf\. A gradient can arrive from the loss \(line 4\), through `round`, /);
    expect(lines).toContainEqual(
      expect.stringMatching(/^the gradient of `gate` is always zero: .*`round\(\)` on line 3/),
    );
  });

  it("is short, however long the way", () => {
    const steps = Array.from({ length: 40 }, (_, index) => `const h${index + 1} = h${index}.mul(2);`);
    const start = 'import { tensor } from "@gradlens/engine";\nconst h0 = tensor(1, { requiresGrad: true });';
    const live = [start, ...steps, "h40.backward();"].join("\n");
    expect(told(live, "h0").length).toBeLessThanOrEqual(6);
    const cut = [
      start,
      ...steps.toSpliced(20, 1, "const h21 = h20.detach();"),
      "h40.add(tensor(1, { requiresGrad: true })).backward();",
    ];
    expect(told(cut.join("\n"), "h0")).toEqual([
      "`h0` never receives a gradient: `detach()` on line 23 cuts its only path to the loss.",
      "2: the leaf `h0`",
      "22: `h20` is computed from `h0`",
      "23: cut here: `detach()` returns the value without its history",
      "24: `h22` carries no gradient to `h0`",
      "43: `backward()` is called here, on the loss",
    ]);
  });
});

describe("the editor's question", () => {
  const uri = "file:///project/main.ts";

  it("is answered with the story under the cursor, with nothing elsewhere", async () => {
    const conversation = await Conversation.withSession({});
    await conversation.open(uri, program);
    const ask = (piece: string) =>
      conversation.client.sendRequest<ExplainResult>("gradlens/explain", {
        textDocument: { uri },
        uri,
        position: conversation.rangeOf(uri, piece).start,
      });
    const [story, ...others] = await ask("encoder");
    expect(others).toEqual([]);
    expect(story?.steps.map(({ span }) => `${span.uri} ${span.start.line}`)).toEqual(
      [1, 3, 5, 8, 11].map((line) => `${uri} ${line}`),
    );
    expect(await ask("import")).toEqual([]);
  });

  it("leads into other files, named as the client names them", async () => {
    const helper = "file:///project/helper.ts";
    const text = 'import type { Tensor } from "@gradlens/engine";\nexport const stop = (x: Tensor) => x.detach();\n';
    const conversation = await Conversation.withSession({ disk: diskOf(new Map([[helper, text]])) });
    const main = program.replace(/function stop[^}]+\}\n/, 'import { stop } from "./helper.js";\n');
    await conversation.open(uri, main);
    const position = conversation.rangeOf(uri, "encoder").start;
    const [story] = await conversation.client.sendRequest<ExplainResult>("gradlens/explain", { uri, position });
    expect(story?.steps.map(({ span }) => span.uri)).toEqual(
      [uri, helper, uri, uri].toSpliced(2, 0, helper).slice(0, 5),
    );
  });
});

describe("the page of a code", () => {
  it.each(rules.map(({ code }) => [code]))(
    "%s is there in the editor and on the command line, with two examples",
    async (code) => {
      const conversation = await Conversation.withSession({});
      const page = await conversation.client.sendRequest<PageResult>("gradlens/page", { code });
      const { stdout } = await gradlens(".", "explain", code);
      expect(stdout).toBe(`${page}\n`);
      expect(page).toMatch(new RegExp(`^# ${code}\\n\\nSeverity: (off|hint|information|warning|error)\\n\\n`));
      expect(page?.match(/```ts\n/g)?.length, "one bad and one good example").toBeGreaterThanOrEqual(2);
    },
  );

  it("is nothing for a code that no finding has", async () => {
    const conversation = await Conversation.withSession({});
    expect(await conversation.client.sendRequest("gradlens/page", { code: "nobody" })).toBeNull();
  });
});
