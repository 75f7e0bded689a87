/**
 * The recorded result dtypes: every op with operands of every kind and dtype. The values do not matter, only what the
 * operands meet in, or that they refuse to.
 */
import { canCast, EngineError, full, promoteTypes, Tensor } from "@gradlens/engine";
import { engineDtype, isExcluded, type PromotionCase, type PromotionOperand } from "./case.js";
import type { Verdict } from "./check.js";
import { mapping } from "./mapping/index.js";
import { bind, Unsupported, type Argument } from "./parameters.js";

/** Promotions have no id of their own; what they ask is one. */
export function promotionId({ op, a, b }: PromotionCase): string {
  return [op, inWords(a), ...(b === undefined ? [] : [inWords(b)])].join(" ");
}

export function checkPromotion(recorded: PromotionCase): Verdict {
  if (isExcluded([recorded.a, recorded.b ?? null, recorded.result])) return { kind: "excluded" };
  if (recorded.op === "promote_types" || recorded.op === "can_cast") return checkDtypes(recorded);
  const mapped = mapping[recorded.op.endsWith("_") ? `Tensor.${recorded.op}` : `torch.${recorded.op}`];
  if (mapped === undefined) return { kind: "unsupported", why: `no mapping for ${recorded.op}` };
  try {
    const args = [recorded.a, ...(recorded.b === undefined ? [] : [recorded.b])].map(argumentOf);
    const needed: Readonly<Record<string, readonly Argument[]>> = {
      where: [full([2], 1, { dtype: "bool" }), ...args],
      cumsum: [...args, 0],
      cumprod: [...args, 0],
      logsumexp: [...args, 0],
      softmax: [...args, 0],
      median: args,
    };
    const answer = mapped.call(bind(mapped.signature, needed[recorded.op] ?? args, {}));
    const first = Array.isArray(answer) ? answer[0] : answer;
    return compared(recorded.result, { dtype: first instanceof Tensor ? first.dtype : null, value: first });
  } catch (error) {
    if (error instanceof Unsupported) return { kind: "unsupported", why: error.message };
    if (error instanceof EngineError) return compared(recorded.result, { error: error.type });
    return { kind: "failed", why: String(error) };
  }
}

/** What two dtypes meet in, and whether one may be written into the other. */
function checkDtypes({ op, a, b, result }: PromotionCase): Verdict {
  const [one, other] = [a, b].map((each) => (typeof each === "object" && each.kind === "dtype" ? engineDtype(each.dtype) : null));
  if (one === null || other === null || one === undefined || other === undefined) return { kind: "unsupported", why: "no dtypes" };
  return op === "can_cast" ? compared(result, { value: canCast(one, other) }) : compared(result, { dtype: promoteTypes(one, other) });
}

interface Found {
  readonly dtype?: string | null;
  readonly value?: unknown;
  readonly error?: string;
}

function compared(expected: unknown, found: Found): Verdict {
  const wanted = wantedOf(expected);
  const isSame = wanted.error !== undefined ? found.error === wanted.error : wanted.dtype !== undefined ? found.dtype === wanted.dtype : found.value === wanted.value;
  if (isSame) return { kind: "passed" };
  return { kind: "failed", why: `${JSON.stringify({ ...found, value: undefined })}, not ${JSON.stringify(wanted)}` };
}

function wantedOf(expected: unknown): Found {
  if (typeof expected !== "object" || expected === null) return { value: expected };
  if ("error" in expected && typeof expected.error === "object" && expected.error !== null && "type" in expected.error)
    return { error: String(expected.error.type) };
  if ("dtype" in expected) return { dtype: engineDtype(String(expected.dtype)) };
  return { value: "value" in expected ? expected.value : expected };
}

function argumentOf(operand: PromotionOperand): Argument {
  if (typeof operand === "string") return operand;
  if (operand.kind === "scalar") return { bool: true, int: 2, float: { kind: "float" as const, value: 1.5 } }[operand.type];
  const dtype = engineDtype(operand.dtype);
  if (dtype === null) throw new Unsupported(`dtype ${operand.dtype}`);
  return operand.kind === "dtype" ? { kind: "dtype", dtype } : full(operand.shape, 1, { dtype });
}

function inWords(operand: PromotionOperand): string {
  if (typeof operand === "string") return operand;
  if (operand.kind === "scalar") return operand.type;
  return operand.kind === "dtype" ? operand.dtype : `${operand.dtype}[${operand.shape.join(",")}]`;
}
