/**
 * Arithmetic on two grids of float32, row by row. An operand's row may be the same each time (row step 0), and within a
 * row it may be one repeated value (step 0): so one loop serves equal shapes, scalars, a bias along rows and a column.
 * Row steps are in bytes, steps are 4 or 0.
 */
const ADD = 0;
const SUB = 1;
const MUL = 2;
const DIV = 3;
const MAXIMUM = 4;
const MINIMUM = 5;

// prettier-ignore
export function add(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(ADD, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}
export function sub(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(SUB, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}
export function mul(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(MUL, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}
export function div(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(DIV, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}
export function maximum(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(MAXIMUM, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}
export function minimum(a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  grid(MINIMUM, a, aRow, aStep, b, bRow, bStep, out, rows, columns);
}

@inline function grid(op: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    if (aStep == 0) oneWithMany(op, load<f32>(a), b, out, columns);
    else if (bStep == 0) manyWithOne(op, a, load<f32>(b), out, columns);
    else manyWithMany(op, a, b, out, columns);
    a += aRow;
    b += bRow;
    out += columns << 2;
  }
}

@inline function manyWithMany(op: i32, a: usize, b: usize, out: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(out, combine(op, v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    out += 16;
  }
  for (; i < count; i++) {
    v128.store_lane<f32>(out, combine(op, v128.load_zero<f32>(a), v128.load_zero<f32>(b)), 0);
    a += 4;
    b += 4;
    out += 4;
  }
}

@inline function manyWithOne(op: i32, a: usize, b: f32, out: usize, count: i32): void {
  const repeated = f32x4.splat(b);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(out, combine(op, v128.load(a), repeated));
    a += 16;
    out += 16;
  }
  for (; i < count; i++) {
    v128.store_lane<f32>(out, combine(op, v128.load_zero<f32>(a), repeated), 0);
    a += 4;
    out += 4;
  }
}

@inline function oneWithMany(op: i32, a: f32, b: usize, out: usize, count: i32): void {
  const repeated = f32x4.splat(a);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(out, combine(op, repeated, v128.load(b)));
    b += 16;
    out += 16;
  }
  for (; i < count; i++) {
    v128.store_lane<f32>(out, combine(op, repeated, v128.load_zero<f32>(b)), 0);
    b += 4;
    out += 4;
  }
}

@inline function combine(op: i32, a: v128, b: v128): v128 {
  if (op == ADD) return f32x4.add(a, b);
  if (op == SUB) return f32x4.sub(a, b);
  if (op == MUL) return f32x4.mul(a, b);
  if (op == DIV) return f32x4.div(a, b);
  if (op == MAXIMUM) return f32x4.max(a, b);
  return f32x4.min(a, b);
}
