/** The variable of a leaf is bound to the result of its own update: from then on it holds no leaf any more. */
import type { Cut, FlowGraph, FlowNode } from "../flow/flow-graph.js";
import { outputsOf, type Outputs } from "../activity/reach.js";
import { inNoGrad } from "./remedies.js";
import type { Fix, Rule } from "./rule.js";

export const leafOverwritten: Rule = {
  code: "leaf-overwritten",
  severity: "error",
  explanation: `An update that computes a new tensor and gives it the old name replaces the leaf by the result of an op. \`backward()\`
keeps no gradient there, so the next \`grad\` is null.

\`\`\`ts
x = x.sub(x.grad!.mul(0.1)); // x is no leaf any more
\`\`\`

\`\`\`ts
noGrad(() => x.sub_(x.grad!.mul(0.1)));
\`\`\`

Inside \`noGrad()\` the result requires no gradient at all; change the leaf in place there, or make a new one.`,
  check: (flow) => {
    if (flow.gaveUp !== null) return [];
    const outputs = outputsOf(flow);
    const found = new Map(
      flow.nodes.flatMap((node) => overwritings(node, flow, outputs)).map((made) => [made.site, made]),
    );
    return [...found.values()].map((made) => ({
      message: `this binds \`${made.name ?? ""}\` to the result of \`${made.op ?? ""}()\`, which is no leaf, so \`${made.name ?? ""}.grad\` is null from here on`,
      span: made.site.nameSpan ?? made.span,
      path: leavesOf(made, flow).map(({ span }) => ({ span, message: `the leaf \`${made.name ?? ""}\`` })),
      fixes: fixesOf(made, flow),
    }));
  },
};

/** What is computed from a gradient that is read from the same variable, and read for its gradient again. */
function overwritings(read: FlowNode, flow: FlowGraph, outputs: Outputs): readonly FlowNode[] {
  if (read.op !== "grad") return [];
  const holders = read.inputs.flatMap(({ from, kind }) => (kind.kind === "cut" ? (flow.nodes[from] ?? []) : []));
  return holders.filter((made) => {
    if (made.kind !== "op" || made.name === null || made.library.tape?.isNew(made.op ?? "") !== true) return false;
    if (flow.tape.gradOwners.has(made.id) || isRenewed(made, outputs)) return false;
    const before = computedFrom(made, flow);
    const isOwn = before.has(read.id) && holders.some(({ id, kind }) => kind === "leaf" && before.has(id));
    return isOwn && leavesOf(made, flow).length > 0;
  });
}

/** A new leaf may be made of it: of its detached self, or of its values. */
function isRenewed({ id }: FlowNode, outputs: Outputs): boolean {
  return (outputs[id] ?? []).some(({ to, edge: { kind } }) => {
    if (kind.kind !== "cut") return false;
    return kind.cut.kind === "detach" || (isRead(kind.cut) && (outputs[to] ?? []).length > 0);
  });
}

function isRead({ kind }: Cut): boolean {
  return kind === "item" || kind === "tolist" || kind === "data";
}

function leavesOf({ name }: FlowNode, { leafSites }: FlowGraph): FlowGraph["leafSites"] {
  return leafSites.filter((leaf) => leaf.name === name);
}

/** Everything that it was computed from. */
function computedFrom({ id }: FlowNode, { nodes }: FlowGraph): ReadonlySet<number> {
  const seen = new Set([id]);
  for (const each of seen) for (const { from } of nodes[each]?.inputs ?? []) seen.add(from);
  return seen;
}

/** `x = x.sub(d)` becomes `noGrad(() => { x.sub_(d); x.grad = null; })`: a new tensor had no gradient either. */
function fixesOf({ site, op, name, library }: FlowNode, flow: FlowGraph): readonly Fix[] {
  const { nameSpan, span, wordSpan, receiver } = site;
  const isPlain =
    nameSpan !== null && name !== null && receiver === name && library.methods.get(`${op ?? ""}_`)?.kind === "inPlace";
  if (!isPlain || nameSpan.start.line !== span.start.line) return [];
  const change = { span: { ...wordSpan, start: wordSpan.end }, text: "_" };
  const width = nameSpan.end.character - nameSpan.start.character;
  const written = width === name.length + "this.".length ? `this.${name}` : name;
  const assignment = { uri: span.uri, start: nameSpan.start, end: span.start };
  return inNoGrad(
    "Update it in place, inside `noGrad()`",
    assignment,
    { span, library },
    { changes: [change], then: `${written}.grad = null` },
    flow,
  );
}
