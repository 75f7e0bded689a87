/**
 * One step of an optimizer over a whole float32 parameter, in place. The formulas stand in `optim/sgd.ts` and
 * `optim/adam.ts`; a buffer with the address 0 is not there.
 */

/** velocity = momentum·velocity + keep·change; `buffered` 1 means that the buffer holds an earlier velocity. */
export function sgdStep(parameter: usize, gradient: usize, buffer: usize, count: i32, rate: f32, direction: f32, decay: f32, momentum: f32, keep: f32, buffered: i32, nesterov: i32): void {
  const rates = f32x4.splat(rate);
  const directions = f32x4.splat(direction);
  const decays = f32x4.splat(decay);
  const momenta = f32x4.splat(momentum);
  const keeps = f32x4.splat(keep);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = i << 2;
    const value = v128.load(parameter + at);
    let change = f32x4.add(f32x4.mul(directions, v128.load(gradient + at)), f32x4.mul(decays, value));
    if (buffer) {
      let velocity = change;
      if (buffered) velocity = f32x4.add(f32x4.mul(momenta, v128.load(buffer + at)), f32x4.mul(keeps, change));
      v128.store(buffer + at, velocity);
      change = nesterov ? f32x4.add(change, f32x4.mul(momenta, velocity)) : velocity;
    }
    v128.store(parameter + at, f32x4.sub(value, f32x4.mul(rates, change)));
  }
  for (; i < count; i++) {
    const at = i << 2;
    const value = load<f32>(parameter + at);
    let change = direction * load<f32>(gradient + at) + decay * value;
    if (buffer) {
      let velocity = change;
      if (buffered) velocity = momentum * load<f32>(buffer + at) + keep * change;
      store<f32>(buffer + at, velocity);
      change = nesterov ? change + momentum * velocity : velocity;
    }
    store<f32>(parameter + at, value - rate * change);
  }
}

/** `rate` and `root` already hold the bias corrections: rate = lr/(1−β₁ᵗ), root = √(1−β₂ᵗ). */
export function adamStep(parameter: usize, gradient: usize, mean: usize, square: usize, largest: usize, count: i32, rate: f32, root: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32, epsilon: f32, coupled: f32, shrink: f32, direction: f32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = i << 2;
    const value = f32x4.mul(v128.load(parameter + at), f32x4.splat(shrink));
    const g = f32x4.add(
      f32x4.mul(f32x4.splat(direction), v128.load(gradient + at)),
      f32x4.mul(f32x4.splat(coupled), value),
    );
    const m = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(mean + at)), f32x4.mul(f32x4.splat(rest1), g));
    let s = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(square + at)),
      f32x4.mul(f32x4.splat(rest2), f32x4.mul(g, g)),
    );
    v128.store(mean + at, m);
    v128.store(square + at, s);
    if (largest) {
      s = f32x4.max(v128.load(largest + at), s);
      v128.store(largest + at, s);
    }
    const spread = f32x4.add(f32x4.div(f32x4.sqrt(s), f32x4.splat(root)), f32x4.splat(epsilon));
    v128.store(parameter + at, f32x4.sub(value, f32x4.mul(f32x4.splat(rate), f32x4.div(m, spread))));
  }
  for (; i < count; i++) {
    const at = i << 2;
    const value = load<f32>(parameter + at) * shrink;
    const g = direction * load<f32>(gradient + at) + coupled * value;
    const m = beta1 * load<f32>(mean + at) + rest1 * g;
    let s = beta2 * load<f32>(square + at) + rest2 * (g * g);
    store<f32>(mean + at, m);
    store<f32>(square + at, s);
    if (largest) {
      s = max(load<f32>(largest + at), s);
      store<f32>(largest + at, s);
    }
    const spread = sqrt<f32>(s) / root + epsilon;
    store<f32>(parameter + at, value - rate * (m / spread));
  }
}
