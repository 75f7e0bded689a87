/**
 * The `gradlens` command: its words, options and help, and what becomes of a wrong one. Each command's work stands in
 * its own file; here they are only called. Wrong use ends in one line on standard error and exit code 2.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import manifest from "../package.json";
import { check, type CheckFormat } from "./check.js";
import type { Severity } from "./check-report.js";
import { explainCode, explainVariable } from "./explain.js";
import { graphsByReading, printGraphs, type GraphFormat } from "./graph.js";
import { graphsByRunning, run, type RunWish } from "./run.js";
import { CommandFault, type ExitCode, type Terminal } from "./terminal.js";

export interface Surroundings {
  readonly terminal: Terminal;
  /** This program as one built file, for its workers; the built child process lies beside it. */
  readonly workerFile: URL;
}

export async function runCommandLine(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { complain } = surroundings.terminal;
  let code: ExitCode = 0;
  const program = commands(surroundings, (result) => {
    code = result;
  });
  try {
    if (words.length === 0)
      throw new CommandFault("name a command, such as `gradlens check`; `gradlens --help` lists all");
    await program.parseAsync([...words], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommandFault) complain(error.message);
    else if (!(error instanceof CommanderError)) complain(`unexpected failure: ${firstLine(error)}`);
    else if (error.exitCode === 0) return 0;
    return 2;
  }
}

function commands({ terminal, workerFile }: Surroundings, done: (code: ExitCode) => void): Command {
  const runWish = (file: string, { timeout, seed }: RunOptions): RunWish => {
    return { file, timeoutSeconds: timeout, seed, childFile: new URL("./run-child.js", workerFile) };
  };
  const program = new Command("gradlens")
    .description("Tells which variables of TypeScript autograd code can never receive a gradient, and why.")
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: terminal.print,
      writeErr: (text) => terminal.complain(oneLine(text)),
      getOutHelpWidth: () => Math.min(terminal.columns, 100),
      getErrHelpWidth: () => Math.min(terminal.columns, 100),
    })
    .addHelpText("after", examples);

  program
    .command("check")
    .summary("report what can never receive a gradient, and why")
    .description("Reads files and folders and reports what can never receive a gradient, and why. Runs nothing.")
    .argument("[paths...]", "files and folders (default: this folder); folders respect .gitignore")
    .addOption(
      choice("--format <format>", "how to print the findings", ["pretty", "json", "sarif", "github"], "pretty"),
    )
    .addOption(choice("--fail-on <severity>", "exit with 1 at or above this severity", failOnChoices, "warning"))
    .option("--explain <name>", "print what is known about the variables of this name instead")
    .addHelpText("after", checkNotes)
    .action(async (paths: string[], options: CheckOptions) => {
      const { format, failOn, explain } = options;
      if (explain === undefined) return done(await check({ paths, format, failOn, workerFile }, terminal));
      if (format !== "pretty") throw new CommandFault(`--explain prints text; leave out --format ${format}`);
      done(await explainVariable(explain, paths, workerFile, terminal));
    });

  withRunOptions(
    program
      .command("run")
      .summary("run a program and print what arrives at its leaves")
      .description(
        "Runs a program in a process with your rights, as `node` would, and prints the gradients of its leaves.",
      )
      .argument("<file>", "a TypeScript or JavaScript file; `@gradlens/engine` needs no installation")
      .addOption(choice("--format <format>", "how to print the run", ["pretty", "json"], "pretty")),
  )
    .addHelpText("after", runNotes)
    .action(async (file: string, options: RunOptions & { readonly format: "pretty" | "json" }) => {
      done(await run(runWish(file, options), options.format, terminal));
    });

  withRunOptions(
    program
      .command("graph")
      .summary("print the gradient graphs of a file, one per loss")
      .description("Prints the gradient graphs of a file, one per loss: by reading it, or with --live by running it.")
      .argument("<file>", "a TypeScript or JavaScript file")
      .addOption(choice("--format <format>", "how to print the graphs", ["json", "dot", "svg", "html"], "json"))
      .option("--live", "run the program, and print its graphs with values and gradients"),
  ).action(async (file: string, options: RunOptions & GraphOptions) => {
    const { graphs, code } =
      options.live === true
        ? await graphsByRunning(runWish(file, options), terminal)
        : { graphs: await graphsByReading(file, workerFile, terminal), code: 0 as const };
    printGraphs(file, graphs, options.format, terminal);
    done(code);
  });

  program
    .command("explain")
    .summary("explain a finding's code")
    .description("Explains a finding's code with an example, or lists all codes.")
    .argument("[code]", "a code, such as never-receives-gradient")
    .action((code: string | undefined) => done(explainCode(code ?? null, terminal)));

  program
    .command("lsp")
    .summary("start the language server")
    .description("Starts the language server, for editors other than VS Code.")
    .option("--stdio", "talk over standard input and output (the default)")
    .action(async () => {
      await import("../main.js");
    });
  return program;
}

interface CheckOptions {
  readonly format: CheckFormat;
  readonly failOn: Severity | "never";
  readonly explain?: string;
}

interface RunOptions {
  readonly timeout: number;
  readonly seed: number;
}

interface GraphOptions {
  readonly format: GraphFormat;
  readonly live?: true;
}

const failOnChoices = ["error", "warning", "information", "hint", "never"];

const examples = `
Examples:
  gradlens check                          check every file below this folder
  gradlens check src --format sarif       for code scanning
  gradlens run train.ts                   run a program and print every gradient
  gradlens graph train.ts --format dot    the gradient graph, for Graphviz
  gradlens explain cut-by-detach          what a finding means`;

const checkNotes = `
Exit codes:
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  the check could not be done`;

const runNotes = `
Exit codes:
  0  the program ran
  1  it threw or ran out of time; what it did until then is printed
  2  it could not be started`;

function withRunOptions(command: Command): Command {
  return command
    .addOption(new Option("--timeout <seconds>", "stop the program after this time").default(60).argParser(seconds))
    .addOption(new Option("--seed <number>", "start of all random numbers").default(0).argParser(seedNumber));
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0)) throw new InvalidArgumentError("It must be a number of seconds above 0.");
  return value;
}

function seedNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

function choice(flags: string, description: string, values: readonly string[], value: string): Option {
  return new Option(flags, description).choices(values).default(value);
}

/** Commander's message and its suggestion, as one line and without its own "error: ". */
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, "")
    .replace(/\s*\n\s*/g, " ");
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
