/** What all distributions share: parameters that are numbers or tensors, shapes of samples, and the engine's coin. */
import { broadcastTensors } from "../grids.js";
import { Storage } from "../kernels/storage.js";
import { generator } from "../random.js";
import { elementCount } from "../shape.js";
import { Tensor } from "../tensor.js";

/** Random values with a probability that can be derived by the parameters. */
export interface Distribution {
  /** [...shape, ...the parameters' shape], without history. */
  sample(shape?: readonly number[]): Tensor;
  /** The logarithm of the probability, or of its density, of each value. */
  logProb(value: Tensor): Tensor;
  /** How much a value tells on average, in nats. */
  entropy(): Tensor;
  /** The expected value, of the distribution's shape. */
  readonly mean: Tensor;
  /** The expected squared distance from the mean, of the distribution's shape. */
  readonly variance: Tensor;
}

/** Parameters of one shape. */
export function parametersOf(...given: readonly (Tensor | number)[]): Tensor[] {
  const first = given.find((each) => each instanceof Tensor);
  const dtype = first instanceof Tensor ? first.dtype : "float32";
  return broadcastTensors(
    ...given.map((each) => (each instanceof Tensor ? each : new Tensor(Storage.of(dtype, [each]), []))),
  );
}

/** Numbers from the engine's seeded generator, in the shape of a parameter with another one in front. */
export function drawnLike(parameter: Tensor, shape: readonly number[], draw: "normal" | "uniform"): Tensor {
  const whole = [...shape, ...parameter.shape];
  const numbers = Float64Array.from({ length: elementCount(whole) }, () =>
    draw === "normal" ? generator.normal() : generator.uniform(),
  );
  return new Tensor(Storage.of(parameter.dtype, numbers), whole);
}
