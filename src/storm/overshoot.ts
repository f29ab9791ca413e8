// The law of a size limit that many processes share: each of them may write one
// line, or one batch of lines, into a file that is full, because it learns of the
// others' lines only by its own; with its second such it has forgotten the limit.
// Counts that file by file, and how far the largest one is above. Pure; used by the
// checker.

import { BATCH_BYTES } from "./durabilities.ts";

/** What stands of one process behind the limit: lines one behind the other. */
interface Run {
  /** Where the next line would stand. */
  end: number;
  bytes: number;
  /** How many runs there were before. */
  readonly earlier: number;
}

export interface OvershootOptions {
  /** The limit; 0 for none. */
  readonly maxBytes: number;
  /** Whether lines are written many at once. */
  readonly batched: boolean;
  /** Whether a process was killed: what its batch lacked, another one writes. */
  readonly isKilled: (process: string) => boolean;
}

/** Watches one log's files; `begin` before the lines of each. */
export class Overshoot {
  /** By how many bytes the largest file so far is above the limit. */
  worst = 0;
  readonly #options: OvershootOptions;
  #runs = new Map<string, Run>();

  constructor(options: OvershootOptions) {
    this.#options = options;
  }

  /** @param size - of the file whose lines follow. */
  begin(size: number): void {
    const { maxBytes } = this.#options;
    this.#runs = new Map();
    if (maxBytes > 0) this.worst = Math.max(this.worst, size - maxBytes);
  }

  /**
   * Whether a worker's line may begin at this offset; each worker's lines in their order.
   *
   * @param length - its bytes, the newline included.
   */
  allows(worker: string, offset: number, length: number): boolean {
    const { maxBytes, batched, isKilled } = this.#options;
    if (maxBytes === 0 || offset < maxBytes) return true;
    // A worker's late lines go through the same handler as its others.
    const process = processOf(worker);
    const run = this.#runs.get(process);
    if (run === undefined) {
      this.#runs.set(process, { end: offset + length, bytes: length, earlier: 0 });
      return true;
    }
    // A batch goes into one file as a whole, so it is no longer than the limit.
    const fits = run.bytes + length <= Math.min(BATCH_BYTES, maxBytes);
    if (batched && run.end === offset && fits) {
      run.end += length;
      run.bytes += length;
      return true;
    }
    if (!batched || !isKilled(process) || run.earlier > 0) return false;
    this.#runs.set(process, { end: offset + length, bytes: length, earlier: 1 });
    return true;
  }
}

/** The process of a worker: `w3-late` is `w3`, with the same handler, and dies with it. */
export function processOf(worker: string): string {
  return worker.replace(/-late$/, "");
}
