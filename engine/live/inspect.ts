/**
 * Values as text, for captured console lines: the rules of Node's `console.log`, since that is what users know,
 * and objects that say how they want to be shown, as tensors do, are asked. Errors are shown without their stack, which would name the bundle.
 */

/** The line that `console.log(...values)` prints. */
export function formatLine(values: readonly unknown[]): string {
  const [format, ...rest] = values;
  if (typeof format !== "string" || !format.includes("%") || rest.length === 0) {
    return values.map((value) => shown(value)).join(" ");
  }
  let next = 0;
  const line = format.replace(/%[sdifjoOc%]/g, (directive) => {
    if (directive === "%%") return "%";
    if (next >= rest.length) return directive;
    return directed(directive, rest[next++]);
  });
  return [line, ...rest.slice(next).map((value) => shown(value))].join(" ");
}

export function inspect(value: unknown): string {
  return inspectAt(value, { around: [], indentation: 0, deepest: 0 });
}

interface Inspection {
  /** The objects being shown, outermost first. */
  readonly around: readonly object[];
  readonly indentation: number;
  /** The depth of the object shown last. */
  deepest: number;
}

const deepestShown = 2;
const lineLength = 80;
const longestList = 100;
const longestText = 10_000;

function shown(value: unknown): string {
  return typeof value === "string" ? value : inspect(value);
}

function directed(directive: string, value: unknown): string {
  switch (directive) {
    case "%d":
      return typeof value === "object" ? "NaN" : String(Number(value));
    case "%i":
      return typeof value === "object" ? "NaN" : String(Math.trunc(Number(value)));
    case "%f":
      return String(Number.parseFloat(String(value)));
    case "%j":
      return JSON.stringify(value) ?? "undefined";
    case "%c":
      return "";
    case "%s":
      return typeof value === "bigint" ? `${value}n` : shown(value);
    default:
      return inspect(value);
  }
}

function inspectAt(value: unknown, inspection: Inspection): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "object":
      return value === null ? "null" : inspectObject(value, inspection);
    case "function":
      return inspectFunction(value);
    default:
      return String(value);
  }
}

function quoted(text: string): string {
  const short = text.length > longestText ? `${text.slice(0, longestText)}… ${text.length - longestText} more` : text;
  const escaped = short.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  if (!escaped.includes("'")) return `'${escaped}'`;
  if (!escaped.includes('"')) return `"${escaped}"`;
  return escaped.includes("`") ? `'${escaped.replaceAll("'", "\\'")}'` : `\`${escaped}\``;
}

function inspectFunction(value: object): string {
  const source = Function.prototype.toString.call(value);
  const name = "name" in value && typeof value.name === "string" && value.name !== "" ? value.name : null;
  if (source.startsWith("class")) return `[class ${name ?? "(anonymous)"}]`;
  return `[${value.constructor?.name ?? "Function"}${name === null ? " (anonymous)" : `: ${name}`}]`;
}

function inspectObject(value: object, inspection: Inspection): string {
  const own = ownText(value);
  if (own !== null) return own;
  if (inspection.around.includes(value)) return "[Circular]";
  if (value instanceof Error) {
    const text = `${value.name}: ${value.message}`;
    return inspection.around.length > 0 ? `[${text}]` : text;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return "Promise { … }";
  if (value instanceof WeakMap || value instanceof WeakSet) return `${value.constructor.name} { <items unknown> }`;
  return inspectParts(value, inspection);
}

function inspectParts(value: object, inspection: Inspection): string {
  const depth = inspection.around.length;
  const isList = Array.isArray(value) || isTypedArray(value);
  const prefix = prefixOf(value);
  if (depth > deepestShown) return `[${prefix.trim() || (isList ? "Array" : "Object")}]`;
  inspection.deepest = depth;
  const inner: Inspection = {
    ...inspection,
    around: [...inspection.around, value],
    indentation: inspection.indentation + 2,
  };
  const entries = entriesOf(value, inner);
  inspection.deepest = Math.max(depth, inner.deepest);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) return `${prefix}${open}${close}`;
  const rows = isList && entries.length > 6 ? inColumns(entries, value, inspection.indentation) : entries;
  const mayBeOneLine = inspection.deepest - depth < 3 && rows.length === entries.length;
  const start = rows.length + inspection.indentation + prefix.length + open.length + 10;
  const width = rows.reduce((sum, row) => sum + row.length, rows.length + start);
  const isOneLine = mayBeOneLine && width <= lineLength && !rows.some((row) => row.includes("\n"));
  if (isOneLine) return `${prefix}${open} ${rows.join(", ")} ${close}`;
  const indentation = `\n${" ".repeat(inspection.indentation)}`;
  return `${prefix}${open}${indentation}  ${rows.join(`,${indentation}  `)}${indentation}${close}`;
}

function prefixOf(value: object): string {
  if (isTypedArray(value)) return `${value.constructor.name}(${value.length}) `;
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name}(${value.size}) `;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return "[Object: null prototype] ";
  const name = value.constructor?.name ?? "";
  if (Array.isArray(value)) return name === "Array" ? "" : `${name}(${value.length}) `;
  return name === "Object" || name === "" ? "" : `${name} `;
}

function entriesOf(value: object, inspection: Inspection): readonly string[] {
  if (Array.isArray(value) || isTypedArray(value)) {
    const items = Array.from({ length: Math.min(value.length, longestList) }, (_, i) =>
      inspectAt(value[i], inspection),
    );
    return withRest(items, value.length);
  }
  if (value instanceof Set) {
    const items = [...value].slice(0, longestList).map((item) => inspectAt(item, inspection));
    return withRest(items, value.size);
  }
  if (value instanceof Map) {
    const items = [...value]
      .slice(0, longestList)
      .map(([key, item]) => `${inspectAt(key, inspection)} => ${inspectAt(item, inspection)}`);
    return withRest(items, value.size);
  }
  return Reflect.ownKeys(value).flatMap((key) => {
    const { enumerable, value: item, get, set } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
    if (enumerable !== true) return [];
    const accessor = get !== undefined && set !== undefined ? "[Getter/Setter]" : get !== undefined ? "[Getter]" : null;
    const text = typeof key === "symbol" ? `[${String(key)}]` : key;
    const name = typeof key === "symbol" || /^[A-Za-z_$][\w$]*$/.test(text) ? text : quoted(text);
    return [`${name}: ${accessor ?? inspectAt(item, inspection)}`];
  });
}

function withRest(items: readonly string[], length: number): readonly string[] {
  const rest = length - items.length;
  return rest > 0 ? [...items, `... ${rest} more item${rest === 1 ? "" : "s"}`] : items;
}

function isTypedArray(value: object): value is Float64Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Short entries of a long list side by side, numbers aligned to the right. */
function inColumns(entries: readonly string[], list: object, indentation: number): readonly string[] {
  const hasRest = entries.at(-1)?.startsWith("... ") === true;
  const items = hasRest ? entries.slice(0, -1) : entries;
  const widest = Math.max(...items.map((item) => item.length)) + 2;
  const total = items.reduce((sum, item) => sum + item.length + 2, 0);
  const areShort = widest * 3 + indentation < lineLength && (total / widest > 5 || widest <= 8);
  if (!areShort) return entries;
  const biased = Math.max(widest - 3 - Math.sqrt(widest - total / entries.length), 1);
  const columnCount = Math.min(
    Math.round(Math.sqrt(2.5 * biased * items.length) / biased),
    Math.floor((lineLength - indentation) / widest),
    12,
  );
  if (columnCount <= 1) return entries;
  const widths = Array.from({ length: columnCount }, (_, column) =>
    Math.max(...items.filter((_item, index) => index % columnCount === column).map((item) => item.length)),
  );
  const areNumbers = Array.isArray(list) ? list.every((item) => typeof item === "number") : true;
  const rows: string[] = [];
  for (let start = 0; start < items.length; start += columnCount) {
    const row = items.slice(start, start + columnCount).map((item, column, { length }) => {
      const width = widths[column] ?? 0;
      if (areNumbers) return item.padStart(width);
      return column === length - 1 ? item : `${item}, `.padEnd(width + 2);
    });
    rows.push(row.join(areNumbers ? ", " : ""));
  }
  return hasRest ? [...rows, entries.at(-1) ?? ""] : rows;
}

/** What an object says of itself by Node's convention, as tensors do. */
function ownText(value: object): string | null {
  const custom: unknown = Reflect.get(value, Symbol.for("nodejs.util.inspect.custom"));
  const text: unknown = typeof custom === "function" ? Reflect.apply(custom, value, [deepestShown, {}, inspect]) : null;
  return typeof text === "string" ? text : null;
}
