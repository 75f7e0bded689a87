/**
 * The reference matrix product: three loops and a total in float64.
 * Transposes and repeated batches are a matter of the steps in the plan.
 */
import type { MatmulPlan } from "./kernels.js";
import type { Storage } from "./storage.js";

export function matmul(a: Storage, b: Storage, out: Storage, plan: MatmulPlan): void {
  const [left, right, to] = [a.values, b.values, out.values];
  const { batchCount, rows, inner, columns } = plan;
  let written = 0;
  for (let batch = 0; batch < batchCount; batch++) {
    for (let row = 0; row < rows; row++) {
      const aStart = batch * plan.a.batch + row * plan.a.row;
      for (let column = 0; column < columns; column++) {
        const bStart = batch * plan.b.batch + column * plan.b.column;
        let total = 0;
        for (let i = 0; i < inner; i++) total += left[aStart + i * plan.a.column] * right[bStart + i * plan.b.row];
        to[written++] = total;
      }
    }
  }
}
