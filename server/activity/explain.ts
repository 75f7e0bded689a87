/**
 * What the hover says: of a variable whether a gradient arrives at it and why not, of a call what it does to one.
 * The same sentences and the same stories as those of the findings, also for what is in order.
 */
import type { Position, SourceSpan } from "@gradlens/engine/graph";
import type { Activity, LeafArrival } from "./activity.js";
import { arrivalStory } from "./arrival-story.js";
import { distancesTo } from "./reach.js";
import { markdownOf, stepsOf, type Story } from "./story.js";
import type { Variable } from "../flow/code.js";
import type { Followed } from "../flow/follow.js";
import type { FlowGraph, FlowNode, LeafSite } from "../flow/flow-graph.js";
import type { Linked } from "../flow/linked.js";
import { reason } from "../rules/never-receives-gradient.js";
import type { SignedStatement } from "../rules/severities.js";
import { cutsInWords, leafName, listed } from "../rules/words.js";

export interface Explanation {
  readonly span: SourceSpan;
  /** The sentences, and of each the places that show it. */
  readonly stories: readonly Story[];
  readonly markdown: string;
}

export interface Explained extends Followed {
  readonly linked: Linked;
  readonly activity: Activity;
  readonly statements: readonly SignedStatement[];
}

export function explainPosition(programs: readonly Explained[], uri: string, position: Position): Explanation | null {
  for (const program of programs) {
    const module = program.linked.modules.find((each) => each.uri === uri);
    if (module === undefined) continue;
    const reference = module.references.find(({ span }) => contains(span, position));
    const explained = reference === undefined ? null : explainVariable(reference.variable, reference.span, program);
    const found = explained ?? explainField(uri, position, program) ?? explainNode(uri, position, program);
    if (found !== null) return found;
  }
  return null;
}

export function explainName(programs: readonly Explained[], uri: string, name: string): readonly Explanation[] {
  return programs.flatMap((program) => {
    const module = program.linked.modules.find((each) => each.uri === uri);
    const named = (module?.references ?? [])
      .filter(({ variable }) => variable.name === name)
      .map(({ variable }) => variable);
    const variables = [...new Set(named)].filter((variable) => variable.imported === null);
    const explained = variables.flatMap((variable) => explainVariable(variable, variable.span, program) ?? []);
    const isTold = ({ site }: LeafArrival): boolean => explained.some(({ span }) => samePlace(span, site.span));
    const fields = program.activity.arrivals.filter(
      (leaf) => leaf.site.span.uri === uri && lastName(leaf.site) === name && !isTold(leaf),
    );
    return [...explained, ...fields.map((leaf) => explainLeaf(leaf, program))];
  });
}

/** A leaf that is declared as a field or property, at its declaration. */
function explainField(uri: string, position: Position, program: Explained): Explanation | null {
  const leaf = program.activity.arrivals.find(
    ({ site }) => site.name !== null && site.span.uri === uri && contains(site.span, position),
  );
  return leaf === undefined ? null : explainLeaf(leaf, program);
}

function explainLeaf(leaf: LeafArrival, program: Explained): Explanation {
  const { span } = leaf.site;
  const remarks = remarksOn(span, program);
  const ofItsArrival = remarks.filter(({ about }) => about === "arrival").map(({ story }) => story);
  const arrival = [aboutLeaf(leaf, program), ...ofItsArrival];
  const others = remarks.filter(({ about }) => about === "something else").map(({ story }) => story);
  return { span, stories: [...arrival, ...others], markdown: markdownOf(arrival, span.uri) };
}

/** `this.w` is asked for as `w`. */
function lastName({ name }: LeafSite): string | null {
  return name === null ? null : (name.split(".").at(-1) ?? name);
}

function explainVariable(variable: Variable, span: SourceSpan, program: Explained): Explanation | null {
  const { seen, flow, activity } = program;
  const tensors = (seen.get(variable)?.tensors ?? []).flatMap((id) => flow.nodes[id] ?? []);
  const modules = activity.arrivals.filter(({ site }) => site.what === "module" && samePlace(site.span, variable.span));
  if (tensors.length === 0 && modules.length === 0) return null;
  const arrivals = activity.arrivals.filter(({ site }) => tensors.some(({ id }) => site.nodes.includes(id)));
  const stories = [...new Set([...modules, ...arrivals])].map((arrival) => aboutLeaf(arrival, program));
  const computed = tensors.filter(({ kind }) => kind === "op" || kind === "control");
  if (computed.length > 0) stories.push(aboutComputed(variable, computed, flow));
  const remarks = remarksOn(variable.span, program);
  stories.push(...remarks.filter(({ about }) => about === "arrival").map(({ story }) => story));
  if (stories.length === 0) stories.push(plainStory(`\`${variable.name}\` is a constant: it requires no gradient.`));
  if (flow.gaveUp !== null) stories.push(plainStory(`Nothing is claimed here: ${flow.gaveUp}.`));
  const others = remarks.filter(({ about }) => about === "something else").map(({ story }) => story);
  return { span, stories: [...stories, ...others], markdown: markdownOf(stories, span.uri) };
}

interface Remark {
  readonly about: "arrival" | "something else";
  readonly story: Story;
}

/** What the rules say at the variable's declaration, beyond what the story of its gradient says anyway. */
function remarksOn(span: SourceSpan, { statements }: Explained): readonly Remark[] {
  return statements
    .filter((statement) => samePlace(statement.span, span) && statement.level !== "off" && !told.has(statement.code))
    .map(({ code, message, path }) => ({
      about: ofArrival.has(code) ? "arrival" : "something else",
      story: { sentence: `${message}.`, steps: path },
    }));
}

const told: ReadonlySet<string> = new Set(["never-receives-gradient", "unused-parameter"]);
const ofArrival: ReadonlySet<string> = new Set(["zero-gradient", "maybe-receives-gradient"]);

function aboutLeaf(leaf: LeafArrival, program: Explained): Story {
  const { site, arrival } = leaf;
  const name = leafName(site);
  switch (arrival.kind) {
    case "arrives":
      return arrival.from === "outside"
        ? plainStory(`${name} is a leaf. It leaves the program here, so nothing is claimed about its gradient.`)
        : arrivalStory(site, program);
    case "unreached":
      return plainStory(`${name} is a leaf. No loss depends on it${intent(leaf)}.`);
    case "cut":
      return {
        sentence: `${name} never receives a gradient: ${reason({ site, arrival })}${intent(leaf)}.`,
        steps: stepsOf({ site, arrival }),
      };
  }
}

function intent({ site, isTarget }: LeafArrival): string {
  if (site.silenced) return ", which is intended";
  return isTarget ? ", and it is there to give values" : "";
}

function plainStory(sentence: string): Story {
  return { sentence, steps: [] };
}

/** Of a computed value: the leaves whose gradient it carries, and those that a cut keeps out. */
function aboutComputed({ name, span }: Variable, nodes: readonly FlowNode[], flow: FlowGraph): Story {
  const distances = distancesTo(
    nodes.map(({ id }) => id),
    flow,
  );
  const near = (wanted: (distance: number) => boolean): readonly LeafSite[] =>
    flow.leafSites.filter((site) => wanted(Math.min(...site.nodes.map((id) => distances.get(id) ?? Infinity))));
  const carried = near((distance) => distance === 0);
  const cut = near((distance) => distance > 0 && distance < Infinity);
  const ops = listed(nodes.map(({ op }) => `\`${op ?? "?"}\``));
  const isOpen = [...flow.sources].some((id) => distances.get(id) === 0);
  if (nodes.every(({ id }) => flow.recorded.get(id) === "no"))
    return plainStory(`\`${name}\` is the result of ${ops}, computed where ops are not recorded.`);
  const first =
    carried.length > 0
      ? `\`${name}\` is the result of ${ops}. It carries a gradient back to ${listed(carried.map(leafName))}.`
      : `\`${name}\` is the result of ${ops}. ${isOpen ? "It may carry a gradient to what is made elsewhere." : "It has no gradient history."}`;
  const tell = (sites: readonly LeafSite[], message: string) =>
    sites.slice(0, mostLeaves).map((site) => ({ span: site.span, message: `${leafName(site)} ${message}` }));
  const steps = [...tell(carried, "receives a gradient through it"), ...tell(cut, "receives none through it")];
  return {
    sentence: cut.length === 0 ? first : `${first} It is cut off from ${listed(cut.map(leafName))}.`,
    steps: steps.length === 0 ? [] : [...steps, { span, message: `\`${name}\` stands here` }],
  };
}

/** A story names no more leaves than a reader would go through. */
const mostLeaves = 8;

/** On the word of a call: what the op or control does. */
function explainNode(uri: string, position: Position, program: Explained): Explanation | null {
  const { flow, activity } = program;
  const node = flow.nodes.find(
    ({ wordSpan, op }) => op !== null && wordSpan.uri === uri && contains(wordSpan, position),
  );
  if (node === undefined) return null;
  const summary = node.library.summaries.get(node.op ?? "");
  const cuts = node.inputs.flatMap(({ kind }) => (kind.kind === "cut" ? [kind.cut] : []));
  const vanishing = node.inputs.flatMap(({ kind }) => (kind.kind === "vanish" ? [kind.because] : []));
  const victims = activity.arrivals.filter(
    ({ arrival }) => arrival.kind === "cut" && arrival.cuts.some((cut) => cuts.includes(cut)),
  );
  const lines = [
    ...(summary === undefined ? [] : [`\`${node.op ?? ""}\`: ${summary}`]),
    ...new Set(cuts.map((cut) => `${cutsInWords([cut], uri)} cuts: ${cut.because}.`)),
    ...new Set(vanishing.map((because) => `The gradient is zero almost everywhere: ${because}.`)),
    ...(victims.length === 0
      ? []
      : [`This is why ${listed(victims.map(({ site }) => leafName(site)))} receives no gradient.`]),
  ];
  if (lines.length === 0) return null;
  const stories = [...lines.map(plainStory), ...victims.map((victim) => aboutLeaf(victim, program))];
  return { span: node.wordSpan, stories, markdown: lines.join("\n\n") };
}

function samePlace(a: SourceSpan, b: SourceSpan): boolean {
  return a.uri === b.uri && a.start.line === b.start.line && a.start.character === b.start.character;
}

function contains({ start, end }: SourceSpan, { line, character }: Position): boolean {
  const isAfterStart = line > start.line || (line === start.line && character >= start.character);
  return isAfterStart && (line < end.line || (line === end.line && character <= end.character));
}
