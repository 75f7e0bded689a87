/**
 * Seeded defects: each breaks the analysis in one way, by a change of the text of one of its files while it is bundled.
 * A generator that does not find them within 2,000 programs would not find their like either. Every `find` stands in
 * its file exactly once; test/fuzz.test.ts holds that.
 */
export interface Defect {
  readonly name: string;
  /** Below server/flow. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export const defects: readonly Defect[] = [
  {
    name: "the back edge of a loop is dropped",
    file: "evaluate-loop.ts",
    find: `const again = next === null || next.truth === "no" ? null : next.writes;`,
    replace: `const again = null;`,
  },
  {
    name: "what a loop over elements writes is lost",
    file: "evaluate-loop.ts",
    find: `const again = ends.length === 0 ? null :`,
    replace: `const again = ends.length >= 0 ? null :`,
  },
  {
    name: "`continue` is forgotten",
    file: "evaluate-loop.ts",
    find: `ends: present([...target.continues, end])`,
    replace: `ends: present([end])`,
  },
  {
    name: "`break` is forgotten",
    file: "evaluate-loop.ts",
    find: `return { breaks: target.breaks, ends:`,
    replace: `return { breaks: [], ends:`,
  },
  {
    name: "a case does not fall through",
    file: "evaluate-statement.ts",
    find: `const entries = present([falling, matches[index]`,
    replace: `const entries = present([matches[index]`,
  },
  {
    name: "strong updates of a variable that a loop makes anew",
    file: "run.ts",
    find: `weak: captured && (frame.multiple || variable.loops > 0),`,
    replace: `weak: false,`,
  },
  {
    name: "strong updates of objects that are many",
    file: "run.ts",
    find: `weak: !object.single,`,
    replace: `weak: false,`,
  },
  {
    name: "strong updates where one of several objects is meant",
    file: "evaluate-property.ts",
    find: `const isCertain = targets.length === 1 && !object.unknown;`,
    replace: `const isCertain = true;`,
  },
  {
    name: "an alias is lost where two objects meet",
    file: "value.ts",
    find: `const objects = union(a.objects, b.objects);`,
    replace: `const objects = a.objects.length > 0 ? a.objects : b.objects;`,
  },
  {
    name: "the join of branches takes one of them",
    file: "store.ts",
    find: `branches.reduce((value, other) => merge(value, other.get(cell) ?? before), nothing),`,
    replace: `branches[0].get(cell) ?? before,`,
  },
  {
    name: "\`finally\` is skipped on an early return",
    file: "evaluate-try.ts",
    find: `const [breaks, continues] = [present([finish(jumps.breaks)]), present([finish(jumps.continues)])];`,
    replace: `const { breaks, continues } = jumps;`,
  },
  {
    name: "a handler does not see what was there before the \`try\`",
    file: "evaluate-try.ts",
    find: `merge(store.get(cell) ?? undefinedValue, value)] as const`,
    replace: `value] as const`,
  },
  {
    name: "writes of a closure are lost",
    file: "assign.ts",
    find: `run.write(run.cellOf(target.variable, owner), value);`,
    replace: `if (owner === frame) run.write(run.cellOf(target.variable, owner), value);`,
  },
  {
    name: "a callback that is called often is never called",
    file: "evaluate-call.ts",
    find: `return repeat(place, run, () => callValue(callback, nothing, { values: args, more: null }, place, run));`,
    replace: `return args.length > 99 ? callback : nothing;`,
  },
  {
    name: "a captured variable ends with its function",
    file: "run.ts",
    find: `local: captured ? null : frame,`,
    replace: `local: frame,`,
  },
  {
    name: "a default is ignored",
    file: "assign.ts",
    find: `return oneOf([() => withoutUndefined(value), () => evaluate(fallback, frame, run)], run);`,
    replace: `return withoutUndefined(value);`,
  },
  {
    name: "a default parameter is ignored",
    file: "assign.ts",
    find: `if (only !== null && only.value === undefined) return evaluate(fallback, frame, run);`,
    replace: `if (only !== null && only.value === undefined) return value;`,
  },
  {
    name: "an object spread does not replace what stands before it",
    file: "evaluate-expression.ts",
    find: `if (isCertain && isThere) run.write(run.fieldOf(object, key), value);`,
    replace: `if (object.fields.has(key)) continue; else if (isCertain && isThere) run.write(run.fieldOf(object, key), value);`,
  },
  {
    name: "what a generator yields is lost",
    file: "evaluate-generator.ts",
    find: `run.add(run.pool(iterator, elementsKey), given);`,
    replace: ``,
  },
  {
    name: "the order of writes is trusted across threads",
    file: "cells.ts",
    find: `if (thread === null || this.threads.includes(thread)) return true;`,
    replace: `return depth > 0;`,
  },
  {
    name: "a callback given to \`then\` is not called",
    file: "builtin-promises.ts",
    find: `void (result = callValue(callback, undefinedValue, { values: [given], more: null }, at, run));`,
    replace: `void (result = nothing);`,
  },
  {
    name: "a callback given to a timer is not called",
    file: "builtins.ts",
    find: `void callValue(callback, undefinedValue, { values: given`,
    replace: `void callValue(undefinedValue, undefinedValue, { values: given`,
  },
  {
    name: "a value of a map is lost",
    file: "builtin-maps.ts",
    find: `  run.write(run.fieldOf(map, entry.name), value);`,
    replace: ``,
  },
  {
    name: "the constructor above is skipped",
    file: "evaluate-function.ts",
    find: `(base) => () => constructInstance(base, instance, args, { ...place, key: \`\${place.key}.super\` }, run),`,
    replace: `() => () => undefined,`,
  },
  {
    name: "a static field is lost",
    file: "evaluate-class.ts",
    find: `if (member.where === "static") initializeField(`,
    replace: `if (member.where === "never") initializeField(`,
  },
  {
    name: "a second call gives what the first gave",
    file: "evaluate-function.ts",
    find: `const result = called();`,
    replace: `const known = (run.firstResults ??= new Map());
      const first = known.get(callee.id + modeKey(mode));
      if (first !== undefined && first.site !== place.site) return first.value;
      const result = called();
      known.set(callee.id + modeKey(mode), { site: place.site, value: result });`,
  },
  {
    name: "a re-export is lost",
    file: "linked.ts",
    find: `if (exported.kind !== "all") continue;
    const target`,
    replace: `if (exported.kind !== "nothing") continue;
    const target`,
  },
  {
    name: "\`noGrad\` cuts what merely passes through it",
    file: "library-values.ts",
    find: `noticePause(name, result, place, run);
      return result;`,
    replace: `return meaning.kind === "pauses" ? { ...result, tensors: [] } : result;`,
  },
  {
    name: "\`detach()\` also cuts the alias",
    file: "cut-off.ts",
    find: `run.graph.views.set(node, tensors);`,
    replace: `for (const from of tensors) run.graph.nodes[from].inputs.length = 0;`,
  },
  {
    name: "a change in place does not reach what it is a view of",
    file: "evaluate-tensor.ts",
    find: `const changed = withBases(receiver.tensors, run);`,
    replace: `const changed = receiver.tensors;`,
  },
  {
    name: "a second loss is ignored",
    file: "evaluate-tensor.ts",
    find: `for (const id of receiver.tensors) loss.nodes.add(id);`,
    replace: `if (run.graph.losses.size < 2) for (const id of receiver.tensors) loss.nodes.add(id);`,
  },
  {
    name: "what is given to unknown code does not escape",
    file: "evaluate-call.ts",
    find: `for (const value of [self, ...allArguments(args)]) run.escape(value);`,
    replace: ``,
  },
  {
    name: "the other side of \`??\` and \`||\` is lost",
    file: "evaluate-conditional.ts",
    find: `return oneOf([() => kept, () => evaluate(right, frame, run)], run);`,
    replace: `return kept;`,
  },
  {
    name: "a setter is not called",
    file: "evaluate-property.ts",
    find: `if (setters.length > 0) {`,
    replace: `if (setters.length > 0 && key !== null) return;
  if (setters.length > 0) {`,
  },
  {
    name: "the last \`return\` wins",
    file: "evaluate-statement.ts",
    find: `if (target !== undefined) target.result = merge(target.result, value);`,
    replace: `if (target !== undefined) target.result = value;`,
  },
  {
    name: "a recursion sees its first arguments only",
    file: "evaluate-function.ts",
    find: `merge(known[index] ?? nothing, argumentAt(args, index)));`,
    replace: `known[index] ?? argumentAt(args, index));`,
  },
  {
    name: "arguments that are bound are forgotten",
    file: "evaluate-call.ts",
    find: `values: [...shape.args, ...args.values]`,
    replace: `values: [...args.values]`,
  },
];
