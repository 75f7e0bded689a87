/**
 * What runs when the program next waits and not before: a callback that it has handed to a timer or a promise, and what
 * follows the `await` of a call that nobody waits for. It is walked there, as something that may have happened; for
 * certain only where the program waits for it, or where it comes first in any case.
 *
 *     queueMicrotask(() => { h = h.detach(); });
 *     h.sum().backward();                          // before the callback, for certain
 *     await pause();
 *     h.sum().backward();                          // after it
 *
 * Several of one kind, as from within a loop, have no order, and one that starts a backward pass must not be walked twice:
 * these are threads.
 */
import type { Thread } from "./cells.js";
import { inEnclosure } from "./enclosure.js";
import { attempt } from "./evaluate-try.js";
import type { AbstractObject } from "./objects.js";
import type { Place, Run } from "./run.js";
import { covers, noWrites, present } from "./store.js";
import { nothing, type Value } from "./value.js";

/** "next": before whoever waits first goes on. */
export type Turn = "next" | "some time";

export interface Callback {
  readonly count: Thread["count"];
  readonly place: Place;
  readonly turn: Turn;
  /** The promise that it keeps, if any. */
  readonly keeps: AbstractObject | null;
  /** The promises that are kept before it runs. */
  readonly after: readonly AbstractObject[];
  /** The branch in which it is certain to be handed over; null where it is not certain. */
  readonly region: object | null;
  /**
   * Walks it; the thread is its own, or null where it runs in the turn of whoever waits. The region is the branch in which
   * it is certain to be walked, or null.
   */
  readonly body: (thread: Thread | null, region: object | null) => void;
}

interface Waiting extends Pick<Callback, "turn" | "keeps" | "after"> {
  readonly key: string;
  region: object | null;
  /** Who has handed it over. */
  readonly owner: Thread;
  readonly walk: (region: object | null) => void;
  readonly start: () => void;
  wasWalked: boolean;
}

export class Callbacks {
  /** Those that have no turn of their own, by their keys; found out in earlier rounds. */
  readonly beside = new Set<string>();
  /** Promises whose failure somebody handles: what happened before it is anything, so whoever keeps them is a thread. */
  readonly handled = new Set<AbstractObject>();
  /** Those that have started a backward pass in this round. */
  readonly passed = new Set<string>();
  /** The threads whose callbacks are being walked. */
  readonly running = new Set<Thread>();
  /** Something was found out of order: from the next round on all of them are threads. */
  isOff = false;
  private waiting: readonly Waiting[] = [];

  begin(): void {
    this.waiting = [];
    this.passed.clear();
    this.running.clear();
  }

  add(callback: Waiting): void {
    this.waiting = [...this.waiting, callback];
  }

  of(thread: Thread): readonly Waiting[] {
    return this.waiting.filter(({ owner }) => owner === thread);
  }

  isPending(promise: AbstractObject): boolean {
    return this.waiting.some(({ keeps }) => keeps === promise);
  }

  /** Whether something that was never walked keeps this promise. */
  isUnknown(promise: AbstractObject): boolean {
    return this.waiting.some(({ keeps, wasWalked }) => keeps === promise && !wasWalked);
  }

  countOf(key: string): number {
    return this.waiting.filter((other) => other.key === key).length;
  }

  /** What was certain in a branch that has ended is certain in the one around it. */
  moveTo(outer: object | null, inner: object | null): void {
    for (const callback of this.waiting) if (inner !== null && callback.region === inner) callback.region = outer;
  }

  remove(callback: Waiting): void {
    this.waiting = this.waiting.filter((other) => other !== callback);
  }
}

export function callWhenWaiting({ count, place, body, ...callback }: Callback, run: Run): void {
  const key = `${place.frame.id}/${place.key}`;
  const { enclosure, callbacks } = run;
  const start = (): void =>
    run.apart(
      count,
      (thread) => {
        inEnclosure(enclosure, run, () => body(thread, null));
        endCallbacks(run);
      },
      callback.region,
    );
  const isHandled = callback.keeps !== null && callbacks.handled.has(callback.keeps);
  if (count !== "one" || isHandled || callbacks.isOff) return start();
  const walk = (region: object | null): void =>
    void attempt(() => {
      inEnclosure(enclosure, run, () => body(null, region));
      return nothing;
    }, run);
  // What is handed over again and again, by something that may run again and again, is a thread.
  if (callbacks.countOf(key) >= 2) setBeside(key, run);
  callbacks.add({ ...callback, key, owner: run.thread, walk, start, wasWalked: false });
}

/** Somebody is called where one of these promises is not kept. */
export function noteHandled(promises: Iterable<AbstractObject>, run: Run): void {
  const { handled } = run.callbacks;
  for (const promise of promises) {
    if (handled.has(promise)) continue;
    handled.add(promise);
    run.growth++;
  }
}

/** So many rounds may callbacks change what others find; then they are threads. */
const mostRounds = 4;
const mostAtOnce = 24;

/** The thread waits here, for what `awaited` is: everything that it has handed over until now may run. */
export function runCallbacks(run: Run, awaited: Value = nothing, how: "in turn" | "early" = "in turn"): void {
  const { callbacks, store } = run;
  const { thread } = run;
  const before = callbacks.of(thread);
  if (before.length === 0 || callbacks.running.has(thread) || !store.reachable) return;
  const { chain, awaited: site } = run;
  const kept = run.tryDepth === 0 ? run.promises.behind(awaited) : new Set();
  const isHere = ({ region, wasWalked }: Waiting): boolean => region === store.region && !wasWalked;
  const isAwaited = ({ keeps }: Waiting): boolean => keeps !== null && kept.has(keeps);
  callbacks.running.add(thread);
  const open = [...before];
  for (let callback = inOrder(open); callback !== null; callback = inOrder(open)) {
    open.splice(open.indexOf(callback), 1);
    const isDue = how === "in turn" && callback.turn === "next" && isHere(callback);
    if (isDue || callbacks.beside.has(callback.key)) callbacks.remove(callback);
    if (callbacks.beside.has(callback.key)) callback.start();
    else if (isDue) walkOnce(callback, run);
    else if (!isAwaited(callback)) perhaps(callback, run);
  }
  settle((callback) => !isAwaited(callback), run);
  for (;;) {
    const due = inOrder(callbacks.of(thread).filter(isAwaited));
    if (due === null || due.region !== store.region) break;
    callbacks.remove(due);
    if (due.wasWalked) perhaps(due, run);
    else walkOnce(due, run);
  }
  settle(() => true, run);
  callbacks.running.delete(thread);
  run.chain = chain;
  run.awaited = site;
  run.tape.justMade = null;
}

/** Somebody wants to know what a promise holds that is not kept yet. */
export function readEarly(promise: AbstractObject, run: Run): void {
  const { callbacks } = run;
  if (!callbacks.running.has(run.thread)) runCallbacks(run, nothing, "early");
  else if (callbacks.isUnknown(promise)) switchOff(run);
}

/** At the end of a thread: what it has handed over and what has not run belongs to it. */
export function endCallbacks(run: Run): void {
  const { callbacks, store, thread } = run;
  // One that is alone has the last word, and then what it hands on.
  while (store.reachable && !callbacks.running.has(thread)) {
    const waiting = callbacks.of(thread);
    const [only, ...others] = waiting.filter(({ after }) => !after.some((promise) => isKeptBy(promise, waiting)));
    if (only === undefined || others.length > 0 || only.wasWalked || only.region !== store.region) break;
    callbacks.remove(only);
    if (callbacks.beside.has(only.key)) only.start();
    else within(thread, () => walkOnce(only, run), run);
  }
  runCallbacks(run);
  for (const callback of run.callbacks.of(run.thread)) run.callbacks.remove(callback);
}

/** Those that may run at some time may run in any order. */
function settle(isMeant: (callback: Waiting) => boolean, run: Run): void {
  const { callbacks, store, thread } = run;
  const meant = (): readonly Waiting[] =>
    callbacks.of(thread).filter((callback) => isMeant(callback) && !callbacks.beside.has(callback.key));
  // One alone has been walked already.
  if (meant().length <= 1 && meant().every(({ wasWalked }) => wasWalked)) return;
  for (let round = 0; meant().length > 0; round++) {
    const { growth } = run;
    const count = meant().length;
    const walked = new Set<Waiting>();
    const end = store.branch(noWrites, () => {
      for (;;) {
        const next = inOrder(meant().filter((callback) => !walked.has(callback)));
        if (walked.size > mostAtOnce) switchOff(run);
        if (next === null || callbacks.isOff) break;
        walked.add(next);
        perhaps(next, run);
      }
    });
    const isSame = end === null || covers(store, noWrites, end);
    if (end !== null) store.join([noWrites, end]);
    const isAlone = count === 1 && meant().length === 1;
    if (isAlone || (isSame && growth === run.growth && meant().length === count)) return;
    if (round < mostRounds && !callbacks.isOff) continue;
    return switchOff(run);
  }
}

function isKeptBy(promise: AbstractObject, callbacks: readonly Waiting[]): boolean {
  return callbacks.some(({ keeps }) => keeps === promise);
}

/** Nothing else of this thread runs meanwhile. */
function within(thread: Thread, body: () => void, { callbacks }: Run): void {
  callbacks.running.add(thread);
  body();
  callbacks.running.delete(thread);
}

/** The first one that does not wait for what another one of them keeps. */
function inOrder(callbacks: readonly Waiting[]): Waiting | null {
  const isBehind = ({ after }: Waiting): boolean => after.some((promise) => isKeptBy(promise, callbacks));
  return callbacks.find((callback) => !isBehind(callback)) ?? callbacks[0] ?? null;
}

/** What it hands on to itself, the part after its next `await`, comes after it and not without it. */
function perhaps(callback: Waiting, run: Run): void {
  const { callbacks, store, thread } = run;
  const end = store.branch(noWrites, () => {
    const before = new Set(callbacks.of(thread));
    walkOnce(callback, run, "perhaps");
    const isNext = (other: Waiting): boolean =>
      other.keeps !== null && other.keeps === callback.keeps && !before.has(other);
    for (const next of callbacks.of(thread).filter(isNext)) {
      callbacks.remove(next);
      if (callbacks.beside.has(next.key)) next.start();
      else perhaps(next, run);
    }
  });
  store.join(present([noWrites, end]));
}

function walkOnce(callback: Waiting, run: Run, how: "certain" | "perhaps" = "certain"): void {
  const { callbacks, tape } = run;
  // The round is walked again, with it as a thread.
  if (callbacks.passed.has(callback.key)) return setBeside(callback.key, run);
  const passes = tape.passCount;
  callback.wasWalked = true;
  callback.walk(how === "certain" ? callback.region : null);
  run.store.reachable = true;
  if (tape.passCount > passes) callbacks.passed.add(callback.key);
}

function switchOff(run: Run): void {
  if (run.callbacks.isOff) return;
  run.callbacks.isOff = true;
  run.growth++;
}

/** From the next round on. */
function setBeside(key: string, run: Run): void {
  if (run.callbacks.beside.has(key)) return;
  run.callbacks.beside.add(key);
  run.growth++;
}
