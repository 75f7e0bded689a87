/** All constructs, in the order in which their recall is printed. */
import type { Construct } from "../construct.js";
import { arrays } from "./arrays.js";
import { asynchronous } from "./asynchronous.js";
import { branches } from "./branches.js";
import { classes } from "./classes.js";
import { exceptions } from "./exceptions.js";
import { functions } from "./functions.js";
import { generators } from "./generators.js";
import { jumps } from "./jumps.js";
import { loops } from "./loops.js";
import { modes } from "./modes.js";
import { objects } from "./objects.js";
import { patterns } from "./patterns.js";
import { tensors } from "./tensors.js";

export const constructs: readonly Construct[] = [
  ...branches,
  ...loops,
  ...exceptions,
  ...jumps,
  ...functions,
  ...arrays,
  ...objects,
  ...classes,
  ...generators,
  ...asynchronous,
  ...patterns,
  ...tensors,
  ...modes,
];
