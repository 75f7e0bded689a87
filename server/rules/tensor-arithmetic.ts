/** JavaScript's own operators on tensors: the result is no tensor, so whatever the formula was meant to say is lost. */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { SourcePart } from "../flow/code.js";
import type { Remark } from "../flow/remarks.js";
import { remarked } from "./remarked.js";
import type { Rule, Statement } from "./rule.js";

export const tensorArithmetic: Rule = {
  code: "tensor-arithmetic",
  severity: "error",
  explanation: `JavaScript's operators know numbers and texts only. \`a - b\` on two tensors is no tensor, and no gradient passes: the
engine throws, other libraries go on with NaN.

\`\`\`ts
const loss = prediction - target;
\`\`\`

\`\`\`ts
const loss = prediction.sub(target);
\`\`\``,
  check: (flow) => {
    const remarks = remarked("tensorArithmetic", flow);
    // What is around an operator that gives no tensor has the same cause.
    return remarks.filter((outer) => !remarks.some((inner) => isInside(inner, outer))).map(statement);
  },
};

const methods: ReadonlyMap<string, string> = new Map([
  ["+", "add"],
  ["-", "sub"],
  ["*", "mul"],
  ["/", "div"],
  ["**", "pow"],
]);

const longest = 40;

function statement(remark: Remark): Statement {
  const op = operatorOf(remark);
  const written = asWritten(remark);
  const better = rewritten(remark);
  const isShort = written.length < longest && !written.includes("\n");
  const advice = better === null ? "use a method of the tensor" : isShort ? `write \`${better}\`` : "use its methods";
  const text = isAssignment(remark) ? `${remark.site.operands[0]?.text ?? ""} = ${better ?? ""}` : (better ?? "");
  return {
    message: `${isShort ? `\`${written}\`` : `this \`${op}\``} gives no tensor, because JavaScript's operators do not know tensors: ${advice}`,
    span: wholeOf(remark),
    path: [],
    fixes:
      better === null
        ? []
        : [{ title: isShort ? `Write \`${text}\`` : "Use a method", edits: [{ span: wholeOf(remark), text }] }],
  };
}

/** The same with the tensor's own methods, where there is one way to say it. */
function rewritten(remark: Remark): string | null {
  const op = operatorOf(remark);
  const method = methods.get(op);
  const [left, right] = remark.site.operands;
  if (left === undefined) return null;
  if (right === undefined) return op === "-" ? `${receiver(left)}.neg()` : null;
  if (method === undefined) return null;
  if (!remark.detail.endsWith(" right")) return `${receiver(left)}.${method}(${right.text})`;
  if (op === "+" || op === "*") return `${receiver(right)}.${method}(${left.text})`;
  return op === "-" ? `${receiver(right)}.neg().add(${left.text})` : null;
}

function receiver({ text, form }: SourcePart): string {
  return form === "loose" ? `(${text})` : text;
}

function operatorOf({ detail }: Remark): string {
  return detail.replace(" right", "");
}

function asWritten(remark: Remark): string {
  const [left, right] = remark.site.operands.map(({ text }) => text);
  const op = operatorOf(remark);
  return right === undefined ? `${op}${left ?? ""}` : `${left ?? ""} ${isAssignment(remark) ? `${op}=` : op} ${right}`;
}

/** `a -= b`: the operator's word is longer than the operator. */
function isAssignment(remark: Remark): boolean {
  const { operands, wordSpan } = remark.site;
  const length = wordSpan.end.character - wordSpan.start.character;
  return operands.length === 2 && length > operatorOf(remark).length;
}

function wholeOf({ site: { span, operands } }: Remark): SourceSpan {
  const [left, right] = operands;
  if (left === undefined || right === undefined) return span;
  return { uri: span.uri, start: left.span.start, end: right.span.end };
}

function isInside(inner: Remark, outer: Remark): boolean {
  return inner !== outer && outer.site.operands.some(({ span }) => contains(span, wholeOf(inner)));
}

function contains(outer: SourceSpan, inner: SourceSpan): boolean {
  const startsAfter = compare(outer.start, inner.start) <= 0;
  return outer.uri === inner.uri && startsAfter && compare(inner.end, outer.end) <= 0;
}

function compare(a: SourceSpan["start"], b: SourceSpan["start"]): number {
  return a.line - b.line || a.character - b.character;
}
