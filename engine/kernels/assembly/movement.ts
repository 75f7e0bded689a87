/**
 * Kernels that move values: filling, copying and adding grids by strides, choosing, changing the dtype.
 * A grid has `rows` and `columns`, each with its own step in values (0 repeats); JavaScript walks the dimensions above.
 */
const FLOAT = 0;
const INT = 1;
const BOOL = 2;

/** `aStep` and `bStep` are 4, or 0 for one repeated value. */
export function where(condition: usize, a: usize, aStep: i32, b: usize, bStep: i32, out: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load_zero<u32>(condition)));
    const chosen = i32x4.ne(words, i32x4.splat(0));
    const left = aStep == 0 ? v128.load_splat<u32>(a) : v128.load(a);
    const right = bStep == 0 ? v128.load_splat<u32>(b) : v128.load(b);
    v128.store(out, v128.bitselect(left, right, chosen));
    condition += 4;
    a += aStep << 2;
    b += bStep << 2;
    out += 16;
  }
  for (; i < count; i++) {
    store<u32>(out, load<u8>(condition) != 0 ? load<u32>(a) : load<u32>(b));
    condition += 1;
    a += aStep;
    b += bStep;
    out += 4;
  }
}

export function fill32(out: usize, bits: u32, count: i32): void {
  const repeated = i32x4.splat(bits);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(out, repeated);
    out += 16;
  }
  for (; i < count; i++) {
    store<u32>(out, bits);
    out += 4;
  }
}

export function fill8(out: usize, byte: u32, count: i32): void {
  memory.fill(out, <u8>byte, count);
}

/** Values of four bytes or of one (`shift` 2 or 0). */
export function copyGrid(x: usize, xRow: i32, xStep: i32, out: usize, outRow: i32, outStep: i32, rows: i32, columns: i32, shift: i32): void {
  if (shift == 0) {
    bytes(x, xRow, xStep, out, outRow, outStep, rows, columns);
    return;
  }
  if (xStep == 1 && outStep == 1) {
    for (let row = 0; row < rows; row++) memory.copy(out + ((row * outRow) << 2), x + ((row * xRow) << 2), columns << 2);
    return;
  }
  // A transpose in tiles: both sides stay within a few cache lines.
  const tile = 16;
  for (let firstRow = 0; firstRow < rows; firstRow += tile) {
    const lastRow = min(firstRow + tile, rows);
    for (let firstColumn = 0; firstColumn < columns; firstColumn += tile) {
      const lastColumn = min(firstColumn + tile, columns);
      for (let row = firstRow; row < lastRow; row++) {
        let from = x + ((row * xRow + firstColumn * xStep) << 2);
        let to = out + ((row * outRow + firstColumn * outStep) << 2);
        for (let column = firstColumn; column < lastColumn; column++) {
          store<u32>(to, load<u32>(from));
          from += xStep << 2;
          to += outStep << 2;
        }
      }
    }
  }
}

/** out += x over two grids of float32; where the steps of `out` are 0 the values are summed, in float64. */
export function addGrid(x: usize, xRow: i32, xStep: i32, out: usize, outRow: i32, outStep: i32, rows: i32, columns: i32): void {
  if (outStep == 0) {
    for (let row = 0; row < rows; row++) {
      let total: f64 = 0;
      for (let column = 0; column < columns; column++) total += load<f32>(x + ((row * xRow + column * xStep) << 2));
      const to = out + ((row * outRow) << 2);
      store<f32>(to, <f32>(load<f32>(to) + total));
    }
    return;
  }
  if (outRow == 0) {
    for (let column = 0; column < columns; column++) {
      let total: f64 = 0;
      for (let row = 0; row < rows; row++) total += load<f32>(x + ((row * xRow + column * xStep) << 2));
      const to = out + ((column * outStep) << 2);
      store<f32>(to, <f32>(load<f32>(to) + total));
    }
    return;
  }
  for (let row = 0; row < rows; row++) {
    let from = x + ((row * xRow) << 2);
    let to = out + ((row * outRow) << 2);
    for (let column = 0; column < columns; column++) {
      store<f32>(to, load<f32>(to) + load<f32>(from));
      from += xStep << 2;
      to += outStep << 2;
    }
  }
}

/** Between float32 (0), int32 (1) and bool (2). */
export function cast(x: usize, fromType: i32, out: usize, toType: i32, count: i32): void {
  if (fromType == FLOAT) {
    if (toType == INT) for (let i = 0; i < count; i++) store<i32>(out + (i << 2), toInt(load<f32>(x + (i << 2))));
    else for (let i = 0; i < count; i++) store<u8>(out + i, u8(load<f32>(x + (i << 2)) != 0));
  } else if (fromType == INT) {
    if (toType == FLOAT) for (let i = 0; i < count; i++) store<f32>(out + (i << 2), <f32>load<i32>(x + (i << 2)));
    else for (let i = 0; i < count; i++) store<u8>(out + i, u8(load<i32>(x + (i << 2)) != 0));
  } else {
    if (toType == FLOAT) for (let i = 0; i < count; i++) store<f32>(out + (i << 2), <f32>load<u8>(x + i));
    else for (let i = 0; i < count; i++) store<i32>(out + (i << 2), <i32>load<u8>(x + i));
  }
}

/** Truncates; what no int32 can hold becomes the smallest one, as the x86 instruction does it. */
@inline function toInt(value: f32): i32 {
  const fits = value >= -2147483648.0 && value < 2147483648.0;
  return fits ? <i32>value : i32.MIN_VALUE;
}

function bytes(x: usize, xRow: i32, xStep: i32, out: usize, outRow: i32, outStep: i32, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      store<u8>(out + row * outRow + column * outStep, load<u8>(x + row * xRow + column * xStep));
    }
  }
}
