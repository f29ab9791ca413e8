// The real file system as a driver that a process can die of: it counts the
// steps it carries out, and before a given one of them, or in the middle of it,
// the process kills itself with SIGKILL. Nobody gets to clean up behind that, so
// the folder is what a real crash at that place leaves. Used by victim.ts.

import * as fs from "node:fs";
import * as zlib from "node:zlib";

import type { LaterFileSystem, LongStep } from "../../src/platform/run-async.ts";
import type { FsOp, Method } from "../../src/rotation/fs-op.ts";
import type { Death } from "./orders.ts";
import type { Sabotage } from "./sabotage.ts";

/** A file system that counts steps once it is armed, and kills the process at one of them. */
export class MortalDriver implements LaterFileSystem {
  /** What was done since it was armed: the steps' names. */
  readonly steps: string[] = [];
  readonly #fs: LaterFileSystem;
  readonly #death: Death | null;
  readonly #sabotage: Sabotage | null;
  #armed = false;

  constructor(fs: LaterFileSystem, death: Death | null, sabotage: Sabotage | null) {
    this.#fs = fs;
    this.#death = death;
    this.#sabotage = sabotage;
  }

  /** From here on steps count. */
  arm(): void {
    this.#armed = true;
  }

  perform(step: FsOp): unknown {
    const actions = this.#sabotage?.(step) ?? null;
    if (actions !== null) return this.#replace(step, actions);
    this.#count(step);
    return this.#fs.perform(step);
  }

  async performLater(step: LongStep): Promise<unknown> {
    const actions = this.#sabotage?.(step) ?? null;
    if (actions !== null) return this.#replace(step, actions);
    this.#count(step);
    return await this.#fs.performLater(step);
  }

  #replace(step: FsOp, actions: readonly (() => unknown)[]): unknown {
    let result: unknown;
    for (const action of actions) {
      this.#count(step);
      result = action();
    }
    return result;
  }

  #count(step: FsOp): void {
    if (!this.#armed) return;
    if (this.steps.length === this.#death?.step) {
      if (this.#death.half) doHalf(step);
      process.kill(process.pid, "SIGKILL");
    }
    this.steps.push(step.op);
  }
}

/** The steps that can be half done: they put bytes into a file, one after the other. */
export function canBeHalfDone(op: string): boolean {
  return op === "append" || op === "compress" || op === "handOver";
}

function doHalf(step: FsOp): void {
  switch (step.op) {
    case "append":
      fs.writeSync(step.fd, step.bytes, 0, halfOf(step.bytes.length, fs.fstatSync(step.fd).size));
      return;
    case "compress": {
      const packed = pack(readWhole(step.from), step.method);
      fs.writeSync(step.to, packed, 0, Math.floor(packed.length / 2));
      return;
    }
    case "handOver": {
      // A rotator that copies dies with half of the copy made.
      const content = fs.readFileSync(step.from);
      fs.writeFileSync(step.to, content.subarray(0, Math.floor(content.length / 2)));
      return;
    }
    default:
      throw new Error(`a step '${step.op}' is done or not, never half`);
  }
}

const PAGE = 4096;

/**
 * About a half, up to the end of a page of the file: there SIGKILL stops a write. One
 * that lies within a page is cut in its middle, which no death does, but a full disk.
 */
function halfOf(length: number, at: number): number {
  const page = Math.floor((at + length / 2) / PAGE) * PAGE;
  const ends = [page, page + PAGE].map((end) => end - at);
  return ends.find((cut) => cut > 0 && cut < length) ?? Math.floor(length / 2);
}

function readWhole(fd: number): Buffer {
  const bytes = Buffer.alloc(fs.fstatSync(fd).size);
  fs.readSync(fd, bytes, 0, bytes.length, 0);
  return bytes;
}

/** Packs as production does; a Node without zstd never comes here with `zst`. */
function pack(content: Buffer, method: Method): Buffer {
  if (method === "gz") return zlib.gzipSync(content);
  const { zstdCompressSync } = zlib as unknown as { zstdCompressSync(bytes: Buffer): Buffer };
  return zstdCompressSync(content);
}
