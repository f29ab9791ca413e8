// What carries out the work of a rotating handler: it takes finished lines to their
// files and looks after the old ones. One engine does so in the calling thread
// (local-engine.ts), one has a worker thread do it (worker-engine.ts). The handler keeps
// what an application sees: options, hooks, reports. An engine never throws, except
// where it is asked to open the log, and reports nothing itself.

import type { LineSink } from "../core/line-sink.ts";
import type { LogRecord } from "../core/record.ts";
import type { WriterCounts } from "../rotation/append.ts";
import type { Maintained } from "../rotation/maintain.ts";
import type { FileHandlerStats } from "./file-handler-stats.ts";
import type { OutletOwner } from "./log-outlet.ts";

/** What an engine tells the handler. */
export interface EngineOwner extends OutletOwner {
  /** A failure that costs no record. */
  trouble(error: unknown, what: string): void;
  /** Something is odd, or, with an error, could not be done; to be told once. */
  notice(text: string, error?: unknown): void;
  /** Old files were removed or compressed. */
  maintained(result: Pick<Maintained, "removed" | "archived">): void;
}

export interface LogEngine {
  /** Ahead of everything else, for a handler that opens its log with the first record. @throws the system's error */
  check(): void;
  /** Opens the log. @throws the system's error */
  open(): void;
  /** Called in place of `open` with the first record of a handler of `delay`. */
  begin(): void;
  /** Takes one line; where it is when this returns is what `durability` says. */
  take(created: number, bytes: Uint8Array, record: LogRecord): void;
  /** For lines without a record; null while there is no such way. Another one is announced by `changePlans`. */
  readonly sink: LineSink | null;
  /** What was done so far, the handler's own failures aside. */
  stats(): FileHandlerStats;
  /** What is told on the diagnostics channel. */
  readonly counts: WriterCounts;
  /** Writes what waits. */
  flush(): void;
  /** Lets go of the files and opens what their names lead to now. */
  reopen(): void;
  /** See `BaseRotatingHandler.maintain`. Never rejects. */
  maintain(): Promise<void>;
  /** Writes what waits and lets go of everything; a line after that opens its own file. @throws the system's error */
  close(): void;
}
