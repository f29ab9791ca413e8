// The surroundings that some parts need: an empty folder that is the current
// one, and text in place of stdout and stderr. Both put back what was there.

import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A stream that keeps what it is given. */
export interface TextSink {
  text: string;
  write(text: string): boolean;
}

/** What stands in for the process's two streams. */
export interface TextStreams {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
}

/** Runs `action` in an empty folder, which is the current one meanwhile and gone afterwards. */
export function inFolder<T>(action: () => T): T {
  const before = process.cwd();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "conformance-")));
  process.chdir(folder);
  try {
    return action();
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files of a flat folder, by name; but for those that the case is not about. */
export function readFolder(
  folder: string,
  without: readonly string[] = [],
): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !without.includes(name));
  return Object.fromEntries(
    names.toSorted().map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

/** Runs `action` while process.stdout and process.stderr are texts. */
export function withStreams<T>(action: (streams: TextStreams) => T): T {
  const streams = { stdout: newSink(), stderr: newSink() };
  const own = {
    stdout: Object.getOwnPropertyDescriptor(process, "stdout"),
    stderr: Object.getOwnPropertyDescriptor(process, "stderr"),
  };
  for (const name of ["stdout", "stderr"] as const) {
    Object.defineProperty(process, name, { value: streams[name], configurable: true });
  }
  try {
    return action(streams);
  } finally {
    for (const name of ["stdout", "stderr"] as const) {
      const descriptor = own[name];
      if (descriptor !== undefined) Object.defineProperty(process, name, descriptor);
    }
  }
}

function newSink(): TextSink {
  return {
    text: "",
    write(text) {
      this.text += text;
      return true;
    },
  };
}
