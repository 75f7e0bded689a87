/** The thread of the layout: skeletons in, placements out, the newest wish first; older ones are answered by nobody. */
import { placementOf, type Placement, type Skeleton } from "../layout/placement.js";

export interface ToPlacer {
  readonly sequence: number;
  readonly skeleton: Skeleton;
}

export interface FromPlacer {
  readonly sequence: number;
  readonly placement: Placement;
}

const post: (message: FromPlacer, options: StructuredSerializeOptions) => void =
  globalThis.postMessage.bind(globalThis);

let newest: ToPlacer | null = null;

globalThis.addEventListener("message", ({ data }: MessageEvent<ToPlacer>) => {
  newest = data;
  // Wishes that have come in the meantime are heard before the work begins, and only the last is carried out.
  setTimeout(() => {
    if (newest !== data) return;
    newest = null;
    const placement = placementOf(data.skeleton);
    const { x, y, points, pointStarts } = placement;
    const transfer = [x.buffer, y.buffer, points.buffer, pointStarts.buffer];
    post({ sequence: data.sequence, placement }, { transfer });
  });
});

/**
 * The compiler needs to have seen the layout at work a few times before it makes it fast. What it sees has the form of a
 * program's tape: each op reads the one before it, half of them an earlier one, a third a shared parameter.
 */
function warmUp(): void {
  const ops = 900;
  const parameters = 110;
  const ends: [number, number][] = [];
  let state = 5;
  const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
  for (let to = 1; to < ops; to++) {
    ends.push([to - 1, to]);
    if (random(2) === 0 && to > 2) ends.push([Math.max(0, to - 2 - random(10)), to]);
    if (random(3) === 0) ends.push([ops + random(parameters), to]);
  }
  const from = Int32Array.from(ends, ([start]) => start);
  const to = Int32Array.from(ends, ([, end]) => end);
  for (let round = 0; round < 12; round++) placementOf({ nodeCount: ops + parameters, from, to, before: null });
}
warmUp();
