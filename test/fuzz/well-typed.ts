/** What the compiler says about generated programs. The library's types are read once, so a second program costs little. */
import { join, resolve } from "node:path";
import ts from "typescript";

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  noImplicitOverride: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  types: [],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  customConditions: ["gradlens-source"],
};

/** Where the programs would lie; from there the engine is found. */
const folder = resolve("test/generated");
/** Beside each program, so that the engine's types stay in memory when a program does without them. */
const keeper = [join(folder, "keeper.ts"), 'import "@gradlens/engine";\n'] as const;

class Checker implements ts.LanguageServiceHost {
  readonly fileExists = (path: string): boolean => this.texts.has(path) || ts.sys.fileExists(path);
  readonly readFile = (path: string): string | undefined => this.texts.get(path) ?? ts.sys.readFile(path);
  private texts = new Map<string, string>();
  private version = 0;
  private readonly service = ts.createLanguageService(this);

  /** One line for each fault: where, what, and the text there. */
  errorsOf(files: Readonly<Record<string, string>>): readonly string[] {
    const texts = Object.entries(files).map(([name, text]) => [join(folder, name), text] as const);
    this.texts = new Map([keeper, ...texts]);
    this.version++;
    const faults = texts.flatMap(([path]) => [
      ...this.service.getSyntacticDiagnostics(path),
      ...this.service.getSemanticDiagnostics(path),
    ]);
    return faults.map(({ file, start = 0, messageText }) => {
      const message = ts.flattenDiagnosticMessageText(messageText, " ");
      const { line } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0 };
      return `${message} | ${file?.text.split("\n")[line]?.trim() ?? ""}`;
    });
  }

  getCompilationSettings(): ts.CompilerOptions {
    return options;
  }

  getScriptFileNames(): string[] {
    return [...this.texts.keys()];
  }

  getScriptVersion(path: string): string {
    return this.texts.has(path) && path !== keeper[0] ? String(this.version) : "";
  }

  getScriptSnapshot(path: string): ts.IScriptSnapshot | undefined {
    const text = this.readFile(path);
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
  }

  getCurrentDirectory(): string {
    return resolve(".");
  }

  getDefaultLibFileName(settings: ts.CompilerOptions): string {
    return ts.getDefaultLibFilePath(settings);
  }
}

let checker: Checker | null = null;

export function typeErrorsOf(files: Readonly<Record<string, string>>): readonly string[] {
  checker ??= new Checker();
  return checker.errorsOf(files);
}
