// An empty folder for the tests of handlers that write files, made before each test and
// removed after it. The library's own folder of locks and hidden names is not shown.

import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "node:test";

/** The folder of one test after the other. */
export class LogFolder {
  directory = "";

  /** The path of the test's log. */
  get path(): string {
    return join(this.directory, "app.log");
  }

  /** The names of the files. */
  names(): string[] {
    return readdirSync(this.directory)
      .filter((name) => name !== ".daybook")
      .toSorted();
  }

  /** The files with what they hold. */
  files(): Record<string, string> {
    return Object.fromEntries(
      this.names().map((name) => [name, readFileSync(join(this.directory, name), "utf8")]),
    );
  }
}

/** For the top of a `describe`. */
export function useLogFolder(): LogFolder {
  const folder = new LogFolder();
  beforeEach(() => {
    folder.directory = realpathSync(mkdtempSync(join(tmpdir(), "suite-log-")));
  });
  afterEach(() => {
    rmSync(folder.directory, { recursive: true, force: true });
  });
  return folder;
}
