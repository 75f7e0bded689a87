/**
 * Stands between the engine and the trace: replaces the values of leaves before anyone sees them, and says where an
 * error of a backward pass was made.
 */
import type { Listener } from "../autograd/listener.js";
import type { LeafOverride, SiteId } from "../graph/run-report.js";
import type { Trace } from "../graph/trace.js";
import type { Tensor } from "../tensor.js";
import type { SiteStack } from "./sites.js";

export interface Watcher {
  /** Before every op; it may throw. */
  op(): void;
  /** After an op that is on the tape. */
  recorded(op: string, output: Tensor): void;
  failed(error: Error): void;
  place(): string | null;
}

export class WatchingListener implements Listener<Tensor> {
  private readonly overrides: ReadonlyMap<SiteId, readonly number[]>;

  constructor(
    private readonly trace: Trace<Tensor>,
    private readonly sites: SiteStack,
    overrides: readonly LeafOverride[],
    private readonly watcher: Watcher,
  ) {
    this.overrides = new Map(overrides.map(({ site, values }) => [site, values]));
  }

  leafMade(leaf: Tensor): void {
    const values = this.sites.site === null ? undefined : this.overrides.get(this.sites.site);
    if (values?.length === leaf.storage.size) values.forEach((value, index) => leaf.storage.write(index, value));
    this.trace.leafMade(leaf);
  }

  place(): string | null {
    return this.watcher.place();
  }

  applied(
    op: string,
    inputs: readonly Tensor[],
    inputNames: readonly string[],
    output: Tensor,
    recorded: boolean,
  ): void {
    this.watcher.op();
    this.trace.applied(op, inputs, inputNames, output, recorded);
    if (recorded) this.watcher.recorded(op, output);
  }

  applyFailed(op: string, inputs: readonly Tensor[], inputNames: readonly string[]): void {
    this.trace.applyFailed(op, inputs, inputNames);
  }

  control(name: string, input: Tensor, output: Tensor | null): void {
    this.trace.control(name, input, output);
  }

  backwardStarted(loss: Tensor): void {
    this.trace.backwardStarted(loss);
  }

  cotangent(tensor: Tensor, grad: Tensor): void {
    this.trace.cotangent(tensor, grad);
  }

  deposited(leaf: Tensor, grad: Tensor): void {
    this.trace.deposited(leaf, grad);
  }

  backwardEnded(): void {
    this.trace.backwardEnded();
  }

  backwardFailed(loss: Tensor, error: Error): void {
    this.watcher.failed(error);
    this.trace.backwardFailed(loss, error);
  }
}
