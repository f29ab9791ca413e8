// The folders that a storm writes into: made for each row, removed when the row
// is judged, kept when somebody should look. Those still there when the process
// ends in a hurry are removed by the same list.

import { mkdirSync, mkdtempSync, rmSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A place for the folders of one storm. */
export class KeptFolders {
  readonly #root: string;
  readonly #ownRoot: boolean;
  readonly #pending = new Set<string>();

  /** @param root - where to work; made if missing. Absent: a new temporary folder. */
  constructor(root?: string) {
    this.#ownRoot = root === undefined;
    this.#root = root ?? mkdtempSync(join(tmpdir(), "daybook-storm-"));
    if (root !== undefined) mkdirSync(root, { recursive: true });
  }

  /** A new, empty folder whose name begins like this. */
  make(name: string): string {
    const folder = mkdtempSync(join(this.#root, `${name}-`));
    this.#pending.add(folder);
    return folder;
  }

  /** Leaves a folder for a reader. */
  keep(folder: string): void {
    this.#pending.delete(folder);
  }

  remove(folder: string): void {
    // A process killed a moment ago may still be leaving its last file behind.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    this.#pending.delete(folder);
  }

  /** Removes all that was not kept; safe to call twice. */
  clear(): void {
    for (const folder of this.#pending) this.remove(folder);
    if (!this.#ownRoot) return;
    try {
      rmdirSync(this.#root);
    } catch {
      // Something in it was kept.
    }
  }
}
