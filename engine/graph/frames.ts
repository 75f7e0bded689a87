/**
 * The calls and loops behind the values of a pass, as a tree. It is made from the calls that were being evaluated when
 * each value was made, and two things that those do not say:
 *
 *     this.second.forward(this.first.forward(x))    // the inner call is evaluated while the outer one is, but it is
 *                                                   // its argument and stands beside it, not in it
 *     for (const head of heads) {                   // a call that occurs eight times in one caller, inside a loop of
 *       outs.push(head.forward(x));                 // the source, is eight iterations of it
 *     }
 */
import type { GraphFrame, SourceSpan } from "./gradient-graph.js";
import type { CallFrame, Origin } from "./origin.js";
import type { Site, SiteId } from "./run-report.js";

export interface Frames {
  readonly frames: readonly GraphFrame[];
  readonly frameOf: ReadonlyMap<Origin, number>;
}

/** A call with the calls made in it. */
interface Call {
  readonly frame: CallFrame | null;
  /** Which one it is among the calls of its site in the same caller. */
  place: number;
  readonly children: Call[];
  /** How many calls of each site it has made. */
  readonly counts: Map<SiteId, number>;
  readonly origins: Origin[];
}

export function framesOf(origins: readonly Origin[], sites: readonly Site[]): Frames {
  const root = treeOf(origins, sites);
  const frames: GraphFrame[] = [];
  const frameOf = new Map<Origin, number>();
  const enter = (call: Call, parent: number | null): void => {
    for (const origin of call.origins) if (parent !== null) frameOf.set(origin, parent);
    const loops = loopsOf(call, sites);
    for (const child of call.children) {
      const around = loops.frameAround(child, parent, frames);
      const site = child.frame === null ? undefined : sites[child.frame.site];
      const own = frames.push({
        parent: around,
        kind: "call",
        name: nameOf(site),
        span: site?.span ?? null,
        place: child.place,
      });
      enter(child, own - 1);
    }
  };
  enter(root, null);
  return { frames, frameOf };
}

function treeOf(origins: readonly Origin[], sites: readonly Site[]): Call {
  const root: Call = { frame: null, place: 0, children: [], counts: new Map(), origins: [] };
  const calls = new Map<CallFrame, Call>();
  const callOf = (frame: CallFrame | null): Call => {
    if (frame === null) return root;
    const known = calls.get(frame);
    if (known !== undefined) return known;
    const caller = callOf(callerOf(frame, sites));
    const place = caller.counts.get(frame.site) ?? 0;
    caller.counts.set(frame.site, place + 1);
    const call: Call = { frame, place, children: [], counts: new Map(), origins: [] };
    caller.children.push(call);
    calls.set(frame, call);
    return call;
  };
  for (const origin of origins) callOf(origin.frame).origins.push(origin);
  return root;
}

/** The call in whose function a call was made: not the one whose argument or callback it is. */
function callerOf(frame: CallFrame, sites: readonly Site[]): CallFrame | null {
  const span = sites[frame.site]?.span;
  let caller = frame.parent;
  while (caller !== null && isInside(span, sites[caller.site]?.span)) caller = caller.parent;
  return caller;
}

function isInside(inner: SourceSpan | undefined, outer: SourceSpan | undefined): boolean {
  if (inner === undefined || outer === undefined || inner.uri !== outer.uri) return false;
  const startsAfter =
    inner.start.line > outer.start.line ||
    (inner.start.line === outer.start.line && inner.start.character >= outer.start.character);
  const endsBefore =
    inner.end.line < outer.end.line ||
    (inner.end.line === outer.end.line && inner.end.character <= outer.end.character);
  return startsAfter && endsBefore;
}

interface Loops {
  /** The frame of the iteration that a call belongs to, made where it is the first; `parent` where it is in no loop. */
  frameAround(call: Call, parent: number | null, frames: GraphFrame[]): number | null;
}

/** The innermost loop of the source counts whose calls occur more than once in this caller. */
function loopsOf({ counts }: Call, sites: readonly Site[]): Loops {
  const made = new Map<string, number>();
  const frame = (key: string, frames: GraphFrame[], make: () => GraphFrame): number => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const index = frames.push(make()) - 1;
    made.set(key, index);
    return index;
  };
  return {
    frameAround: (call, parent, frames) => {
      const site = call.frame === null ? undefined : sites[call.frame.site];
      const count = call.frame === null ? 0 : (counts.get(call.frame.site) ?? 0);
      const loop = site?.loops.at(-1);
      if (site === undefined || count < 2) return parent;
      // A callback that is called over and over is a loop as well: that of the call which it was given to.
      const place = loop?.start ?? site.span.start;
      const key = loop === undefined ? `callback ${call.frame?.parent?.site}` : `${place.line}:${place.character}`;
      const name = loop === undefined ? nameOf(site) : (loop.name ?? "round");
      const span = { uri: site.span.uri, start: place, end: place };
      const whole = frame(key, frames, () => ({ parent, kind: "loop", name, span, place: 0 }));
      return frame(`${key} ${call.place}`, frames, () => {
        return { parent: whole, kind: "iteration", name: `${name} ${call.place}`, span, place: call.place };
      });
    },
  };
}

/** `query` of `this.query.forward`: what is called for its forward pass goes by its own name. */
function nameOf(site: Site | undefined): string {
  if (site === undefined) return "call";
  return site.callee.replace(/^this\./, "").replace(/\.forward$/, "") || "call";
}
