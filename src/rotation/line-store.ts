// Memory in which finished lines wait for their write: bytes, and where each line
// ends. On the heap it dies with the process; as a mapped journal (journal.ts) the
// kernel keeps it. Handlers fill it; nothing here reads or writes files.

/** Lines of one period, one behind the other. */
export interface LineStore {
  /** The lines. */
  readonly bytes: Uint8Array;
  /** The offset just behind each line. */
  readonly ends: Uint32Array;
  /**
   * Cell 0: how many lines there are. A line's bytes and end are written first, and
   * from the moment it is counted here, it is in the store.
   */
  readonly count: Int32Array;
  /**
   * Cell 0: a time, in seconds since the epoch, within the period that all the lines
   * belong to; written while there are none.
   */
  readonly created: Float64Array;
}

/** A store in the process's own memory. */
export function heapStore(capacity: number, lines: number): LineStore {
  return {
    bytes: new Uint8Array(capacity),
    ends: new Uint32Array(lines),
    count: new Int32Array(1),
    created: new Float64Array(1),
  };
}
