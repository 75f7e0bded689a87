/**
 * The shapes of results where nothing but tensors and numbers is given. The rules are those of the engine's op table;
 * what also depends on other arguments has no answer here.
 */
import { opTable, type OpSpec } from "@gradlens/engine/ops";
import type { ShapeMeaning } from "./library.js";

const rows = new Map<string, OpSpec>(Object.entries(opTable));

/** Functions whose first argument is the shape. */
const filling = new Set(["zeros", "ones", "full", "randn", "rand"]);

export const engineShapes: ShapeMeaning = {
  ofOp(op, shapes) {
    try {
      return rows.get(op)?.shape(shapes, overAll) ?? null;
    } catch {
      // The shapes do not fit, or an argument that is not known decides.
      return null;
    }
  },
  ofMade: (name) => (name === "tensor" ? "of its data" : filling.has(name) ? "its first argument" : null),
};

/** A reduction that is told no dimension takes all; whoever asks for more is told that it is not known. */
const overAll: unknown = new Proxy(
  {},
  {
    get(_, key) {
      if (key === "dim") return null;
      if (key === "keepdim") return false;
      throw new Error(`the argument ${String(key)} is not known`);
    },
  },
);
