/**
 * The matrix product of float32, after Goto and van de Geijn (2008): blocks of b and of a are packed into panels that fit
 * the caches, and a 4 × 8 tile of the result stays in registers. Packing follows the strides, so transposes cost nothing.
 */
const TILE_ROWS = 4;
const TILE_COLUMNS = 8;
const BLOCK_ROWS = 128;
const BLOCK_INNER = 256;
const BLOCK_COLUMNS = 512;

const packedA: usize = memory.data(BLOCK_ROWS * BLOCK_INNER * 4, 64);
const packedB: usize = memory.data(BLOCK_INNER * BLOCK_COLUMNS * 4, 64);
const edgeTile: usize = memory.data(TILE_ROWS * TILE_COLUMNS * 4, 64);

/** out[rows, columns] = a[rows, inner] · b[inner, columns]; the steps of a and b count values. */
export function matmul(a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, bColumn: i32, out: usize, rows: i32, inner: i32, columns: i32): void {
  if (inner == 0) {
    memory.fill(out, 0, (rows * columns) << 2);
    return;
  }
  for (let column = 0; column < columns; column += BLOCK_COLUMNS) {
    const width = min(BLOCK_COLUMNS, columns - column);
    for (let i = 0; i < inner; i += BLOCK_INNER) {
      const depth = min(BLOCK_INNER, inner - i);
      packColumns(b + ((i * bRow + column * bColumn) << 2), bRow, bColumn, depth, width);
      for (let row = 0; row < rows; row += BLOCK_ROWS) {
        const height = min(BLOCK_ROWS, rows - row);
        packRows(a + ((row * aRow + i * aColumn) << 2), aRow, aColumn, height, depth);
        block(out + ((row * columns + column) << 2), columns, height, width, depth, i > 0);
      }
    }
  }
}

/** Panels of four rows: for each inner index the four values lie together. Missing rows are zeros. */
function packRows(a: usize, rowStep: i32, columnStep: i32, height: i32, depth: i32): void {
  const rowBytes = rowStep << 2;
  const columnBytes = columnStep << 2;
  let to = packedA;
  for (let row = 0; row < height; row += TILE_ROWS) {
    const present = min(TILE_ROWS, height - row);
    let from = a + row * rowBytes;
    if (present == TILE_ROWS && columnStep == 1) {
      to = packFourRows(from, rowBytes, depth, to);
    } else if (present == TILE_ROWS && rowStep == 1) {
      for (let i = 0; i < depth; i++) {
        v128.store(to, v128.load(from));
        to += 16;
        from += columnBytes;
      }
    } else {
      for (let i = 0; i < depth; i++) {
        for (let r = 0; r < TILE_ROWS; r++) store<f32>(to + (r << 2), r < present ? load<f32>(from + r * rowBytes) : 0);
        to += 16;
        from += columnBytes;
      }
    }
  }
}

/** Four contiguous rows, transposed four values at a time. */
@inline function packFourRows(from: usize, rowBytes: i32, depth: i32, to: usize): usize {
  let i = 0;
  for (; i + 4 <= depth; i += 4) {
    const r0 = v128.load(from);
    const r1 = v128.load(from + rowBytes);
    const r2 = v128.load(from + 2 * rowBytes);
    const r3 = v128.load(from + 3 * rowBytes);
    const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
    const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
    const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
    const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2), 0);
    v128.store(to, v128.shuffle<i64>(low01, low23, 1, 3), 16);
    v128.store(to, v128.shuffle<i64>(high01, high23, 0, 2), 32);
    v128.store(to, v128.shuffle<i64>(high01, high23, 1, 3), 48);
    from += 16;
    to += 64;
  }
  for (; i < depth; i++) {
    store<f32>(to, load<f32>(from), 0);
    store<f32>(to, load<f32>(from + rowBytes), 4);
    store<f32>(to, load<f32>(from + 2 * rowBytes), 8);
    store<f32>(to, load<f32>(from + 3 * rowBytes), 12);
    from += 4;
    to += 16;
  }
  return to;
}

/** Panels of eight columns: for each inner index the eight values lie together. Missing columns are zeros. */
function packColumns(b: usize, rowStep: i32, columnStep: i32, depth: i32, width: i32): void {
  const rowBytes = rowStep << 2;
  const columnBytes = columnStep << 2;
  let to = packedB;
  for (let column = 0; column < width; column += TILE_COLUMNS) {
    const present = min(TILE_COLUMNS, width - column);
    let from = b + column * columnBytes;
    if (present == TILE_COLUMNS && columnStep == 1) {
      for (let i = 0; i < depth; i++) {
        v128.store(to, v128.load(from, 0), 0);
        v128.store(to, v128.load(from, 16), 16);
        to += 32;
        from += rowBytes;
      }
    } else if (present == TILE_COLUMNS) {
      for (let i = 0; i < depth; i++) {
        store<f32>(to, load<f32>(from), 0);
        store<f32>(to, load<f32>(from + columnBytes), 4);
        store<f32>(to, load<f32>(from + 2 * columnBytes), 8);
        store<f32>(to, load<f32>(from + 3 * columnBytes), 12);
        store<f32>(to, load<f32>(from + 4 * columnBytes), 16);
        store<f32>(to, load<f32>(from + 5 * columnBytes), 20);
        store<f32>(to, load<f32>(from + 6 * columnBytes), 24);
        store<f32>(to, load<f32>(from + 7 * columnBytes), 28);
        to += 32;
        from += rowBytes;
      }
    } else {
      for (let i = 0; i < depth; i++) {
        for (let c = 0; c < TILE_COLUMNS; c++) {
          store<f32>(to + (c << 2), c < present ? load<f32>(from + c * columnBytes) : 0);
        }
        to += 32;
        from += rowBytes;
      }
    }
  }
}

/** All tiles of one block. A tile that hangs over the edge is made aside and its inner part copied. */
function block(out: usize, outRow: i32, height: i32, width: i32, depth: i32, accumulate: bool): void {
  for (let column = 0; column < width; column += TILE_COLUMNS) {
    const columns = min(TILE_COLUMNS, width - column);
    const b = packedB + ((column * depth) << 2);
    for (let row = 0; row < height; row += TILE_ROWS) {
      const rows = min(TILE_ROWS, height - row);
      const a = packedA + ((row * depth) << 2);
      const to = out + ((row * outRow + column) << 2);
      const whole = rows == TILE_ROWS && columns == TILE_COLUMNS;
      if (whole) {
        tile(a, b, depth, to, outRow << 2, accumulate);
      } else {
        tile(a, b, depth, edgeTile, TILE_COLUMNS << 2, false);
        for (let r = 0; r < rows; r++) {
          for (let c = 0; c < columns; c++) {
            const place = to + ((r * outRow + c) << 2);
            const value = load<f32>(edgeTile + ((r * TILE_COLUMNS + c) << 2));
            store<f32>(place, accumulate ? load<f32>(place) + value : value);
          }
        }
      }
    }
  }
}

/** Eight accumulators, two vectors of b and one repeated value of a: eleven vector registers. */
function tile(a: usize, b: usize, depth: i32, out: usize, outRowBytes: i32, accumulate: bool): void {
  let left0 = f32x4.splat(0);
  let left1 = f32x4.splat(0);
  let left2 = f32x4.splat(0);
  let left3 = f32x4.splat(0);
  let right0 = f32x4.splat(0);
  let right1 = f32x4.splat(0);
  let right2 = f32x4.splat(0);
  let right3 = f32x4.splat(0);
  const end = a + (depth << 4);
  while (a < end) {
    const left = v128.load(b, 0);
    const right = v128.load(b, 16);
    const a0 = v128.load_splat<f32>(a, 0);
    left0 = f32x4.add(left0, f32x4.mul(a0, left));
    right0 = f32x4.add(right0, f32x4.mul(a0, right));
    const a1 = v128.load_splat<f32>(a, 4);
    left1 = f32x4.add(left1, f32x4.mul(a1, left));
    right1 = f32x4.add(right1, f32x4.mul(a1, right));
    const a2 = v128.load_splat<f32>(a, 8);
    left2 = f32x4.add(left2, f32x4.mul(a2, left));
    right2 = f32x4.add(right2, f32x4.mul(a2, right));
    const a3 = v128.load_splat<f32>(a, 12);
    left3 = f32x4.add(left3, f32x4.mul(a3, left));
    right3 = f32x4.add(right3, f32x4.mul(a3, right));
    a += 16;
    b += 32;
  }
  put(out, left0, right0, accumulate);
  put(out + outRowBytes, left1, right1, accumulate);
  put(out + 2 * outRowBytes, left2, right2, accumulate);
  put(out + 3 * outRowBytes, left3, right3, accumulate);
}

@inline function put(out: usize, left: v128, right: v128, accumulate: bool): void {
  if (accumulate) {
    v128.store(out, f32x4.add(v128.load(out, 0), left), 0);
    v128.store(out, f32x4.add(v128.load(out, 16), right), 16);
  } else {
    v128.store(out, left, 0);
    v128.store(out, right, 16);
  }
}
