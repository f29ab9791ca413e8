// The name of a plain log, and where it leads: through symbolic links to a folder and a
// name in it, where the log's file is. A PlainLog (plain-log.ts) has one; its strategy
// asks for the way anew before each opening. Nothing is opened or made here.

import { basename, dirname, isAbsolute } from "node:path";

import { ValueError } from "../core/errors.ts";
import { toText } from "../core/value.ts";
import { lstat, readlink, stat, tolerate } from "../rotation/fs-op.ts";
import type { Steps } from "../rotation/fs-op.ts";
import { PRIVATE_FOLDER } from "../rotation/names.ts";
import type { PlainLooks, PlainName } from "../rotation/strategies/plain.ts";

/** As many as Linux follows (path_resolution(7)). */
const MOST_LINKS = 40;
/** Nobody removes files this often. */
const MOST_LOOKS = 10;

const ACCEPTED = "the path of a regular file, there or to be made, or of a symbolic link to one";

export class FollowedName implements PlainName {
  /** As it was given. */
  readonly path: string;
  readonly looks: PlainLooks | null;
  /** The folder of the log's file. */
  directory: string;
  /** Its name in it. */
  base: string;
  readonly #isFixed: boolean;
  #isFound = false;

  /**
   * @param path absolute
   * @param lookMs real milliseconds between two looks, 0 before each write; null: none
   * @param isFixed whether the first way that is found is kept
   */
  constructor(path: string, lookMs: number | null, isFixed: boolean) {
    this.path = path;
    this.directory = dirname(path);
    this.base = basename(path);
    this.looks = lookMs === null ? null : new TimedLooks(lookMs);
    this.#isFixed = isFixed;
  }

  get watched(): string {
    return this.#isFixed && this.#isFound ? `${this.directory}/${this.base}` : this.path;
  }

  *follow(): Steps<void> {
    if (this.#isFixed && this.#isFound) return;
    const target = yield* followLinks(this.path);
    this.directory = dirname(target);
    this.base = basename(target);
    this.#isFound = true;
  }

  /**
   * Follows it, and looks whether a regular file is there, or none.
   *
   * @throws {ValueError} for anything else; the system's error for what can't be looked at
   */
  *check(): Steps<void> {
    yield* this.follow();
    if (this.directory.split(/[/\\]/).includes(PRIVATE_FOLDER)) {
      throw this.#refuse("is where daybook keeps its own files");
    }
    for (let look = 1; ; look += 1) {
      const there = yield* tolerate(stat(this.path), "ENOENT", "ENOTDIR");
      if (typeof there === "string") return;
      if (there.kind !== "file") throw this.#refuse("is no regular file");
      if (there.nlink > 0) return;
      // Just removed; or such as /proc/self/fd/1, where standard output is a file without a name.
      if (look === MOST_LOOKS) throw this.#refuse("leads to a file that has no name");
    }
  }

  #refuse(why: string): ValueError {
    return new ValueError(
      `${JSON.stringify(this.path)} ${why}, and can't be logged to with durability or onFull; accepted: ${ACCEPTED}`,
      { value: this.path, accepted: ACCEPTED },
    );
  }
}

/** Where symbolic links at a path's end lead; links on the way are the kernel's matter. */
function* followLinks(name: string): Steps<string> {
  let path = name;
  for (let links = 0; links <= MOST_LINKS; links += 1) {
    const there = yield* tolerate(lstat(path), "ENOENT");
    if (there === "ENOENT" || there.kind !== "symlink") return path;
    const target = yield* readlink(path);
    path = isAbsolute(target) ? target : `${dirname(path)}/${target}`;
  }
  const text = `ELOOP: ${toText(name)} leads through more than ${MOST_LINKS} symbolic links`;
  throw Object.assign(new Error(text), { code: "ELOOP" });
}

class TimedLooks implements PlainLooks {
  readonly #everyMs: number;
  #at = 0;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  isDue(): boolean {
    return this.#everyMs === 0 || performance.now() >= this.#at;
  }

  taken(): void {
    this.#at = performance.now() + this.#everyMs;
  }
}
