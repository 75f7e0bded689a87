/** Linear algebra. */
import { linalg, type Tensor } from "@gradlens/engine";
import type { Answer, Parameters } from "../parameters.js";
import { on, under, type Mapping } from "./entry.js";

const a = (p: Parameters): Tensor => p.tensor("A");

function tolerance(p: Parameters): number | null {
  const given = p.get("rtol") ?? p.get("rcond");
  if (given === null) return null;
  return typeof given === "number" ? given : p.has("rtol") ? numberIn(p, "rtol") : numberIn(p, "rcond");
}

/** A tolerance may be written as a tensor of one element. */
function numberIn(p: Parameters, name: string): number {
  const operand = p.operand(name);
  return typeof operand === "number" ? operand : operand.item();
}

const pinv = on("A rcond hermitian atol rtol", (p) => linalg.pinv(a(p), { rtol: tolerance(p), hermitian: p.flag("hermitian") }));

const slogdet = on("A", (p): Answer => {
  const { sign, logabsdet } = linalg.slogdet(a(p));
  return [sign, logabsdet];
});

const det = on("A", (p) => linalg.det(a(p)));
const cholesky = on("A upper", (p) => linalg.cholesky(a(p), { upper: p.flag("upper") }));

const qr = on("A mode", (p): Answer => {
  const { q, r } = linalg.qr(a(p));
  return [q, r];
});

export const linear: Mapping = {
  ...under("torch.linalg.", {
    solve: on("A B left", (p) => linalg.solve(a(p), p.tensor("B"), { left: p.flag("left", true) })),
    solve_triangular: on("A B upper left unitriangular", (p) =>
      linalg.solveTriangular(a(p), p.tensor("B"), {
        upper: p.flag("upper"),
        left: p.flag("left", true),
        unitriangular: p.flag("unitriangular"),
      }),
    ),
    det,
    slogdet,
    cholesky,
    pinv,
    qr,
    eigh: on("A UPLO", (p): Answer => {
      const { eigenvalues, eigenvectors } = linalg.eigh(a(p));
      return [eigenvalues, eigenvectors];
    }),
    eigvalsh: on("A UPLO", (p) => linalg.eigvalsh(a(p))),
    svdvals: on("A driver", (p) => linalg.svdvals(a(p))),
    vander: on("x N", (p) => linalg.vander(p.tensor("x"), { n: p.maybeNumber("N") })),
    tensorsolve: on("A B dims", (p) => linalg.tensorsolve(a(p), p.tensor("B"), { dims: p.has("dims") ? p.numbers("dims") : null })),
    tensorinv: on("A ind", (p) => linalg.tensorinv(a(p), { ind: p.number("ind", 2) })),
    matrix_rank: on("A atol rtol hermitian", (p) => linalg.matrixRank(a(p), { rtol: tolerance(p) })),
    lstsq: on("A B", (p) => linalg.lstsq(a(p), p.tensor("B")).solution),
  }),
  ...under("torch.", {
    det,
    slogdet,
    cholesky,
    qr,
    logdet: on("A", (p) => linalg.logdet(a(p))),
    pinverse: pinv,
    cholesky_inverse: on("A upper", (p) => linalg.choleskyInverse(a(p), { upper: p.flag("upper") })),
    cholesky_solve: on("B A upper", (p) => linalg.choleskySolve(p.tensor("B"), a(p), { upper: p.flag("upper") })),
    triangular_solve: on("B A upper transpose unitriangular", (p): Answer => {
      const upper = p.flag("upper", true);
      const turned = p.flag("transpose");
      const matrix = turned ? a(p).transpose(-2, -1) : a(p);
      const options = { upper: upper !== turned, unitriangular: p.flag("unitriangular") };
      return [linalg.solveTriangular(matrix, p.tensor("B"), options), a(p)];
    }),
  }),
};
