/**
 * Messages on a pipe between a run and whoever started it: a length and a serialized value. Written at once and not
 * through the event loop, so that what a program did before an endless loop still arrives.
 */
import { Buffer } from "node:buffer";
import { writeSync } from "node:fs";
import { deserialize, serialize } from "node:v8";

/** Where the parent reads what the program does. */
export const eventDescriptor = 3;
/** Where the parent reads that the memory limit was passed. */
export const watcherDescriptor = 4;

/** What the child says when the program's own time begins. */
export const started = "started";

/** Writes a message and returns when all of it is in the pipe. */
export function writeFrame(descriptor: number, message: unknown): void {
  const body = serialize(message);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  writeAll(descriptor, Buffer.concat([head, body]));
}

/** Collects chunks and gives the messages that are complete. */
export class FrameReader {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  add(chunk: Buffer): readonly unknown[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const messages: unknown[] = [];
    while (this.size >= 4) {
      const length = this.peek(4).readUInt32LE() + 4;
      if (this.size < length) break;
      messages.push(deserialize(this.take(length).subarray(4)));
    }
    return messages;
  }

  private peek(length: number): Buffer {
    const [first] = this.chunks;
    return first !== undefined && first.length >= length ? first : this.join();
  }

  private take(length: number): Buffer {
    const all = this.join();
    this.chunks.splice(0, 1, all.subarray(length));
    this.size -= length;
    return all.subarray(0, length);
  }

  private join(): Buffer {
    const all = this.chunks.length === 1 && this.chunks[0] !== undefined ? this.chunks[0] : Buffer.concat(this.chunks);
    this.chunks.splice(0, this.chunks.length, all);
    return all;
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const isFull = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (!isFull) throw error;
      // The reader is behind: wait a moment without an event loop.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
