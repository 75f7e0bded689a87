/**
 * A program as the value flow sees it: TypeScript reduced to a small set of expressions, targets and statements,
 * with every name already bound to its variable. `server/source` makes it; nothing here knows the compiler.
 *
 *     const { live, cut: fixed = w } = state;
 *     // declare { live ← get "live", fixed ← default(get "cut", w) } = variable state
 *
 * What TypeScript has and this does not becomes `unknown`, which lets everything that enters it escape.
 */
import type { Position, SourceSpan } from "@gradlens/engine/graph";

export type Literal = string | number | boolean | bigint | null | undefined;

/** A name's binding. Lowering fills in the facts while it walks; after that nobody changes them. */
export interface Variable {
  readonly name: string;
  readonly span: SourceSpan;
  readonly owner: FunctionCode;
  /** In how many loops of its function it is declared; inside one, one cell stands for many. */
  readonly loops: number;
  readonly imported: ImportedName | null;
  /** Declared with `const`. */
  readonly constant: boolean;
  /** Used by a function other than its owner. */
  captured: boolean;
}

/** `name` is "*" for the namespace and "default" for the default export. */
export interface ImportedName {
  readonly specifier: string;
  readonly name: string;
}

/** A call, access or declaration as the reader sees it. */
export interface Site {
  readonly span: SourceSpan;
  /** The word to point at: the method's name, the callee. */
  readonly wordSpan: SourceSpan;
  /** The variable, field or property that takes the result. */
  readonly name: string | null;
  readonly nameSpan: SourceSpan | null;
  /** What a method is called on, where that is a plain name: `loss`, `this.loss`. */
  readonly receiver: string | null;
  readonly group: readonly string[];
  /** What to delete so that the call is gone and its receiver or its one expression stays; empty where that cannot be. */
  readonly removal: readonly SourceSpan[];
  /** The statement that is nothing but this call, in a block of its own line. */
  readonly statement: SourceSpan | null;
  /** A mark of intent stands on this line or the one above. */
  readonly intended: boolean;
  /** That mark, and all that goes with it when it is deleted. */
  readonly mark: { readonly span: SourceSpan; readonly whole: SourceSpan } | null;
  /** The function around it says `@stopsGradient`. */
  readonly meant: boolean;
  /** The white space at the start of its line, for a comment above it. */
  readonly indent: string;
  /** The operands of an operator, the arguments of a call, as they are written. */
  readonly operands: readonly SourcePart[];
}

/** A piece of the source. A name and what binds as tightly as one need no parentheses before a dot. */
export interface SourcePart {
  readonly span: SourceSpan;
  readonly text: string;
  readonly form: "name" | "tight" | "loose";
}

export type Argument =
  { readonly kind: "one"; readonly value: Expression } | { readonly kind: "spread"; readonly value: Expression };

export type ObjectMember =
  | { readonly kind: "field"; readonly key: Expression; readonly value: Expression; readonly site: Site | null }
  | { readonly kind: "getter" | "setter"; readonly key: Expression; readonly code: FunctionCode }
  | { readonly kind: "spread"; readonly value: Expression };

export type Expression =
  | { readonly kind: "literal"; readonly value: Literal }
  /** Some value that is neither an object nor a tensor; its operands are evaluated for their effects. */
  | { readonly kind: "primitive"; readonly operands: readonly Expression[] }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "this" }
  | { readonly kind: "function"; readonly code: FunctionCode }
  | { readonly kind: "class"; readonly code: ClassCode }
  | { readonly kind: "object"; readonly members: readonly ObjectMember[] }
  | { readonly kind: "array"; readonly elements: readonly Argument[] }
  | {
      readonly kind: "get";
      readonly object: Expression;
      readonly key: Expression;
      readonly optional: boolean;
      readonly site: Site;
    }
  | { readonly kind: "superGet"; readonly key: Expression }
  | CallExpression
  | { readonly kind: "new"; readonly callee: Expression; readonly args: readonly Argument[]; readonly site: Site }
  | {
      readonly kind: "superCall";
      readonly args: readonly Argument[];

      readonly site: Site;
    }
  | { readonly kind: "assign"; readonly target: Target; readonly value: Expression }
  | { readonly kind: "delete"; readonly object: Expression; readonly key: Expression }
  | {
      readonly kind: "conditional";
      readonly test: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
      readonly site: Site;
    }
  | { readonly kind: "logical"; readonly op: "&&" | "||" | "??"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "unary";
      readonly op: "!" | "typeof" | "-" | "+";
      readonly operand: Expression;
      readonly site: Site;
    }
  | {
      readonly kind: "binary";
      readonly op: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly site: Site;
    }
  | { readonly kind: "sequence"; readonly items: readonly Expression[] }
  /** A whole optional chain: it may end early with undefined. */
  | { readonly kind: "chain"; readonly value: Expression }
  /** At a `return`, only an asynchronous function that is itself waited for waits. */
  | { readonly kind: "await"; readonly operand: Expression; readonly at: "await" | "return" }
  | { readonly kind: "yield"; readonly operand: Expression | null; readonly each: "one" | "all" }
  | { readonly kind: "import"; readonly specifier: string; readonly uri: string }
  | { readonly kind: "unknown"; readonly because: string; readonly operands: readonly Expression[] };

export interface CallExpression {
  readonly kind: "call";
  readonly callee: Expression;
  readonly args: readonly Argument[];
  readonly optional: boolean;
  readonly site: Site;
}

export type Target =
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "property"; readonly object: Expression; readonly key: Expression; readonly site: Site }
  | { readonly kind: "superProperty"; readonly key: Expression }
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "default"; readonly target: Target; readonly value: Expression }
  | { readonly kind: "array"; readonly elements: readonly (Target | null)[]; readonly rest: Target | null }
  | {
      readonly kind: "object";
      readonly properties: readonly { readonly key: Expression; readonly target: Target }[];
      readonly rest: Target | null;
    };

export type Statement =
  | { readonly kind: "expression"; readonly value: Expression; readonly site: Site | null }
  | { readonly kind: "declare"; readonly target: Target; readonly value: Expression }
  | { readonly kind: "block"; readonly functions: readonly HoistedFunction[]; readonly body: readonly Statement[] }
  | {
      readonly kind: "if";
      readonly test: Expression;
      readonly whenTrue: Statement;
      readonly whenFalse: Statement | null;
      readonly site: Site;
    }
  | {
      readonly kind: "loop";
      readonly first: "test" | "body";
      readonly test: Expression | null;
      readonly update: Expression | null;
      /** The update adds one to this variable and does nothing else. */
      readonly counts: Variable | null;
      readonly body: Statement;
      readonly labels: readonly string[];
    }
  | {
      readonly kind: "forOf";
      readonly target: Target;
      readonly iterable: Expression;
      readonly body: Statement;
      readonly labels: readonly string[];
    }
  | {
      readonly kind: "forIn";
      readonly target: Target;
      readonly object: Expression;
      readonly body: Statement;
      readonly labels: readonly string[];
    }
  | {
      readonly kind: "switch";
      readonly subject: Expression;
      readonly functions: readonly HoistedFunction[];
      readonly cases: readonly SwitchCase[];
      readonly labels: readonly string[];
    }
  | {
      readonly kind: "try";
      readonly body: Statement;
      readonly parameter: Target | null;
      readonly handler: Statement | null;
      readonly finalizer: Statement | null;
    }
  | { readonly kind: "return"; readonly value: Expression | null }
  | { readonly kind: "throw"; readonly value: Expression }
  | { readonly kind: "break" | "continue"; readonly label: string | null }
  | { readonly kind: "labeled"; readonly label: string; readonly body: Statement };

export interface HoistedFunction {
  readonly variable: Variable;
  readonly code: FunctionCode;
}

export interface SwitchCase {
  readonly test: Expression | null;
  readonly body: readonly Statement[];
}

export interface FunctionCode {
  readonly name: string | null;
  readonly span: SourceSpan;
  readonly flavor: "plain" | "async" | "generator" | "asyncGenerator";
  /** Arrows and initializers see the `this` around them. */
  readonly thisFrom: "caller" | "outside";
  /** Contains `await` outside nested functions. */
  awaits: boolean;
  /** Contains `try` outside nested functions. */
  tries: boolean;
  parameters: readonly Target[];
  /** Parameters that are declared to be tensors of the library, by the names of their types. */
  tensorParameters: readonly (Variable | null)[];
  /** Where each parameter with a name of its own is declared. */
  parameterSites: readonly (Site | null)[];
  rest: Target | null;
  /** `var`s of the whole body; they start as undefined. */
  vars: readonly Variable[];
  /** The `arguments` object is used: every argument is reachable through it. */
  usesArguments: boolean;
  body: Statement;
  /** The name of a function expression, bound inside it alone. */
  self: Variable | null;
}

export interface ClassCode {
  readonly name: string | null;
  readonly self: Variable | null;
  readonly span: SourceSpan;
  superclass: Expression | null;
  create: FunctionCode | null;
  members: readonly ClassMember[];
  /** Decorators and the like: whoever they are, they see the class. */
  unknown: readonly Expression[];
}

export type ClassMember =
  | {
      readonly kind: "method" | "getter" | "setter";
      readonly where: "static" | "instance";
      readonly key: Expression;
      readonly code: FunctionCode;
    }
  /** The initializer is a function whose `this` is the instance (or the class). */
  | {
      readonly kind: "field";
      readonly where: "static" | "instance";
      readonly key: Expression;
      readonly code: FunctionCode;
      readonly site: Site;
      readonly wrapping: Wrapping | null;
    }
  | { readonly kind: "block"; readonly code: FunctionCode };

/** An initializer that may be wrapped into a constructor of the library, with what names the library there: `nn`. */
export interface Wrapping {
  readonly span: SourceSpan;
  readonly library: string;
  readonly form: "list" | "call";
}

export interface ModuleCode {
  readonly uri: string;
  /** The body as a function of its own; top-level await is allowed. */
  readonly main: FunctionCode;
  /** The statements of the body one by one. */
  readonly parts: readonly ModulePart[];
  readonly imports: readonly string[];
  /** What is imported at a time that is not known. */
  readonly lateImports: readonly string[];
  /** Lists of imported names, to which a fix may add one. */
  readonly importLists: readonly ImportList[];
  readonly exports: readonly ExportedName[];
  /** Who may set what it gives out: the file alone, or every other script of its page. */
  readonly setBy: "itself" | "others of its page";
  /** `export =` and the like. */
  readonly exportedValues: readonly Expression[];
  /** Where each variable is named, for the hover. */
  readonly references: readonly { readonly span: SourceSpan; readonly variable: Variable }[];
  /** Lines whose declarations are marked as meant to receive nothing. */
  readonly intended: ReadonlySet<number>;
  /** A construct under which no name can be trusted: `with`, direct `eval`. */
  readonly untrusted: string | null;
}

/** One statement of a module's outermost list; it stays the same object while an edit leaves it as it is. */
export interface ModulePart {
  readonly functions: readonly HoistedFunction[];
  readonly body: readonly Statement[];
  /** The module's own variables that it names, also from inside functions. */
  readonly variables: readonly Variable[];
  /** Where it stands now. */
  readonly start: Position;
}

/** `import { tensor, noGrad as pause } from "@gradlens/engine"` */
export interface ImportList {
  readonly specifier: string;
  /** By the name that the module gives out: the name under which it is used here. */
  readonly names: ReadonlyMap<string, string>;
  /** An empty span after the last name. */
  readonly end: SourceSpan;
}

export type ExportedName =
  | { readonly kind: "variable"; readonly name: string; readonly variable: Variable }
  | { readonly kind: "from"; readonly name: string; readonly from: ImportedName }
  | { readonly kind: "all"; readonly specifier: string };
