/**
 * Windows: the dense copies through which kernels read and write a part of another storage. A copy is made when somebody
 * reads it and the root has changed since; a write through it goes to the root at once, so that all windows of one root
 * show the same values.
 */
import { kernels } from "./active.js";
import type { Storage } from "./storage.js";
import { contiguousStrides } from "./walk.js";

/** The storage with the present values of what it is a window of. */
export function refreshed(storage: Storage): Storage {
  const { source } = storage;
  if (source === null || source.seen === source.root.version) return storage;
  const { root, walk, shape } = source;
  kernels.copyStrided(root, walk, storage, { offset: 0, strides: contiguousStrides(shape) }, shape);
  source.seen = root.version;
  return storage;
}

/** To be called after a change in place of all or some values: it counts, and shows wherever the values are shared. */
export function changed(storage: Storage): void {
  storage.countWrite();
  const { source } = storage;
  if (source === null) return;
  const { root, walk, shape } = source;
  kernels.copyStrided(storage, { offset: 0, strides: contiguousStrides(shape) }, root, walk, shape);
  source.seen = root.version;
}
