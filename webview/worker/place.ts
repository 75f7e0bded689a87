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

/** The compiler needs to have seen the layout at work a few times before it makes it fast. */
function warmUp(): void {
  const nodeCount = 500;
  const edges = Array.from({ length: nodeCount - 1 }, (_, index) => [index, index + 1]);
  const jumps = Array.from({ length: nodeCount / 2 }, (_, index) => [index, Math.min(nodeCount - 1, 2 * index + 3)]);
  const ends = [...edges, ...jumps].filter(([from = 0, to = 0]) => from < to);
  const side = (end: 0 | 1): Int32Array => Int32Array.from(ends, (each) => each[end] ?? 0);
  for (let round = 0; round < 14; round++) placementOf({ nodeCount, from: side(0), to: side(1) });
}
warmUp();
