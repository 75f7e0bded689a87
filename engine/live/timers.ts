/**
 * Timers that are counted, so that a run knows when the program has nothing left to do: `main()` without `await` goes
 * on after the program's last line, as it would in Node. What a callback throws ends the run.
 */
export interface CountedTimers {
  readonly globals: Readonly<Record<string, unknown>>;
  /** Resolves when no timer is pending and everything that was ready has run. */
  settled(): Promise<void>;
  clear(): void;
}

type Callback = (...values: readonly unknown[]) => unknown;

export function countTimers(failed: (error: unknown) => void): CountedTimers {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const pending = new Map<unknown, () => void>();
  let waiting: (() => void) | null = null;
  const forget = (handle: unknown): void => {
    pending.delete(handle);
    if (pending.size === 0) waiting?.();
  };
  const call = (callback: unknown, values: readonly unknown[]): void => {
    try {
      if (typeof callback === "function") Reflect.apply(callback, undefined, values);
    } catch (error) {
      failed(error);
    }
  };
  const once: Callback = (callback, delay, ...values) => {
    const handle = setTimeout(
      () => {
        call(callback, values);
        forget(handle);
      },
      typeof delay === "number" ? delay : 0,
    );
    pending.set(handle, () => clearTimeout(handle));
    return handle;
  };
  const again: Callback = (callback, delay, ...values) => {
    const handle = setInterval(() => call(callback, values), typeof delay === "number" ? delay : 0);
    pending.set(handle, () => clearInterval(handle));
    return handle;
  };
  const end: Callback = (handle) => {
    // Node takes a handle also by its number.
    const known = pending.has(handle) ? handle : [...pending.keys()].find((other) => Number(other) === Number(handle));
    pending.get(known)?.();
    forget(known);
  };
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

  return {
    globals: {
      setTimeout: once,
      setInterval: again,
      clearTimeout: end,
      clearInterval: end,
      setImmediate: (callback: unknown, ...values: readonly unknown[]) => once(callback, 0, ...values),
      clearImmediate: end,
    },
    settled: async () => {
      // A rejection that nobody handles is reported one turn after it happened.
      await turn();
      await turn();
      while (pending.size > 0) {
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
        await turn();
        await turn();
      }
    },
    clear: () => {
      for (const cancel of pending.values()) cancel();
      pending.clear();
      waiting?.();
    },
  };
}
