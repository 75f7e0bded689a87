/** Changes in place as methods. A leaf that requires grad may be changed only inside `noGrad`. */
import { apply } from "../autograd/apply.js";
import { none } from "../ops/op-spec.js";
import type { Tensor } from "../tensor.js";
import { inPlaceTwinMethods, type InPlaceTwinMethods } from "./in-place-twins.js";

export interface InPlaceMethods extends InPlaceTwinMethods {
  /** Adds to this tensor. */
  add_(o: Tensor | number): this;
  /** Subtracts from this tensor. */
  sub_(o: Tensor | number): this;
  /** Multiplies this tensor. */
  mul_(o: Tensor | number): this;
  /** Divides this tensor. */
  div_(o: Tensor | number): this;
  /** Sets every negative element to zero. */
  relu_(): this;
  /** Sets every element to zero. */
  zero_(): this;
  /** Sets every element to a number. */
  fill_(value: number): this;
  /** Overwrites this tensor with another's values, repeated where they broadcast. */
  copy_(source: Tensor): this;
}

export const inPlaceMethods: InPlaceMethods & ThisType<Tensor> = {
  ...inPlaceTwinMethods,
  add_(o) {
    apply("add_", [this, o], none);
    return this;
  },
  sub_(o) {
    apply("sub_", [this, o], none);
    return this;
  },
  mul_(o) {
    apply("mul_", [this, o], none);
    return this;
  },
  div_(o) {
    apply("div_", [this, o], none);
    return this;
  },
  relu_() {
    apply("relu_", [this], none);
    return this;
  },
  zero_() {
    apply("zero_", [this], none);
    return this;
  },
  fill_(value) {
    apply("fill_", [this], { value });
    return this;
  },
  copy_(source) {
    apply("copy_", [this, source], none);
    return this;
  },
};
