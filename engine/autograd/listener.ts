/**
 * The hooks of the live inspector: who listens to ops and sweeps, and whether a control's cut is obeyed.
 * It holds what was set and nothing else; when nobody listens, an op pays one null check.
 */

/** The calls whose cut a run may ignore. */
export type CutControl = "detach" | "noGrad";

/** `T` is the engine's `Tensor`; each has a stable numeric `id`. */
export interface Listener<T> {
  leafMade?(leaf: T): void;
  /** `recorded` is false where an op ran inside `noGrad` although an input requires grad. */
  applied(op: string, inputs: readonly T[], inputNames: readonly string[], output: T, recorded: boolean): void;
  /** Instead of `applied` where an op throws, since its inputs do not fit. */
  applyFailed?(op: string, inputs: readonly T[], inputNames: readonly string[]): void;
  control(name: string, input: T, output: T | null): void;
  backwardStarted(loss: T): void;
  cotangent(tensor: T, grad: T): void;
  deposited(leaf: T, grad: T): void;
  backwardEnded(loss: T): void;
  /** Instead of `backwardEnded` where a started pass throws, also because the loss does not require grad or its graph is freed. */
  backwardFailed?(loss: T, error: Error): void;
  /** Where the program stands, for a message: "on line 4 of `net.ts`". */
  place?(): string | null;
}

export type CutPolicy = (control: CutControl) => "cut" | "ignore";

/** One place for a listener and a policy, so that the engine and its hooks share them by type. */
export class Hooks<T> {
  listener: Listener<T> | null = null;
  cutPolicy: CutPolicy = () => "cut";
}
