// What an outbox (handlers/network/outbox.ts) needs of a way out of the process: TCP,
// TLS, UDP, HTTP, mail. Each transport owns its connection and nothing else: what waits,
// when to try again and what to drop is the outbox's. A transport must never keep the
// process alive by an idle connection, and every step it takes has a time limit.

import { setTimeout } from "node:timers";

/** A way out for frames of one kind: bytes, requests, mails. */
export interface Transport<Frame> {
  /** How many frames one call of `send` takes at most. */
  readonly batchFrames: number;
  /** How many bytes these have together at most; a longer one goes alone. */
  readonly batchBytes: number;
  /** Where it leads, for reports: `tcp://127.0.0.1:9020`. */
  readonly target: string;
  /**
   * Sends all of these frames, in order, and connects first where there is no
   * connection. Resolves when nothing is left to do for this process: the kernel has
   * the bytes, or the server has answered. Rejects when that is not so, or not known,
   * of one of them; the outbox sends all of them again then, but for a `SendRefused`.
   * Called by one caller, never twice at a time.
   */
  send(frames: readonly Frame[]): Promise<void>;
  /** Gives up the connection at once; a `send` under way rejects. */
  destroy(): void;
  /** Says goodbye where the protocol has a word for it. Nothing is being sent. */
  end(): void;
}

/** Says that the other side has answered, and the answer was no. */
export class SendRefused extends Error {
  override name = "SendRefused";
  /** Whether the same frames may be taken another time: then they are tried a few times. */
  readonly temporary: boolean;

  constructor(message: string, temporary: boolean = false) {
    super(message);
    this.temporary = temporary;
  }
}

/** A limit on one step, which keeps no process alive. */
export function limitTime(limitMs: number, expired: () => void): NodeJS.Timeout {
  return setTimeout(expired, limitMs).unref();
}
