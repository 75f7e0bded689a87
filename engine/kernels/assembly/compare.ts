/**
 * Comparisons of two grids of float32 into bytes 0 or 1. Rows and steps as in `binary.ts`; the result has one byte a value.
 */
const EQ = 0;
const NE = 1;
const LT = 2;
const LE = 3;
const GT = 4;
const GE = 5;

export function eq(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(EQ, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}
export function ne(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(NE, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}
export function lt(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(LT, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}
export function le(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(LE, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}
export function gt(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(GT, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}
export function ge(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(GE, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}

@inline function grid(op: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    line(op, a, aStep, b, bStep, out, columns);
    a += aRow;
    b += bRow;
    out += columns;
  }
}

/** Four masks at a time are narrowed to sixteen bytes. */
@inline function line(op: i32, a: usize, aStep: i32, b: usize, bStep: i32, out: usize, count: i32): void {
  let i = 0;
  for (; i + 16 <= count; i += 16) {
    const first = mask(op, four(a, aStep, 0), four(b, bStep, 0));
    const second = mask(op, four(a, aStep, 4), four(b, bStep, 4));
    const third = mask(op, four(a, aStep, 8), four(b, bStep, 8));
    const fourth = mask(op, four(a, aStep, 12), four(b, bStep, 12));
    const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(first, second), i16x8.narrow_i32x4_s(third, fourth));
    v128.store(out, v128.and(bytes, i8x16.splat(1)));
    a += aStep << 4;
    b += bStep << 4;
    out += 16;
  }
  for (; i < count; i++) {
    const found = mask(op, v128.load_zero<f32>(a), v128.load_zero<f32>(b));
    store<u8>(out, <u8>(i32x4.extract_lane(found, 0) & 1));
    a += aStep;
    b += bStep;
    out += 1;
  }
}

@inline function four(address: usize, step: i32, index: i32): v128 {
  return step == 0 ? v128.load_splat<f32>(address) : v128.load(address + (index << 2));
}

@inline function mask(op: i32, a: v128, b: v128): v128 {
  if (op == EQ) return f32x4.eq(a, b);
  if (op == NE) return f32x4.ne(a, b);
  if (op == LT) return f32x4.lt(a, b);
  if (op == LE) return f32x4.le(a, b);
  if (op == GT) return f32x4.gt(a, b);
  return f32x4.ge(a, b);
}
