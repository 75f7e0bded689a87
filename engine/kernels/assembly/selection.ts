/**
 * Picking four-byte values by int32 indices, and the ways back. The indices are checked before: all lie inside.
 */

/** out[o, j, :] = x[o, index[j], :]. */
export function indexSelect(x: usize, index: usize, out: usize, outer: i32, length: i32, inner: i32, count: i32): void {
  const bytes = inner << 2;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      memory.copy(out, x + (o * length + load<i32>(index + (j << 2))) * bytes, bytes);
      out += bytes;
    }
  }
}

/** out[o, index[j], :] += source[o, j, :]. */
export function indexAdd(source: usize, index: usize, out: usize, outer: i32, length: i32, inner: i32, count: i32): void {
  const bytes = inner << 2;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      const to = out + (o * length + load<i32>(index + (j << 2))) * bytes;
      let i = 0;
      for (; i + 16 <= bytes; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(source + i)));
      for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(source + i));
      source += bytes;
    }
  }
}

/** out[o, j, i] = x[o, index[o, j, i], i]. */
export function gather(x: usize, index: usize, out: usize, outer: i32, length: i32, inner: i32, count: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++) {
        store<u32>(out, load<u32>(x + (((o * length + load<i32>(index)) * inner + i) << 2)));
        index += 4;
        out += 4;
      }
    }
  }
}

/** out[o, index[o, j, i], i] += source[o, j, i]. */
export function scatterAdd(source: usize, index: usize, out: usize, outer: i32, length: i32, inner: i32, count: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++) {
        const to = out + (((o * length + load<i32>(index)) * inner + i) << 2);
        store<f32>(to, load<f32>(to) + load<f32>(source));
        index += 4;
        source += 4;
      }
    }
  }
}

/** out[o, index[o, j, i], i] = source[o, j, i]. */
export function scatter(source: usize, index: usize, out: usize, outer: i32, length: i32, inner: i32, count: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++) {
        store<u32>(out + (((o * length + load<i32>(index)) * inner + i) << 2), load<u32>(source));
        index += 4;
        source += 4;
      }
    }
  }
}
