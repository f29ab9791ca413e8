// The filter against floods: of records of one kind it lets so many pass in a time, and
// the next one that passes says how many were stopped meanwhile. Each kind has a token
// bucket: it holds `burst` records, and fills up again evenly. The clock is the
// library's. It must stay small, whatever is logged: kinds are bounded in number.

import { now } from "../core/clock.ts";
import type { FilterObject, FilterResult } from "../core/filter.ts";
import { checkLevelInAnyCase } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { checkOptionNames } from "../core/options.ts";
import type { LogRecord } from "../core/record.ts";
import { toText } from "../core/value.ts";
import { COUNT, DURATION, numberOption } from "./number-option.ts";
import { RecentMap } from "./recent-map.ts";
import { keyReader } from "./record-key.ts";
import type { KeyReader, RecordKey } from "./record-key.ts";
import { fieldOption, withField } from "./with-field.ts";

/** What RateLimitFilter lets pass. */
export interface RateLimitFilterOptions {
  /** How many records of a kind pass in `perMs` milliseconds, in the long run. */
  readonly limit: number;
  /** The time that `limit` is for, in milliseconds. */
  readonly perMs: number;
  /** How many pass at once after a pause; `limit` if not given. */
  readonly burst?: number | undefined;
  /**
   * What makes records of a kind: a field's name, or a function. Records without a key
   * (undefined or null) always pass. Not given: logger, level, and the message as it was
   * written, before its values are put in.
   */
  readonly key?: RecordKey | undefined;
  /** Records of this level and above always pass, and are not counted. None if not given. */
  readonly passLevel?: Level | undefined;
  /** The name of the field that says how many were stopped, `suppressed`; null for none. */
  readonly field?: string | null | undefined;
  /** Whether the message says it, too: `... (12 suppressed)`. False if not given. */
  readonly inMessage?: boolean | undefined;
  /** How many kinds are remembered, the most recent ones; 10,000 if not given. */
  readonly maxKeys?: number | undefined;
}

const OPTIONS: readonly string[] = [
  "limit",
  "perMs",
  "burst",
  "key",
  "passLevel",
  "field",
  "inMessage",
  "maxKeys",
];

/** A longer message counts by its beginning: keys are kept. */
const KEY_LENGTH = 500;

interface Bucket {
  tokens: number;
  /** Clock time at which `tokens` was right. */
  at: number;
  /** How many were stopped since one passed. */
  stopped: number;
}

/**
 * Lets `limit` records of a kind pass in `perMs`, evenly, and up to `burst` at once.
 * The first one that passes after others were stopped is replaced by a copy with the
 * field `suppressed`. Give each handler a filter of its own, or it counts twice.
 */
export class RateLimitFilter implements FilterObject {
  readonly #rate: number;
  readonly #burst: number;
  readonly #key: KeyReader;
  readonly #passLevel: number;
  readonly #field: string | null;
  readonly #inMessage: boolean;
  readonly #buckets: RecentMap<Bucket>;
  #suppressed = 0;

  /** @throws TypeError or ValueError that names the option that isn't accepted. */
  constructor(options: RateLimitFilterOptions) {
    checkOptionNames(options, OPTIONS);
    const given: Partial<RateLimitFilterOptions> = options ?? {};
    const limit = numberOption("limit", given.limit, COUNT);
    this.#rate = limit / numberOption("perMs", given.perMs, DURATION);
    this.#burst = numberOption("burst", given.burst ?? limit, COUNT);
    this.#key = given.key === undefined ? kindOf : keyReader(given.key);
    this.#passLevel =
      given.passLevel === undefined ? Infinity : checkLevelInAnyCase(given.passLevel);
    this.#field = fieldOption(given.field === undefined ? "suppressed" : given.field);
    this.#inMessage = Boolean(given.inMessage);
    this.#buckets = new RecentMap(numberOption("maxKeys", given.maxKeys ?? 10_000, COUNT));
  }

  /** How many records this filter has stopped, in all. */
  get suppressed(): number {
    return this.#suppressed;
  }

  filter(record: LogRecord): FilterResult {
    if (record.levelno >= this.#passLevel) return true;
    const key = this.#key(record);
    if (key === null) return true;
    const bucket = this.#bucketOf(key);
    if (bucket.tokens < 1) {
      bucket.stopped += 1;
      this.#suppressed += 1;
      return false;
    }
    bucket.tokens -= 1;
    const { stopped } = bucket;
    bucket.stopped = 0;
    return stopped === 0 ? true : this.#telling(record, stopped);
  }

  #bucketOf(key: unknown): Bucket {
    const time = now();
    const known = this.#buckets.get(key);
    if (known === undefined) {
      const bucket = { tokens: this.#burst, at: time, stopped: 0 };
      this.#buckets.add(key, bucket);
      return bucket;
    }
    // A clock that was set back gives nothing, and takes nothing.
    const passed = Math.max(0, time - known.at);
    const tokens = known.tokens + passed * this.#rate;
    // What adds up to a whole one but for the rounding is one.
    const whole = Math.round(tokens);
    known.tokens = Math.min(this.#burst, Math.abs(tokens - whole) < 1e-9 ? whole : tokens);
    known.at = time;
    return known;
  }

  #telling(record: LogRecord, stopped: number): FilterResult {
    if (this.#field === null && !this.#inMessage) return true;
    const copy = this.#field === null ? record.copy() : withField(record, this.#field, stopped);
    if (!this.#inMessage) return copy;
    try {
      copy.msg = `${record.getMessage()} (${stopped} suppressed)`;
      copy.args = [];
    } catch {
      // The arguments don't fit: the formatter will say so.
    }
    return copy;
  }
}

/** Logger, level and message template: what the same log call has in common, mostly. */
function kindOf(record: LogRecord): string {
  const { msg } = record;
  const text = typeof msg === "string" ? msg : toText(msg);
  return `${record.levelno} ${record.name} ${text.length > KEY_LENGTH ? text.slice(0, KEY_LENGTH) : text}`;
}
