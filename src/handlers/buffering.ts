// The handler that keeps records in memory until there are enough of them. MemoryHandler
// is what applications use; this is the base for handlers that gather records in
// another way. It must keep records whole: what a record only finds out while its call
// is on the stack is found out before it waits.

import { Handler } from "../core/handler.ts";
import type { LogRecord } from "../core/record.ts";
import { typeRefusal } from "../core/refusal.ts";

/** Gathers records; CPython's class of this name. Subclasses say in `flush` what becomes of them. */
export class BufferingHandler extends Handler {
  /** How many records make the buffer full; 0 flushes with each of them. */
  capacity: number;
  /** The records that wait, the oldest first. */
  buffer: LogRecord[] = [];

  /** @throws TypeError for a capacity that is no number. */
  constructor(capacity: number) {
    // Before there is a handler: shutdown knows each one, and would flush half of one.
    const checked = checkCapacity(capacity);
    super();
    this.capacity = checked;
  }

  /** Whether the buffer is to be flushed, now that this record is in it. */
  shouldFlush(_record: LogRecord): boolean {
    return this.buffer.length >= this.capacity;
  }

  override emit(record: LogRecord): void {
    settle(record);
    this.buffer.push(record);
    if (this.shouldFlush(record)) this.flush();
  }

  /** Empties the buffer; that is all the base does with it. */
  override flush(): void {
    this.buffer = [];
  }

  /** Flushes, whatever comes of it, and gives up the name. */
  override close(): void {
    try {
      this.flush();
    } finally {
      super.close();
    }
  }
}

/** Has a record find out where it was logged, which it can't any more once the call has returned. */
export function settle(record: LogRecord): void {
  void record.lineno;
}

function checkCapacity(capacity: unknown): number {
  if (typeof capacity === "number" && !Number.isNaN(capacity)) return capacity;
  const accepted = "a number of records";
  throw typeRefusal("capacity", capacity, accepted);
}
