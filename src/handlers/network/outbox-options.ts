// The options that all network handlers share: how much may wait, when to try again,
// how long to hold on. Checked here, before a handler exists; every error names the
// value and what is accepted.

import { refusal } from "../../core/refusal.ts";
import type { BackOffSettings } from "./back-off.ts";

/** What every network handler may be told. Times are in milliseconds. */
export interface OutboxOptions {
  /** Bytes of records that may wait; beyond, the oldest are dropped. Default 4194304. */
  readonly maxQueueBytes?: number | undefined;
  /** Records that may wait; beyond, the oldest are dropped. Default 10000. */
  readonly maxQueueRecords?: number | undefined;
  /** The wait after a first failure. Default 1000. */
  readonly retryStartMs?: number | undefined;
  /** The longest wait between two tries. Default 30000. */
  readonly retryMaxMs?: number | undefined;
  /** By how much each wait is longer than the one before. Default 2. */
  readonly retryFactor?: number | undefined;
  /** The part of a wait, 0 to 1, that chance may take from it. Default 0.1. */
  readonly retryJitter?: number | undefined;
  /** How often a record is tried that the server answers "not now" to. Default 5. */
  readonly maxAttempts?: number | undefined;
  /** The limit on each step: connecting, an answer, a write that doesn't move. Default 5000. */
  readonly timeoutMs?: number | undefined;
  /**
   * How long `close`, and the process at its natural end, wait for what has not been
   * sent; then it is dropped. A step that is under way when everything else has ended,
   * such as connecting, has its `timeoutMs` besides. Default 2000.
   */
  readonly closeTimeoutMs?: number | undefined;
}

/** The names of these options, for those who check them together with their own. */
export const OUTBOX_OPTIONS: readonly (keyof OutboxOptions)[] = [
  "maxQueueBytes",
  "maxQueueRecords",
  "retryStartMs",
  "retryMaxMs",
  "retryFactor",
  "retryJitter",
  "maxAttempts",
  "timeoutMs",
  "closeTimeoutMs",
];

/** The same, checked and with their defaults. */
export interface OutboxSettings extends BackOffSettings {
  readonly maxQueueBytes: number;
  readonly maxQueueRecords: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly closeTimeoutMs: number;
}

/** The longest time that setTimeout takes. */
export const LONGEST_MS = 2_147_483_647;
const MOST = Number.MAX_SAFE_INTEGER;

/** @throws ValueError naming the option's value and what is accepted. */
export function checkOutbox(options: OutboxOptions): OutboxSettings {
  const retryStartMs = wholeOf("retryStartMs", options.retryStartMs ?? 1000, 1, LONGEST_MS);
  return {
    maxQueueBytes: wholeOf("maxQueueBytes", options.maxQueueBytes ?? 4_194_304, 1, MOST),
    maxQueueRecords: wholeOf("maxQueueRecords", options.maxQueueRecords ?? 10_000, 1, MOST),
    retryStartMs,
    retryMaxMs: wholeOf(
      "retryMaxMs",
      options.retryMaxMs ?? Math.max(30_000, retryStartMs),
      retryStartMs,
      LONGEST_MS,
    ),
    retryFactor: numberOf("retryFactor", options.retryFactor ?? 2, 1, 1000),
    retryJitter: numberOf("retryJitter", options.retryJitter ?? 0.1, 0, 1),
    maxAttempts: wholeOf("maxAttempts", options.maxAttempts ?? 5, 1, MOST),
    timeoutMs: wholeOf("timeoutMs", options.timeoutMs ?? 5000, 1, LONGEST_MS),
    closeTimeoutMs: wholeOf("closeTimeoutMs", options.closeTimeoutMs ?? 2000, 0, LONGEST_MS),
  };
}

/** @throws ValueError for what is no whole number from `least` to `most`. */
export function wholeOf(name: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const upTo = most === MOST ? `, at least ${least}` : ` from ${least} to ${most}`;
  throw refusal(name, value, `a whole number${upTo}`);
}

function numberOf(name: string, value: number, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw refusal(name, value, `a number from ${least} to ${most}`);
}
