/**
 * The files that a watched program may read: a read-only snapshot that travels with the run, behind `fetch` and the
 * reading half of `node:fs`. Everything else of either throws one clear error that names the call and what there is.
 */
export interface ServedFiles {
  readonly fetch: (input: unknown) => Promise<Response>;
  readonly fs: object;
  readonly fsPromises: object;
}

/** Where the program believes its project stands; the bundle names the same folder. */
const programFolder = "/program";

/** `files` by path relative to the project; `folder` gives the one of the entry. */
export function serveFiles(files: Readonly<Record<string, Uint8Array>>, folder: () => string): ServedFiles {
  const find = (call: string, input: unknown): Uint8Array | undefined => {
    const name = namesOf(call, input, folder()).find((candidate) => Object.hasOwn(files, candidate));
    return name === undefined ? undefined : files[name];
  };
  const read = (call: string, input: unknown): Uint8Array => {
    const bytes = find(call, input);
    if (bytes === undefined) throw missing(call, textOf(input), Object.keys(files));
    return bytes;
  };
  const readAs = (call: string, input: unknown, options: unknown): FileBytes | string => {
    const bytes = read(call, input);
    const encoding = encodingOf(options);
    const copy = new FileBytes(new ArrayBuffer(bytes.length));
    copy.set(bytes);
    return encoding === null ? copy : copy.toString(encoding);
  };
  const has = (input: unknown): boolean => find("existsSync", input) !== undefined;
  const stat = (call: string, input: unknown): object => {
    const { length } = read(call, input);
    return { size: length, isFile: () => true, isDirectory: () => false };
  };

  const fsPromises = {
    ...refusals(promiseNames, "node:fs/promises"),
    readFile: async (path: unknown, options?: unknown) => readAs("readFile", path, options),
    access: async (path: unknown) => void read("access", path),
    stat: async (path: unknown) => stat("stat", path),
  };
  const fs = {
    ...refusals(syncNames, "node:fs"),
    readFileSync: (path: unknown, options?: unknown) => readAs("readFileSync", path, options),
    existsSync: has,
    statSync: (path: unknown) => stat("statSync", path),
    readFile: (path: unknown, ...rest: readonly unknown[]) => {
      const callback = rest.at(-1);
      if (typeof callback !== "function") throw new TypeError("readFile: the last argument is not a callback.");
      const options = rest.length > 1 ? rest[0] : null;
      void fsPromises.readFile(path, options).then(
        (content) => Reflect.apply(callback, undefined, [null, content]),
        (error: unknown) => Reflect.apply(callback, undefined, [error]),
      );
    },
    promises: fsPromises,
  };
  return {
    fetch: async (input) => {
      const path = typeof Request === "function" && input instanceof Request ? input.url : input;
      const bytes = read("fetch", path);
      return new Response(new Uint8Array(bytes), { headers: { "content-type": contentType(textOf(path)) } });
    },
    fs,
    fsPromises,
  };
}

/** Bytes with the reading methods of Node's Buffer that data files are read with. */
class FileBytes extends Uint8Array<ArrayBuffer> {
  override toString(encoding = "utf8"): string {
    const name = encoding.toLowerCase();
    if (name === "utf8" || name === "utf-8") return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this);
    if (name === "latin1" || name === "binary" || name === "ascii") {
      return Array.from(this, (byte) => String.fromCharCode(byte)).join("");
    }
    throw new Error(`readFile: the encoding "${encoding}" is not offered in a run. Use "utf8" or "latin1".`);
  }
  readUInt8(offset = 0): number {
    return this.view.getUint8(offset);
  }
  readInt8(offset = 0): number {
    return this.view.getInt8(offset);
  }
  readUInt16LE(offset = 0): number {
    return this.view.getUint16(offset, true);
  }
  readUInt16BE(offset = 0): number {
    return this.view.getUint16(offset, false);
  }
  readInt16LE(offset = 0): number {
    return this.view.getInt16(offset, true);
  }
  readInt16BE(offset = 0): number {
    return this.view.getInt16(offset, false);
  }
  readUInt32LE(offset = 0): number {
    return this.view.getUint32(offset, true);
  }
  readUInt32BE(offset = 0): number {
    return this.view.getUint32(offset, false);
  }
  readInt32LE(offset = 0): number {
    return this.view.getInt32(offset, true);
  }
  readInt32BE(offset = 0): number {
    return this.view.getInt32(offset, false);
  }
  readFloatLE(offset = 0): number {
    return this.view.getFloat32(offset, true);
  }
  readFloatBE(offset = 0): number {
    return this.view.getFloat32(offset, false);
  }
  readDoubleLE(offset = 0): number {
    return this.view.getFloat64(offset, true);
  }
  readDoubleBE(offset = 0): number {
    return this.view.getFloat64(offset, false);
  }

  private get view(): DataView {
    return new DataView(this.buffer, this.byteOffset, this.byteLength);
  }
}

function textOf(input: unknown): string {
  return input instanceof URL ? input.href : String(input);
}

/**
 * The paths relative to the project that an input may mean: a relative one is looked for from the entry's folder, then
 * from each folder above it, since the program may have been meant to be started from there.
 */
function namesOf(call: string, input: unknown, folder: string): readonly string[] {
  const text = textOf(input);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1];
  if (scheme !== undefined && scheme !== "file") {
    throw new Error(
      `${call}: "${text}" is not a file of the program, and a run has no network. ` +
        "Put the file beside the program and name it by a relative path.",
    );
  }
  const path = scheme === "file" ? decodeURIComponent(new URL(text).pathname) : text.replaceAll("\\", "/");
  const isInside = path.startsWith(`${programFolder}/`);
  if (path.startsWith("/") && !isInside) throw outside(call, text);
  const starts = isInside ? [""] : foldersFrom(folder);
  const rest = isInside ? path.slice(programFolder.length + 1) : path;
  const names = starts.flatMap((start) => normalized(`${start}/${rest}`) ?? []);
  if (names.length === 0) throw outside(call, text);
  return names;
}

/** `a/b`, `a` and the project itself. */
function foldersFrom(folder: string): readonly string[] {
  const parts = folder === "" ? [] : folder.split("/");
  return [...parts.map((_part, index) => parts.slice(0, parts.length - index).join("/")), ""];
}

/** Without dots; null for what lies outside the project. */
function normalized(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}

function outside(call: string, path: string): Error {
  return new Error(
    `${call}: "${path}" lies outside the program's project, and a run reads only files in it. ` +
      "Copy the file beside the program and name it by a relative path.",
  );
}

function missing(call: string, name: string, names: readonly string[]): Error {
  const some = names.slice(0, 10).map((known) => `"${known}"`);
  const there = names.length === 0 ? "none" : [...some, ...(names.length > 10 ? ["…"] : [])].join(", ");
  const error = new Error(
    `${call}: there is no file "${name}" among those that travel with the run (${there}). ` +
      "A file travels when the program names it in a string, by its path relative to the file that is run or to a folder above it.",
  );
  return Object.assign(error, { code: "ENOENT" });
}

function encodingOf(options: unknown): string | null {
  if (typeof options === "string") return options;
  if (typeof options !== "object" || options === null || !("encoding" in options)) return null;
  return typeof options.encoding === "string" ? options.encoding : null;
}

function contentType(name: string): string {
  if (name.endsWith(".json")) return "application/json";
  return /\.(txt|csv|tsv|md)$/.test(name) ? "text/plain; charset=utf-8" : "application/octet-stream";
}

function refusals(names: string, module: string): Readonly<Record<string, () => never>> {
  return Object.fromEntries(
    names.split(" ").map((name) => [
      name,
      () => {
        throw new Error(
          `${name}: a run offers of \`${module}\` only reading files that travel with it: ` +
            "`readFile`, `readFileSync`, `existsSync`, `stat`, `access`, or `fetch` of a relative path.",
        );
      },
    ]),
  );
}

const promiseNames =
  "appendFile chmod copyFile cp lstat mkdir mkdtemp open opendir readdir readlink realpath rename rm rmdir symlink truncate unlink utimes watch writeFile";
const syncNames =
  "access accessSync appendFile appendFileSync chmod chmodSync close closeSync copyFile copyFileSync cp cpSync createReadStream createWriteStream fstat fstatSync lstat lstatSync mkdir mkdirSync mkdtemp mkdtempSync open openSync opendir opendirSync read readSync readdir readdirSync readlink readlinkSync realpath realpathSync rename renameSync rm rmSync rmdir rmdirSync stat symlink symlinkSync truncate truncateSync unlink unlinkSync unwatchFile utimes utimesSync watch watchFile write writeFile writeFileSync writeSync";
