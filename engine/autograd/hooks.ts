/** The one instance of the live inspector's hooks, shared by ops, sweep and runner; it holds what was set and nothing else. */
import type { Tensor } from "../tensor.js";
import { Hooks } from "./listener.js";

export const hooks = new Hooks<Tensor>();
