// Tells that the file behind a name may have changed: written in place, replaced by a
// rename as editors do, or reached by another way since a symbolic link on the path was
// swapped, as Kubernetes does with ConfigMaps. watchConfig listens. It watches the
// folders of every link on the way and, since no watch works on all file systems,
// looks from time to time besides. It never reads the file and never keeps the process alive.

import { lstatSync, readlinkSync, statSync, watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { basename, dirname, join, parse, resolve, sep } from "node:path";
import { clearInterval, clearTimeout, setInterval, setTimeout } from "node:timers";

/** What a watch is made with. */
export interface ConfigWatchOptions {
  /**
   * How long it has to be quiet before `changed` is called, in milliseconds. Where it
   * is never quiet, `changed` is called after ten times as long.
   */
  readonly debounceMs: number;
  /** How often the file's state is looked at besides, in milliseconds; 0 for never. */
  readonly pollIntervalMs: number;
  /** The file may have changed, or come, or gone. Must not throw. */
  readonly changed: () => void;
  /** A folder can't be watched; looking from time to time goes on. Must not throw. */
  readonly failed: (error: unknown) => void;
}

/** Most links on the way to a file; Linux's own limit. */
const MOST_LINKS = 40;

/** How often over a wait may begin anew. */
const MOST_WAITS = 10;

/** A watched name; `close` ends it. */
export class ConfigWatch {
  readonly #path: string;
  readonly #options: ConfigWatchOptions;
  /** The watched folders by path, with their identity: a folder may be replaced, too. */
  readonly #folders = new Map<string, { watcher: FSWatcher; identity: string }>();
  /** The names that matter, by folder. */
  #names: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  #seen: string;
  #quiet: NodeJS.Timeout | null = null;
  /** When the first event came that has not been told, by the monotonic clock. */
  #since = 0;
  #poll: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(path: string, options: ConfigWatchOptions) {
    this.#path = resolve(path);
    this.#options = options;
    this.#seen = fingerprint(this.#path);
    this.#watchFolders();
    if (options.pollIntervalMs > 0) {
      this.#poll = setInterval(() => this.#look(), options.pollIntervalMs);
      this.#poll.unref();
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    if (this.#poll !== null) clearInterval(this.#poll);
    for (const { watcher } of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  #look(): void {
    const now = fingerprint(this.#path);
    if (now === this.#seen) return;
    this.#seen = now;
    this.#touched();
  }

  // Every event begins the wait anew: a file that is written in pieces is told once.
  // But one that is touched without a pause must be told, too.
  #touched(): void {
    if (this.#closed) return;
    const { debounceMs } = this.#options;
    const now = performance.now();
    if (this.#quiet === null) this.#since = now;
    else if (now + debounceMs > this.#since + debounceMs * MOST_WAITS) return;
    else clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#settled(), debounceMs);
    this.#quiet.unref();
  }

  #settled(): void {
    this.#quiet = null;
    this.#seen = fingerprint(this.#path);
    // The way to the file may lead through other folders now.
    this.#watchFolders();
    this.#options.changed();
  }

  #watchFolders(): void {
    this.#names = namesOnTheWay(this.#path);
    for (const [folder, { watcher, identity }] of this.#folders) {
      if (this.#names.has(folder) && fingerprint(folder, false) === identity) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of this.#names.keys()) {
      if (!this.#folders.has(folder)) this.#watchFolder(folder);
    }
  }

  #watchFolder(folder: string): void {
    try {
      const identity = fingerprint(folder, false);
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        // A folder that moves or goes is told by its own name.
        const matters = name === null || name === basename(folder);
        if (matters || this.#names.get(folder)?.has(name) === true) this.#touched();
      });
      watcher.on("error", (error) => this.#lost(folder, watcher, error));
      this.#folders.set(folder, { watcher, identity });
    } catch (error) {
      // A folder that isn't there yet is found by looking.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#options.failed(error);
    }
  }

  #lost(folder: string, watcher: FSWatcher, error: unknown): void {
    watcher.close();
    if (this.#folders.get(folder)?.watcher === watcher) this.#folders.delete(folder);
    if (!this.#closed) this.#options.failed(error);
  }
}

// What tells one state of a file from the next; for a folder only which one it is.
function fingerprint(path: string, content = true): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return content ? [dev, ino, size, mtimeNs, ctimeNs].join(":") : `${dev}:${ino}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

/**
 * Every folder that decides what the path leads to, with the names in it that do:
 * the file's own name, and each symbolic link met on the way.
 */
function namesOnTheWay(path: string): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  const add = (folder: string, name: string): void => {
    const known = names.get(folder);
    if (known === undefined) names.set(folder, new Set([name]));
    else known.add(name);
  };
  let links = 0;
  let at = parse(path).root;
  let rest = path
    .slice(at.length)
    .split(sep)
    .filter((part) => part !== "");
  while (rest.length > 0) {
    const [name = "", ...further] = rest;
    const here = join(at, name);
    const target = links < MOST_LINKS ? linkTarget(here) : null;
    if (target === null) {
      if (further.length === 0) add(at, name);
      at = here;
      rest = further;
      continue;
    }
    links++;
    add(at, name);
    const next = resolve(at, target);
    at = parse(next).root;
    rest = [
      ...next
        .slice(at.length)
        .split(sep)
        .filter((part) => part !== ""),
      ...further,
    ];
  }
  // A file that isn't there yet may come into its own folder.
  add(dirname(path), basename(path));
  return names;
}

function linkTarget(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null; // not there, or gone since
  }
}
