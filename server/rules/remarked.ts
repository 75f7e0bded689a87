/** The remarks of one kind, in a program about which anything can be claimed. */
import type { FlowGraph } from "../flow/flow-graph.js";
import type { Remark, RemarkKind } from "../flow/remarks.js";

export function remarked(kind: RemarkKind, { remarks, gaveUp }: FlowGraph): readonly Remark[] {
  return gaveUp === null ? remarks.filter((remark) => remark.kind === kind) : [];
}
