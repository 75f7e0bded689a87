/**
 * What the script tags of a page bring: a file that uses `tf` and declares no such name reads the global that
 * TensorFlow.js leaves there. Such a file may itself be a script, and then every other script of its page may use
 * what it declares, and set it.
 */
import ts from "typescript";

/** The name that a library leaves on the page, and the import that it stands for. */
export interface PageGlobal {
  readonly name: string;
  readonly specifier: string;
}

const tensorflow: PageGlobal = { name: "tf", specifier: "@tensorflow/tfjs" };

/** Members that a library of gradients has and that hardly anything else of that name would. */
const member =
  /(?<![\w$.])tf\s*\.\s*(?:variable|variableGrads|grads?|valueAndGrads?|train|tidy|layers|sequential|scalar|tensor[1-6]?d?|losses|customGrad)\b/;

/** What a text may read from its page, found by searching it: it may name too much, never too little. */
export function pageGlobalsIn(text: string): readonly PageGlobal[] {
  return member.test(text) ? [tensorflow] : [];
}

/** Whether its outermost names belong to the page and not to the file. */
export function isScript(source: ts.SourceFile): boolean {
  return !ts.isExternalModule(source);
}
