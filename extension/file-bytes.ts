/**
 * The files that travel with a program, as bytes again: the connection to the server speaks JSON, where they are base64.
 */
export function bytesOfFiles(files: Readonly<Record<string, string>>): Readonly<Record<string, Uint8Array>> {
  return Object.fromEntries(
    Object.entries(files).map(([path, base64]) => [path, new Uint8Array(Buffer.from(base64, "base64"))]),
  );
}
