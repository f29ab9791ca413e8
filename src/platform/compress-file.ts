// Compresses one open file into another, piece by piece, so that a log of any size
// needs the same little memory. The file-system driver calls it for the step
// `compress`. It neither opens nor closes nor syncs: files and their locks belong
// to the procedure that asked. node:zlib is loaded by the first use, not at import.

import * as fs from "node:fs";
import type { Transform } from "node:stream";
import { promisify } from "node:util";

import type { Fd, Method } from "../rotation/fs-op.ts";

/** How much is read at a time. */
const PIECE = 256 * 1024;

/** Node's zstd came with 22.15 and 23.8; the types that this is built with don't have it. */
interface Zstd {
  readonly createZstdCompress?: () => Transform;
  readonly zstdCompressSync?: (bytes: Uint8Array) => Uint8Array;
}

const zlib = (): typeof import("node:zlib") => process.getBuiltinModule("node:zlib");

/** Whether this Node can write `.zst` files. */
export function zstdAvailable(): boolean {
  const { createZstdCompress, zstdCompressSync } = zlib() as Zstd;
  return typeof createZstdCompress === "function" && typeof zstdCompressSync === "function";
}

const read = promisify(fs.read);
const write = promisify(fs.write);

/**
 * Writes the whole content of `from`, compressed, at the end of `to`, off the
 * main thread. A crash on the way leaves a part of it.
 *
 * @throws the system's error, once no read or write is under way any more, so that
 *   both files may be closed.
 */
export async function compressFile(from: Fd, to: Fd, method: Method): Promise<void> {
  let underWay: Promise<unknown> = Promise.resolve();
  let writing: Promise<unknown> = Promise.resolve();
  async function* content(): AsyncGenerator<Uint8Array> {
    for (let position = 0; ;) {
      const reading = read(from, Buffer.allocUnsafe(PIECE), 0, PIECE, position);
      underWay = reading;
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
  const { pipeline } = process.getBuiltinModule("node:stream/promises");
  const packer = method === "gz" ? zlib().createGzip() : zstdStream();
  try {
    await pipeline(content, packer, async (packed: AsyncIterable<Uint8Array>) => {
      for await (const piece of packed) {
        writing = writeWhole(to, piece);
        await writing;
      }
    });
  } finally {
    await Promise.allSettled([underWay, writing]);
  }
}

async function writeWhole(to: Fd, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    done += (await write(to, bytes, done, bytes.length - done, null)).bytesWritten;
  }
}

/**
 * The same while the caller waits, for drivers that can't. Each piece becomes a
 * member (gzip) or frame (zstd) of its own; readers of both formats take the
 * members of a file as one content (RFC 1952, 2.2; RFC 8878, 3).
 */
export function compressFileSync(from: Fd, to: Fd, method: Method): void {
  const { gzipSync } = zlib();
  const pack = method === "gz" ? (bytes: Uint8Array) => gzipSync(bytes) : zstdPack();
  const piece = Buffer.allocUnsafe(4 * PIECE);
  let position = 0;
  for (let length = -1; length !== 0; position += length) {
    length = fs.readSync(from, piece, 0, piece.length, position);
    // An empty file, too, becomes a member: no bytes at all would be no archive.
    if (length === 0 && position > 0) return;
    const packed = pack(piece.subarray(0, length));
    for (let done = 0; done < packed.length;) done += fs.writeSync(to, packed, done);
  }
}

function zstdStream(): Transform {
  const { createZstdCompress } = zlib() as Zstd;
  if (createZstdCompress === undefined) throw missing();
  return createZstdCompress();
}

function zstdPack(): (bytes: Uint8Array) => Uint8Array {
  const { zstdCompressSync } = zlib() as Zstd;
  if (zstdCompressSync === undefined) throw missing();
  return zstdCompressSync;
}

function missing(): Error {
  return new Error(`Node ${process.versions.node} has no zstd; it came with 22.15`);
}
