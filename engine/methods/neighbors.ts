/** The numbers next to a number. */
import { EngineError } from "../errors.js";
import { isFloat } from "../dtype.js";
import { Storage } from "../kernels/storage.js";
import { broadcast, elementCount } from "../shape.js";
import { Tensor } from "../tensor.js";

export interface NeighborMethods {
  /** The next number of the dtype toward another, element by element; shapes broadcast. */
  nextafter(o: Tensor): Tensor;
}

export const neighborMethods: NeighborMethods & ThisType<Tensor> = {
  nextafter(o) {
    if (!isFloat(this.dtype) || o.dtype !== this.dtype) {
      throw new EngineError(
        `nextafter: the dtypes are ${this.dtype} and ${o.dtype}`,
        "which number comes next depends on one float dtype",
        "Convert both with `to(…)`.",
      );
    }
    const shape = broadcast("nextafter", this.shape, o.shape);
    const count = elementCount(shape);
    const [from, toward] = [this, o].map((x) => new Tensor(x.storage, x.shape).expand(shape).storage.toArray());
    const next = Array.from({ length: count }, (_, at) => after(this.dtype, from[at], toward[at]));
    return new Tensor(Storage.of(this.dtype, next), shape);
  },
};

/** Floats of one sign are ordered as their bits are, so the neighbor's bits are one more or one less. */
function after(dtype: string, from: number, toward: number): number {
  if (Number.isNaN(from) || Number.isNaN(toward)) return NaN;
  if (from === toward) return toward;
  const bits = new DataView(new ArrayBuffer(8));
  const isLarger = toward > from === from > 0;
  if (dtype === "float32") {
    if (from === 0) bits.setUint32(0, 1);
    else {
      bits.setFloat32(0, from);
      bits.setUint32(0, bits.getUint32(0) + (isLarger ? 1 : -1));
    }
    return from === 0 && toward < 0 ? -bits.getFloat32(0) : bits.getFloat32(0);
  }
  if (from === 0) bits.setBigUint64(0, 1n);
  else {
    bits.setFloat64(0, from);
    bits.setBigUint64(0, bits.getBigUint64(0) + (isLarger ? 1n : -1n));
  }
  return from === 0 && toward < 0 ? -bits.getFloat64(0) : bits.getFloat64(0);
}
