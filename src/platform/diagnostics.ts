// What happens to log files, told on a channel of node:diagnostics_channel to
// whoever subscribes: metrics, tracing, tests. Handlers publish here. Without a
// subscriber it costs one look at a property, and nothing is built.

import { channel } from "node:diagnostics_channel";

/** The channel's name: `diagnostics_channel.subscribe("daybook:rotation", ...)`. */
export const ROTATION_CHANNEL = "daybook:rotation";

/** What a handler tells about its log. */
export type RotationEvent =
  /** Files were begun: a new period, or a file that had grown to its limit. */
  | "roll"
  /** Files were opened again because their names had changed or vanished. */
  | "reopen"
  /** Unfinished lines of killed writers were ended. */
  | "mend"
  /** Records were given up. */
  | "drop"
  /** Records went into the file of a period that had passed. */
  | "late"
  /** Old files were removed. */
  | "remove"
  /** Old files were compressed. */
  | "archive"
  /** Something failed; `error` is the failure. */
  | "error"
  /** Records can be written again after a failure. */
  | "recover";

/** One message of the channel. */
export interface RotationMessage {
  /** The handler's name, or null if it has none. */
  readonly handler: string | null;
  /** Absolute path of the log's base name. */
  readonly path: string;
  readonly event: RotationEvent;
  /** How many files or records it is about. */
  readonly count: number;
  /** With `error` and `drop`: what went wrong. */
  readonly error?: unknown;
}

const rotation = channel(ROTATION_CHANNEL);

/** Whether anybody listens; ask before building a message. */
export function hasListeners(): boolean {
  return rotation.hasSubscribers;
}

/** Gives a message to all subscribers. What they throw becomes Node's uncaught exception, later. */
export function publish(message: RotationMessage): void {
  rotation.publish(message);
}
