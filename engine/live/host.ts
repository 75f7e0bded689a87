/**
 * The global names that a run puts in place before the program starts and puts back when it has ended:
 * another run, or the host itself, must find them as they were.
 */
export interface Replacement {
  restore(): void;
}

/** Sets global properties; a name that was not there before is taken away again. */
export function replaceGlobals(globals: Readonly<Record<string, unknown>>): Replacement {
  const before = Object.keys(globals).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: true });
  }
  return {
    restore: () => {
      for (const [name, descriptor] of before) {
        if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
        else Object.defineProperty(globalThis, name, descriptor);
      }
    },
  };
}

/** Rejections that nobody handles, in a host that reports them as events, as workers do. */
export function listenToRejections(failed: (reason: unknown) => void): Replacement {
  if (typeof globalThis.addEventListener !== "function") return { restore: () => undefined };
  const listener = (event: Event): void => {
    if (!("reason" in event)) return;
    event.preventDefault();
    failed(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", listener);
  return { restore: () => globalThis.removeEventListener("unhandledrejection", listener) };
}
