/**
 * Where a condition chooses between two tensors, and nothing that is known decides it: what is taken of them depends
 * on the run. A chosen value remembers its choice until something else is added to it.
 *
 *     let h = w.mul(2);
 *     if (Math.random() < 0.5) h = h.detach();   // a choice: { detach } or { mul }
 *     h.sum();                                   // takes it as its `x`
 *
 * Only what is certain to be chosen once is kept, so nothing in a loop or in a function that may be called again.
 */
import type { Site } from "./code.js";
import type { Frame } from "./frame.js";
import type { CellId, Store, Writes } from "./store.js";
import { chance, fromOutside, undefinedValue, type Value } from "./value.js";

export interface Choice {
  /** The condition. */
  readonly site: Site;
  /** The activation that decides it. */
  readonly frame: number;
  readonly whenTrue: readonly number[];
  readonly whenFalse: readonly number[];
}

/** One input that is a choice in every context and round; `to` is null where it is what `backward()` is called on. */
export interface TakenChoice extends Choice {
  readonly to: number | null;
  readonly input: string;
  /** The call of `backward()`. */
  readonly loss: Site | null;
}

export class Choices {
  private readonly known = new Map<Site, Choice>();
  private readonly taken = new Map<string, TakenChoice | "mixed">();
  private readonly losses = new Map<Site, TakenChoice | "mixed">();

  /** The joined value of both ways, which must bring tensors, and each some that the other does not. */
  joined(value: Value, choice: Choice): Value {
    const { whenTrue, whenFalse } = choice;
    const isBetween = value.tensors.length > Math.max(whenTrue.length, whenFalse.length);
    if (!isBetween || whenTrue.length === 0 || whenFalse.length === 0) return value;
    return { ...value, choice: this.interned(choice) };
  }

  /** What an op is about to take as one of its inputs; `before` says that it has taken something there already. */
  take(to: number, input: string, { choice }: Value, before: () => boolean): void {
    if (this.known.size === 0) return;
    const key = `${to}/${input}`;
    const taken = choice === null ? null : { ...choice, to, input, loss: null };
    note(this.taken, key, taken, before);
  }

  takeLoss(loss: Site, { choice }: Value, before: () => boolean): void {
    if (this.known.size === 0) return;
    const taken = choice === null ? null : { ...choice, to: null, input: "loss", loss };
    note(this.losses, loss, taken, before);
  }

  finished(): readonly TakenChoice[] {
    const all = [...this.taken.values(), ...this.losses.values()];
    return all.flatMap((taken) => (taken === "mixed" ? [] : [taken]));
  }

  /** The same in every round, so that it is no news. */
  private interned(choice: Choice): Choice {
    const known = this.known.get(choice.site);
    if (known !== undefined && isSame(known, choice)) return known;
    this.known.set(choice.site, choice);
    return choice;
  }
}

function note<Key>(
  all: Map<Key, TakenChoice | "mixed">,
  key: Key,
  taken: TakenChoice | null,
  before: () => boolean,
): void {
  const known = all.get(key);
  if (known === undefined && taken === null) return;
  const isFirst = known === undefined && !before();
  const isAgain = known !== undefined && known !== "mixed" && taken !== null && isSame(known, taken);
  all.set(key, taken !== null && (isFirst || isAgain) ? taken : "mixed");
}

function isSame(a: Choice, b: Choice): boolean {
  const sides = (choice: Choice): string => `${choice.whenTrue.join()}|${choice.whenFalse.join()}`;
  return a.site === b.site && a.frame === b.frame && sides(a) === sides(b);
}

/** Nothing that is known decides it, and it is decided once. */
export function isOpenChoice(decided: Value, { multiple, loopDepth }: Frame): boolean {
  return (decided === chance || decided === fromOutside) && !multiple && loopDepth === 0;
}

/** What each cell holds on either way, before they are joined. */
export function choicesIn(
  whenTrue: Writes,
  whenFalse: Writes,
  store: Store,
): readonly { readonly cell: CellId; readonly whenTrue: readonly number[]; readonly whenFalse: readonly number[] }[] {
  return [...new Set([...whenTrue.keys(), ...whenFalse.keys()])].map((cell) => {
    const before = store.get(cell) ?? undefinedValue;
    return {
      cell,
      whenTrue: (whenTrue.get(cell) ?? before).tensors,
      whenFalse: (whenFalse.get(cell) ?? before).tensors,
    };
  });
}
