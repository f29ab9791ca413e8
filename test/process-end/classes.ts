// What a line's life is measured for: the logs that every process of the test has, and
// the jobs such processes get.

import type { TimedRotatingFileHandlerOptions } from "../../src/handlers/timed-rotating-options.ts";

/** Lines in each log; few enough for an fsync each. */
export const LINES = 20;

// So long that what waits does wait: without it, hardly anything does when a process ends.
const flushIntervalMs = 60_000;

/** The logs by the name of their column; null is a log that goes over a network. */
export const CLASSES: Readonly<Record<string, TimedRotatingFileHandlerOptions | null>> = {
  write: { durability: "write" },
  fsync: { durability: "fsync" },
  journal: { durability: "journal", flushIntervalMs },
  buffered: { durability: "buffered", flushIntervalMs },
  "journal, worker": { durability: "journal", worker: true, flushIntervalMs },
  "buffered, worker": { durability: "buffered", worker: true, flushIntervalMs },
  network: null,
};

/** What a process is to do. */
export interface Job {
  /** Begins the lines of this process. */
  readonly id: string;
  readonly folder: string;
  /** Of the server for the log that goes over a network. */
  readonly port: number;
  /** How the process that logs ends. */
  readonly end: string;
  /** Who that is a thread or a worker of, and what that does; null for the process itself. */
  readonly host: string | null;
  readonly signal: NodeJS.Signals;
  readonly hooks: boolean;
}
