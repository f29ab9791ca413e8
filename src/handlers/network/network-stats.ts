// What the network handlers count, for the application's own metrics. Outboxes keep
// the numbers; every record that a handler took is in exactly one of three: sent,
// waiting, dropped.

/** Why records were given up. */
export interface NetworkDrops {
  /** No room: the oldest that waited went, whole. */
  readonly queueFull: number;
  /** The record alone is longer than a datagram, or the whole queue, can be. */
  readonly tooLong: number;
  /** The server's answer was no, for good or a few times over. */
  readonly refused: number;
  /** Left over when the handler was closed, or the process ended, and the time was up. */
  readonly closed: number;
  /** Nothing to send could be made of the record; `handleError` was told. */
  readonly unmade: number;
}

/** What a handler has done so far, in this process. */
export interface NetworkStats {
  /** Records that the handler was given: `sent + waiting + dropped`. */
  readonly taken: number;
  /** Records that the kernel has taken, or that the server has answered well. */
  readonly sent: number;
  /** Bytes of these. */
  readonly bytes: number;
  /** Records in memory, those that are just being sent among them. */
  readonly waiting: number;
  /** Bytes of these. */
  readonly waitingBytes: number;
  /** Records given up: the sum of `droppedBy`. */
  readonly dropped: number;
  readonly droppedBy: NetworkDrops;
  /** Records of failed tries. They are sent again: if the other side had got one, it has it twice. */
  readonly resent: number;
  /** Failures: each try counts, also one that a later try made good. */
  readonly errors: number;
}
