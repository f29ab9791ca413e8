// What a logger has really written: the bytes and lines of all files in its folder.
// The contestant's process asks, outside the measured time, so that a logger which
// loses lines, or has not written them yet, can't look fast.

import { closeSync, openSync, readSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";

const NEWLINE = 0x0a;
/** A logger that writes nothing for so long won't write any more. */
const PATIENCE_MS = 20_000;
/** A logger of unknown output is done when its files have stood still for so long. */
const STILL_MS = 250;

/** The files of a log's folder; a log's own state is in a hidden folder and does not count. */
export function logFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(folder, entry.name));
}

/** All bytes of a log. */
export function writtenBytes(folder) {
  let bytes = 0;
  for (const file of logFiles(folder)) bytes += statSync(file).size;
  return bytes;
}

/** Counts the lines that have come since it was asked last. */
export class LineCounter {
  #folder;
  #offsets = new Map();
  #chunk = Buffer.allocUnsafe(1 << 20);

  constructor(folder) {
    this.#folder = folder;
  }

  /** @returns how many lines are new, and the first of them, without its newline */
  count() {
    let lines = 0;
    let first = null;
    for (const file of logFiles(this.#folder)) {
      const fd = openSync(file, "r");
      try {
        let offset = this.#offsets.get(file) ?? 0;
        for (;;) {
          const length = readSync(fd, this.#chunk, 0, this.#chunk.length, offset);
          if (length === 0) break;
          const bytes = this.#chunk.subarray(0, length);
          first ??= bytes.toString("utf8", 0, Math.max(0, bytes.indexOf(NEWLINE)));
          lines += newlines(bytes);
          offset += length;
        }
        this.#offsets.set(file, offset);
      } finally {
        closeSync(fd);
      }
    }
    return { lines, first };
  }
}

function newlines(bytes) {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/** Resolves when a log has so many bytes. @throws if it stops growing before */
export async function untilWritten(folder, bytes) {
  let last = -1;
  let since = performance.now();
  for (;;) {
    const size = writtenBytes(folder);
    if (size >= bytes) return;
    if (size !== last) [last, since] = [size, performance.now()];
    else if (performance.now() - since > PATIENCE_MS) {
      throw new Error(`${size} bytes are written, ${bytes} should be: records are lost`);
    }
    // No sleep: a timer is late by a millisecond. The logger's own callbacks get their turn.
    await setImmediate();
  }
}

/** Resolves when a log that has something in it has stopped growing. */
export async function untilStill(folder) {
  let last = 0;
  let since = performance.now();
  for (;;) {
    const size = writtenBytes(folder);
    const quiet = performance.now() - since;
    if (size !== last) [last, since] = [size, performance.now()];
    else if (quiet > (size > 0 ? STILL_MS : PATIENCE_MS)) return;
    await setTimeout(5);
  }
}
