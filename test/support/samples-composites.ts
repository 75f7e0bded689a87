/**
 * One call of each composite, so that what it says about gradients is run as well. What it gives is held to recorded
 * answers of PyTorch elsewhere.
 */
import { binaryCrossEntropyWithLogits, crossEntropy, mse, onesLike, zerosLike, type Tensor } from "@gradlens/engine";
import type { CompositeName } from "@gradlens/engine/ops";
import type { Sample } from "./sample.js";

const square = [
  [0.5, -1.25],
  [3, 0.25],
];

const other = [
  [1.5, 2.25],
  [-0.75, 0.5],
];

/** Calls on one matrix, and on two. */
const one = (call: (x: Tensor) => Tensor): Sample => ({ given: [square], call, gives: 0 });
const two = (call: (a: Tensor, b: Tensor) => Tensor): Sample => ({ given: [square, other], call, gives: 0 });

/** One call of each composite, so that what it says about gradients is run as well. */
export const compositeSamples: Readonly<Record<CompositeName, Sample>> = {
  isnan: one((x) => x.isnan()),
  isinf: one((x) => x.isinf()),
  isfinite: one((x) => x.isfinite()),
  isposinf: one((x) => x.isposinf()),
  isneginf: one((x) => x.isneginf()),
  logicalAnd: two((a, b) => a.logicalAnd(b)),
  logicalOr: two((a, b) => a.logicalOr(b)),
  logicalXor: two((a, b) => a.logicalXor(b)),
  isclose: two((a, b) => a.isclose(b)),
  nanToNum: one((x) => x.nanToNum()),
  frac: { given: [other], call: (x) => x.frac(), gives: 0 },
  deg2rad: one((x) => x.deg2rad()),
  rad2deg: one((x) => x.rad2deg()),
  angle: one((x) => x.angle()),
  all: one((x) => x.all()),
  any: one((x) => x.any(0)),
  countNonzero: one((x) => x.countNonzero([0, 1])),
  nansum: one((x) => x.nansum(0)),
  nanmean: one((x) => x.nanmean()),
  sort: one((x) => x.sort(0).values),
  topk: one((x) => x.topk(1).values),
  kthvalue: one((x) => x.kthvalue(2, 0).values),
  median: one((x) => x.median().values),
  cumprod: one((x) => x.cumprod(1)),
  diff: one((x) => x.diff()),
  trapezoid: one((x) => x.trapezoid(0)),
  cumulativeTrapezoid: one((x) => x.cumulativeTrapezoid(1, { dx: 0.5 })),
  trace: one((x) => x.trace()),
  repeat: one((x) => x.repeat([2, 1, 2])),
  tile: one((x) => x.tile([2])),
  repeatInterleave: one((x) => x.repeatInterleave(2, 0)),
  roll: one((x) => x.roll(1, 0)),
  rot90: one((x) => x.rot90()),
  movedim: one((x) => x.movedim(0, 1)),
  unflatten: one((x) => x.unflatten(1, [1, 2])),
  split: one((x) => x.split(1)[1]),
  chunk: one((x) => x.chunk(2)[0]),
  tensorSplit: one((x) => x.tensorSplit([1])[1]),
  unbind: one((x) => x.unbind(1)[0]),
  diagonal: one((x) => x.diagonal({ offset: 1 })),
  diagEmbed: one((x) => x.diagEmbed()),
  diag: one((x) => x.diag()),
  tril: one((x) => x.tril()),
  triu: one((x) => x.triu()),
  unfold: one((x) => x.unfold(0, 1, 1)),
  pad: one((x) => x.pad([1, 1], { mode: "reflect" })),
  pixelShuffle: { given: [[[[1]], [[2]], [[3]], [[4]]]], call: (x) => x.pixelShuffle(2), gives: 0 },
  pixelUnshuffle: { given: [[square]], call: (x) => x.pixelUnshuffle(2), gives: 0 },
  lerp: { given: [square, other, 0.25], call: (a, b, weight) => a.lerp(b, weight), gives: 0 },
  addcmul: { given: [square, other, other], call: (x, a, b) => x.addcmul(a, b, { value: 2 }), gives: 0 },
  addcdiv: { given: [square, square, other], call: (x, a, b) => x.addcdiv(a, b, { value: 2 }), gives: 0 },
  ldexp: two((a, b) => a.ldexp(b)),
  floatPower: {
    given: [
      [0.5, 2],
      [1.5, -0.5],
    ],
    call: (a, b) => a.floatPower(b),
    gives: 0,
  },
  clampMin: two((a, b) => a.clampMin(b)),
  clampMax: two((a, b) => a.clampMax(b)),
  t: { given: [square], call: (x) => x.t(), gives: 0 },
  squeeze: { given: [[square]], call: (x) => x.squeeze(0), gives: 0 },
  unsqueeze: { given: [square], call: (x) => x.unsqueeze(1), gives: 0 },
  flatten: { given: [square], call: (x) => x.flatten(), gives: 0 },
  view: { given: [square], call: (x) => x.view([4]), gives: 0 },
  select: { given: [square], call: (x) => x.select(1, -1), gives: 0 },
  slice: { given: [square], call: (x) => x.slice(1, 1), gives: 0 },
  dot: {
    given: [
      [1, 2],
      [3, -4],
    ],
    call: (a, b) => a.dot(b),
    gives: 0,
  },
  mm: { given: [square, square], call: (a, b) => a.mm(b), gives: 0 },
  logicalNot: { given: [square], call: (x) => x.logicalNot(), gives: 0 },
  mse: {
    given: [
      square,
      [
        [1, 2],
        [3, 4],
      ],
    ],
    call: (a, b) => mse(a, b),
    gives: 0,
  },
  crossEntropy: { given: [square, [1, 0]], call: (logits, target) => crossEntropy(logits, target), gives: 0 },
  binaryCrossEntropyWithLogits: {
    given: [
      [1, -2],
      [0.25, 1],
    ],
    call: (logits, target) => binaryCrossEntropyWithLogits(logits, target),
    gives: 0,
  },
  zerosLike: { given: [square], call: (x) => zerosLike(x), gives: 0 },
  onesLike: { given: [square], call: (x) => onesLike(x), gives: 0 },
};
