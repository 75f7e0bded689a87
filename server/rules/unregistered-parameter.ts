/** A field of a module that `parameters()` does not look into, with leaves in it that nobody else hands to an optimizer. */
import type { UnregisteredField } from "../flow/training.js";
import type { Fix, Rule } from "./rule.js";
import { unregisteredFields } from "./untrained.js";

export const unregisteredParameter: Rule = {
  code: "unregistered-parameter",
  severity: "warning",
  explanation: `\`parameters()\` finds a module's own properties that are parameters or modules. It does not look into plain arrays,
objects, maps and private fields, and a tensor that is no \`nn.Parameter\` is none of them. What it does not find is given
to no optimizer and keeps its first value.

\`\`\`ts
class Net extends nn.Module {
  layers = [new nn.Linear(4, 4), new nn.Linear(4, 1)]; // not in net.parameters()
  scale = tensor(1, { requiresGrad: true }); // neither is this
}
\`\`\`

\`\`\`ts
class Net extends nn.Module {
  layers = new nn.ModuleList([new nn.Linear(4, 4), new nn.Linear(4, 1)]);
  scale = new nn.Parameter(tensor(1));
}
\`\`\``,
  check: (flow, activity) =>
    unregisteredFields(flow, activity).map(({ field, losses }) => ({
      message: `${reason(field)}, so \`parameters()\` does not find ${field.by === "tensor" ? "it" : "what is in it"} and no optimizer updates it`,
      span: field.span,
      path: losses.map((span) => ({ span, message: "`backward()` here sends it a gradient" })),
      fixes: wrapped(field),
    })),
};

function reason({ name, by }: UnregisteredField): string {
  const field = `\`${name}\``;
  switch (by) {
    case "array":
    case "object":
      return `${field} is a plain ${by}`;
    case "map":
      return `${field} is a \`Map\``;
    case "set":
      return `${field} is a \`Set\``;
    case "private":
      return `${field} is a private field`;
    case "tensor":
      return `${field} is a tensor and no \`nn.Parameter\``;
  }
}

function wrapped({ by, wrapping, isOfModules }: UnregisteredField): readonly Fix[] {
  if (wrapping === null) return [];
  const { span, library, form } = wrapping;
  const isList = by === "array" && form === "list" && isOfModules;
  if (!isList && !(by === "tensor" && form === "call")) return [];
  const name = isList ? "ModuleList" : "Parameter";
  return [
    {
      title: `Wrap it in \`${library}.${name}\``,
      edits: [
        { span: { ...span, end: span.start }, text: `new ${library}.${name}(` },
        { span: { ...span, start: span.end }, text: ")" },
      ],
    },
  ];
}
