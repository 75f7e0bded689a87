/**
 * Modules made of modules: a chain, and a list. What they hold is registered under its index.
 */
import { EngineError } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { Module, checkedModule } from "./module.js";

/** Modules one after the other: each takes the output of the one before. */
export class Sequential extends Module implements Iterable<Module> {
  private readonly steps: readonly Module[];

  constructor(...modules: Module[]) {
    super();
    this.steps = hold(this, "Sequential", modules);
  }

  /** How many modules run one after the other. */
  get length(): number {
    return this.steps.length;
  }

  override forward(x: Tensor): Tensor {
    return this.steps.reduce((value, module) => module.call(value), x);
  }

  /** The modules in the order in which they run. */
  [Symbol.iterator](): Iterator<Module> {
    return this.steps[Symbol.iterator]();
  }
}

/** A list of modules that are registered, which those in a plain array are not. It has no `forward` of its own. */
export class ModuleList<Element extends Module<unknown> = Module> extends Module implements Iterable<Element> {
  private readonly elements: Element[] = [];

  constructor(modules: readonly Element[] = []) {
    super();
    for (const module of modules) this.append(module);
  }

  /** How many modules it holds. */
  get length(): number {
    return this.elements.length;
  }

  /** The module at an index; negative numbers count from the end. */
  at(index: number): Element {
    const module = this.elements.at(index);
    if (module !== undefined) return module;
    throw new EngineError(
      `ModuleList: there is no module ${index}`,
      `it has ${this.elements.length}`,
      "Check the index, or loop over the list.",
    );
  }

  /** Adds a module at the end. */
  append(module: Element): this {
    checkedModule("ModuleList", module);
    register(this, String(this.elements.length), module);
    this.elements.push(module);
    return this;
  }

  /** The modules in their order. */
  [Symbol.iterator](): Iterator<Element> {
    return this.elements[Symbol.iterator]();
  }
}

/** Modules by name. It has no `forward` of its own. */
export class ModuleDict<Element extends Module<unknown> = Module>
  extends Module
  implements Iterable<[string, Element]>
{
  private readonly elements = new Map<string, Element>();

  constructor(modules: Readonly<Record<string, Element>> = {}) {
    super();
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
  }

  /** How many modules it holds. */
  get length(): number {
    return this.elements.size;
  }

  /** The module of that name; another name is an error. */
  get(name: string): Element {
    const module = this.elements.get(name);
    if (module !== undefined) return module;
    throw new EngineError(
      `ModuleDict: there is no module \`${name}\``,
      `it has ${[...this.elements.keys()].map((each) => `\`${each}\``).join(", ") || "none"}`,
      "Check the name, or ask with `has`.",
    );
  }

  /** Whether there is a module of this name. */
  has(name: string): boolean {
    return this.elements.has(name);
  }

  /** Puts a module under a name, in the place of one that was there. */
  set(name: string, module: Element): this {
    checkedModule("ModuleDict", module);
    if (name in this && !this.elements.has(name)) {
      throw new EngineError(
        `ModuleDict: the name is \`${name}\``,
        "a module has a property of that name already",
        "Choose another name.",
      );
    }
    register(this, name, module);
    this.elements.set(name, module);
    return this;
  }

  /** The names with their modules, in the order in which they came. */
  [Symbol.iterator](): Iterator<[string, Element]> {
    return this.elements[Symbol.iterator]();
  }
}

function hold(owner: Module, call: string, modules: readonly Module[]): readonly Module[] {
  modules.forEach((module, index) => {
    checkedModule(call, module);
    register(owner, String(index), module);
  });
  return modules;
}

/** A property under a name that only the running program knows; `namedChildren` finds it like any other. */
function register(owner: Module, name: string, module: Module<unknown>): void {
  Object.defineProperty(owner, name, { value: module, enumerable: true, configurable: true, writable: true });
}
