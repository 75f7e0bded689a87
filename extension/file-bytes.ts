/**
 * The files that travel with a program, as bytes again: the connection to the server speaks JSON, in which bytes are
 * base64 or, where nobody encoded them, an object with one entry for each.
 */
export function bytesOfFiles(files: Readonly<Record<string, unknown>>): Readonly<Record<string, Uint8Array>> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, bytesOf(content)]));
}

function bytesOf(content: unknown): Uint8Array {
  if (content instanceof Uint8Array) return content;
  if (typeof content === "string") return new Uint8Array(Buffer.from(content, "base64"));
  if (typeof content !== "object" || content === null) return new Uint8Array();
  return Uint8Array.from(Object.values(content), Number);
}
