// What the handlers of rotated files count, for the application's own metrics. The
// same events are told one by one on the channel of platform/diagnostics.ts.

/** What a handler has done so far, in this process. */
export interface FileHandlerStats {
  /** Records written. */
  readonly written: number;
  /** Records given up; each was reported or counted on stderr. */
  readonly dropped: number;
  /** Records written to the file of a period that had passed: they came out of order. */
  readonly late: number;
  /** Files begun. */
  readonly rolled: number;
  /** Files opened again because their names had changed or vanished. */
  readonly reopened: number;
  /** Unfinished lines of killed writers, or of a full disk, that were terminated. */
  readonly mended: number;
  /** Old files removed. */
  readonly removed: number;
  /** Old files compressed, or made by the `rotator`. */
  readonly archived: number;
  /** Bytes written. */
  readonly bytes: number;
  /** Failures: each try counts, also one that a later try made good. */
  readonly errors: number;
  /**
   * Records that wait for their write: for the end of the turn (`durability: "buffered"`
   * and `"journal"`), or for the log's worker thread (`worker: true`).
   */
  readonly buffered: number;
  /** Records that wait in memory because they could not be written (`onFull: "spill"`). */
  readonly spilled: number;
  /** Files synced to the disk (`durability: "fsync"`). */
  readonly fsyncs: number;
}
