// Where the lines of a log outlet wait for their write, as its durability has it: on
// the heap, where they die with the process, or in a mapped journal, where they don't.

import { openJournal } from "../platform/mapped-journal.ts";
import type { MappedJournal } from "../platform/mapped-journal.ts";
import type { FileSystem } from "../platform/run-sync.ts";
import { heapStore } from "../rotation/line-store.ts";
import type { LogSite } from "../rotation/log-site.ts";
import { LineBuffer } from "./line-buffer.ts";
import type { OutletSettings } from "./rotating-options.ts";

/** Lines of one byte each would need an end each; ordinary ones need far fewer. */
const BYTES_PER_LINE = 8;

/** A buffer, and the journal that its lines are in. */
export interface WaitingLines {
  readonly buffer: LineBuffer;
  /** Null: on the heap. */
  readonly journal: MappedJournal | null;
}

/**
 * The place where lines wait; null if none do. A journal that can't be had is told the
 * site, once, and each line is then written at once: never are lines left to the heap
 * that were to survive.
 */
export function waitingLines(
  { durability, bufferBytes }: OutletSettings,
  site: LogSite,
  fs: FileSystem,
): WaitingLines | null {
  const lines = Math.ceil(bufferBytes / BYTES_PER_LINE);
  // A batch goes into one file as a whole, so it must not outgrow the limit.
  const capacity = site.maxBytes > 0 ? Math.min(bufferBytes, site.maxBytes) : bufferBytes;
  if (durability === "buffered") {
    return {
      buffer: new LineBuffer(heapStore(capacity, lines), capacity, site.periodAt),
      journal: null,
    };
  }
  if (durability !== "journal") return null;
  const journal = openJournal(fs, site, { dataBytes: bufferBytes, lines });
  if (typeof journal === "string") {
    site.notice(`${site.base} is written with durability 'write', not 'journal': ${journal}`);
    return null;
  }
  return { buffer: new LineBuffer(journal.store, capacity, site.periodAt), journal };
}
