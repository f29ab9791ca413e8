// When what was written must reach the disk: durability `fsync`. A log outlet owns
// one and tells it of writes; it syncs files, once for each the folders that hold
// their names, and counts. It decides nothing about where records go.

import { clearTimeout, setTimeout } from "node:timers";

import type { FileSystem } from "../platform/run-sync.ts";
import { runSync } from "../platform/run-sync.ts";
import { syncAll } from "../rotation/append.ts";
import type { Writer } from "../rotation/append.ts";
import { syncFolder, tolerate } from "../rotation/fs-op.ts";
import { inFolder } from "../rotation/log-site.ts";
import type { OpenFile } from "../rotation/log-site.ts";
import { PRIVATE_FOLDER } from "../rotation/names.ts";

/** Syncs the files of one writer. */
export class DiskSync {
  /** Files synced. */
  fsyncs = 0;
  readonly #writer: Writer;
  readonly #fs: FileSystem;
  /** Null: with the next record that is synced, or at close. */
  readonly #intervalMs: number | null;
  readonly #namesSynced = new WeakSet<OpenFile>();
  #timer: NodeJS.Timeout | null = null;

  constructor(writer: Writer, fs: FileSystem, intervalMs: number | null) {
    this.#writer = writer;
    this.#fs = fs;
    this.#intervalMs = intervalMs;
  }

  /** Has the disk keep all that was written. @throws the system's error */
  now(): void {
    this.disarm();
    const files = this.#writer.files.filter(({ unsynced }) => unsynced);
    if (files.length === 0) return;
    runSync(syncAll(this.#writer), this.#fs);
    this.fsyncs += files.length;
    this.#syncNames(files);
  }

  /** Something was written that may wait; `sync` is called when it has waited long enough. */
  arm(sync: () => void): void {
    if (this.#intervalMs === null) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      sync();
    }, this.#intervalMs).unref();
  }

  disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** A file that was synced may still be lost with its name, so once for each the folder follows. */
  #syncNames(files: readonly OpenFile[]): void {
    if (files.every((file) => this.#namesSynced.has(file))) return;
    const { site } = this.#writer;
    runSync(tolerate(syncFolder(inFolder(site, PRIVATE_FOLDER)), "ENOENT"), this.#fs);
    runSync(syncFolder(site.directory), this.#fs);
    for (const file of files) this.#namesSynced.add(file);
  }
}
