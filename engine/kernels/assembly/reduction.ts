/**
 * Reductions of float32: sums of rows and of columns, extremes with their places, softmax along rows.
 * Sums are kept in float64, so that a long one is as exact as the reference.
 */
import { exponential } from "./lanes";

/** Adds up each of `rows` lines of `length`. Sixteen lanes of float32 run for a short block, then join the float64 total. */
export function sumRows(x: usize, out: usize, rows: i32, length: i32): void {
  for (let row = 0; row < rows; row++) {
    store<f32>(out + (row << 2), <f32>sumLine(x, length));
    x += length << 2;
  }
}

function sumLine(x: usize, length: i32): f64 {
  let total: f64 = 0;
  let i = 0;
  while (i + 16 <= length) {
    const end = min(i + 256, length);
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    for (; i + 16 <= end; i += 16) {
      a = f32x4.add(a, v128.load(x, 0));
      b = f32x4.add(b, v128.load(x, 16));
      c = f32x4.add(c, v128.load(x, 32));
      d = f32x4.add(d, v128.load(x, 48));
      x += 64;
    }
    total += lanes(a) + lanes(b) + lanes(c) + lanes(d);
  }
  for (; i < length; i++) {
    total += load<f32>(x);
    x += 4;
  }
  return total;
}

@inline function lanes(v: v128): f64 {
  return (
    <f64>f32x4.extract_lane(v, 0) +
    <f64>f32x4.extract_lane(v, 1) +
    <f64>f32x4.extract_lane(v, 2) +
    <f64>f32x4.extract_lane(v, 3)
  );
}

/** out[o, i] = Σ x[o, :, i], four columns at a time; `accumulate` 1 adds to what is there. */
export function sumColumns(x: usize, out: usize, outer: i32, length: i32, inner: i32, accumulate: i32): void {
  const row = inner << 2;
  for (let o = 0; o < outer; o++) {
    let i = 0;
    for (; i + 4 <= inner; i += 4) {
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      let from = x + (i << 2);
      for (let j = 0; j < length; j++) {
        const v = v128.load(from);
        low = f64x2.add(low, f64x2.promote_low_f32x4(v));
        high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0)));
        from += row;
      }
      const to = out + (i << 2);
      if (accumulate) {
        const v = v128.load(to);
        low = f64x2.add(low, f64x2.promote_low_f32x4(v));
        high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0)));
      }
      v128.store(to, v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2));
    }
    for (; i < inner; i++) {
      let total: f64 = accumulate ? load<f32>(out + (i << 2)) : 0;
      let from = x + (i << 2);
      for (let j = 0; j < length; j++) {
        total += load<f32>(from);
        from += row;
      }
      store<f32>(out + (i << 2), <f32>total);
    }
    x += length * row;
    out += row;
  }
}

/** The largest of each row. WebAssembly's max answers NaN where either side is NaN, as PyTorch does. */
export function maxRows(x: usize, out: usize, rows: i32, length: i32): void {
  for (let row = 0; row < rows; row++) {
    store<f32>(out + (row << 2), largest(x, length));
    x += length << 2;
  }
}

export function minRows(x: usize, out: usize, rows: i32, length: i32): void {
  for (let row = 0; row < rows; row++) {
    let best = f32x4.splat(f32.POSITIVE_INFINITY);
    let i = 0;
    for (; i + 4 <= length; i += 4) best = f32x4.min(best, v128.load(x + (i << 2)));
    for (; i < length; i++) best = f32x4.min(best, v128.load_splat<f32>(x + (i << 2)));
    const pairs = f32x4.min(best, v128.shuffle<i32>(best, best, 2, 3, 0, 1));
    store<f32>(out + (row << 2), min(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1)));
    x += length << 2;
  }
}

@inline function largest(x: usize, length: i32): f32 {
  let best = f32x4.splat(f32.NEGATIVE_INFINITY);
  let i = 0;
  for (; i + 4 <= length; i += 4) best = f32x4.max(best, v128.load(x + (i << 2)));
  for (; i < length; i++) best = f32x4.max(best, v128.load_splat<f32>(x + (i << 2)));
  const pairs = f32x4.max(best, v128.shuffle<i32>(best, best, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** The largest value and its first place along the middle of [outer, length, inner]; an address of 0 leaves a result out. */
export function maxLines(x: usize, values: usize, indices: usize, outer: i32, length: i32, inner: i32): void {
  lines(1, x, values, indices, outer, length, inner);
}

export function minLines(x: usize, values: usize, indices: usize, outer: i32, length: i32, inner: i32): void {
  lines(-1, x, values, indices, outer, length, inner);
}

@inline function lines(direction: f32, x: usize, values: usize, indices: usize, outer: i32, length: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = x + ((o * length * inner + i) << 2);
      let best = load<f32>(start);
      let place = 0;
      for (let j = 1; j < length && best == best; j++) {
        const candidate = load<f32>(start + ((j * inner) << 2));
        const beats = candidate != candidate || candidate * direction > best * direction;
        if (beats) {
          best = candidate;
          place = j;
        }
      }
      const line = (o * inner + i) << 2;
      if (values) store<f32>(values + line, best);
      if (indices) store<i32>(indices + line, place);
    }
  }
}

/** Each row's exponentials, scaled to sum to one. */
export function softmaxRows(x: usize, out: usize, rows: i32, length: i32): void {
  for (let row = 0; row < rows; row++) {
    const total = exponentials(x, out, length, largest(x, length));
    const scale = <f32>(1 / total);
    const scales = f32x4.splat(scale);
    let i = 0;
    for (; i + 4 <= length; i += 4) v128.store(out + (i << 2), f32x4.mul(v128.load(out + (i << 2)), scales));
    for (; i < length; i++) store<f32>(out + (i << 2), load<f32>(out + (i << 2)) * scale);
    x += length << 2;
    out += length << 2;
  }
}

/** x − m − ln Σ e^(x − m), with m the row's largest value. `out` may be x, so the exponentials are only summed. */
export function logSoftmaxRows(x: usize, out: usize, rows: i32, length: i32): void {
  for (let row = 0; row < rows; row++) {
    const top = largest(x, length);
    const tops = f32x4.splat(top);
    let total: f64 = 0;
    let i = 0;
    for (; i + 4 <= length; i += 4) total += lanes(exponential(f32x4.sub(v128.load(x + (i << 2)), tops)));
    for (; i < length; i++) {
      total += <f64>f32x4.extract_lane(exponential(f32x4.sub(v128.load_splat<f32>(x + (i << 2)), tops)), 0);
    }
    const logTotal = <f32>NativeMath.log(total);
    const logTotals = f32x4.splat(logTotal);
    i = 0;
    for (; i + 4 <= length; i += 4) {
      v128.store(out + (i << 2), f32x4.sub(f32x4.sub(v128.load(x + (i << 2)), tops), logTotals));
    }
    for (; i < length; i++) store<f32>(out + (i << 2), load<f32>(x + (i << 2)) - top - logTotal);
    x += length << 2;
    out += length << 2;
  }
}

function exponentials(x: usize, out: usize, length: i32, top: f32): f64 {
  const tops = f32x4.splat(top);
  let total: f64 = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const e = exponential(f32x4.sub(v128.load(x + (i << 2)), tops));
    v128.store(out + (i << 2), e);
    total += lanes(e);
  }
  for (; i < length; i++) {
    const e = f32x4.extract_lane(exponential(f32x4.sub(v128.load_splat<f32>(x + (i << 2)), tops)), 0);
    store<f32>(out + (i << 2), e);
    total += <f64>e;
  }
  return total;
}
