// The law of a size limit that many processes share: each of them may write one
// line into a file that is full, because it learns of the others' lines only by its
// own; with its second such line it has forgotten the limit. Counts that file by
// file, and how far the largest one is above. Pure; used by the checker.

/** Watches one log's files; `begin` before the lines of each. */
export class Overshoot {
  /** By how many bytes the largest file so far is above the limit. */
  worst = 0;
  readonly #maxBytes: number;
  #late = new Set<string>();

  /** @param maxBytes - the limit; 0 for none. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param size - of the file whose lines follow. */
  begin(size: number): void {
    this.#late = new Set();
    if (this.#maxBytes > 0) this.worst = Math.max(this.worst, size - this.#maxBytes);
  }

  /** Whether a worker's line may begin at this offset; each worker's lines in their order. */
  allows(worker: string, offset: number): boolean {
    if (this.#maxBytes === 0 || offset < this.#maxBytes) return true;
    // A worker's late lines go through the same handler as its others.
    const process = worker.replace(/-late$/, "");
    if (this.#late.has(process)) return false;
    this.#late.add(process);
    return true;
  }
}
