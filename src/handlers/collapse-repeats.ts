// The handler that hands a record on once, and then counts how often the same comes
// again: "last message repeated 812 times", as syslogd does. It is a handler before
// another one and no filter, for the count must come even if nothing is logged any
// more: at the end of the window, at another record, at flush() and at the end of the
// process. What it counts is never dropped without that.

import { clearTimeout, setTimeout } from "node:timers";
import { isDeepStrictEqual } from "node:util";

import { checkHandler } from "../core/check-method.ts";
import { now, toRealMs } from "../core/clock.ts";
import { Handler } from "../core/handler.ts";
import { checkOptionNames } from "../core/options.ts";
import { extraNames, LogRecord } from "../core/record.ts";
import { toText } from "../core/value.ts";
import { DURATION, numberOption } from "../filters/number-option.ts";
import { keyReader } from "../filters/record-key.ts";
import type { KeyReader, RecordKey } from "../filters/record-key.ts";
import { withField } from "../filters/with-field.ts";
import { comparable } from "./comparable-value.ts";
import { giveToTarget } from "./give-to-target.ts";
import { keepRecord } from "./kept-record.ts";

/** What CollapseRepeatsHandler takes for the same, and for how long. */
export interface CollapseRepeatsHandlerOptions {
  /**
   * The count comes so many milliseconds after the first repeat at the latest; and the
   * same record is a new one if it comes so long after the last. 30,000 if not given.
   */
  readonly windowMs?: number | undefined;
  /**
   * Records with the same key are the same: a field's name, or a function. Those without
   * a key are never collapsed. Not given: logger, level, message, fields and error must be;
   * records that hold what can't be compared, such as objects of classes, are not collapsed.
   */
  readonly key?: RecordKey | undefined;
}

const OPTIONS: readonly string[] = ["windowMs", "key"];

/** What a record says, or the application's key for it. */
interface Sameness {
  readonly key: unknown;
  readonly name: string;
  readonly levelno: number;
  readonly message: string;
  /** Fields, extras and error, in a copy that nobody changes. */
  readonly data: unknown;
}

const NOTHING_SAID = { name: "", levelno: 0, message: "", data: null };

/** Hands records on to a target, and counts those that say the same as the one before. */
export class CollapseRepeatsHandler extends Handler {
  readonly target: Handler;
  readonly #windowMs: number;
  readonly #key: KeyReader | null;
  /** What the last record said; null if the next is new in any case. */
  #last: Sameness | null = null;
  /** Clock time of the last record. */
  #lastAt = 0;
  /** The first of the repeats that are not told yet; null if there are none. */
  #repeat: LogRecord | null = null;
  #count = 0;
  /** Clock time of the first of them. */
  #since = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /**
   * @param target who is given the records, each if its level has it. It is not closed
   * with this handler.
   * @throws TypeError or ValueError that names the option that isn't accepted.
   */
  constructor(target: Handler, options: CollapseRepeatsHandlerOptions = {}) {
    // Before there is a handler: shutdown knows each one.
    checkHandler(target);
    checkOptionNames(options, OPTIONS);
    const windowMs = numberOption("windowMs", options.windowMs ?? 30_000, DURATION);
    const key = options.key === undefined ? null : keyReader(options.key);
    super();
    this.target = target;
    this.#windowMs = windowMs;
    this.#key = key;
  }

  override emit(record: LogRecord): void {
    const said = this.#sameness(record);
    const time = now();
    const last = this.#last;
    const isRepeat =
      said !== null && last !== null && !this.#isOver(this.#lastAt, time) && isSame(said, last);
    if (isRepeat) {
      this.#lastAt = time;
      // A busy event loop may keep the timer waiting.
      if (this.#count > 0 && this.#isOver(this.#since, time)) this.#tell();
      this.#countRepeat(record, time);
      return;
    }
    this.#tell();
    this.#last = said;
    this.#lastAt = time;
    giveToTarget(this, this.target, record);
  }

  /** Hands on the count, if there is one. */
  override flush(): void {
    this.#tell();
  }

  /** Hands on the count. Records that come later are handed on each for itself. */
  override close(): void {
    this.#closed = true;
    try {
      this.#tell();
    } finally {
      super.close();
    }
  }

  // A clock that was set back makes no window longer than it is.
  #isOver(since: number, time: number): boolean {
    return time - since >= this.#windowMs || time < since;
  }

  #countRepeat(record: LogRecord, time: number): void {
    this.#count += 1;
    if (this.#count > 1) return;
    this.#repeat = keepRecord(record, true);
    this.#since = time;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#tell();
    }, toRealMs(this.#windowMs));
    this.#timer.unref();
  }

  #tell(): void {
    const repeat = this.#repeat;
    if (repeat === null) return;
    const count = this.#count;
    this.#repeat = null;
    this.#count = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    giveToTarget(this, this.target, count === 1 ? repeat : summaryOf(repeat, count));
  }

  /** What tells the record from others; null for one that is like no other. */
  #sameness(record: LogRecord): Sameness | null {
    if (this.#closed) return null;
    try {
      if (this.#key === null) return saidBy(record);
      const key = this.#key(record);
      return key === null ? null : { key, ...NOTHING_SAID };
    } catch (error) {
      this.handleError(record, error);
      return null;
    }
  }
}

function saidBy(record: LogRecord): Sameness | null {
  const message = messageOf(record);
  if (message === null) return null;
  const { name, levelno, exc_info: thrown } = record;
  const fields = LogRecord.fieldsOf(record);
  const extras = extraNames(record).map((extra): unknown => [extra, Reflect.get(record, extra)]);
  const isBare = fields === null && extras.length === 0 && (thrown ?? null) === null;
  const data = isBare ? { value: null } : comparable([{ ...fields }, extras, thrown]);
  return data === null ? null : { key: null, name, levelno, message, data: data.value };
}

/** Null where the arguments don't fit: that is reported where the record is formatted. */
function messageOf(record: LogRecord): string | null {
  try {
    return record.getMessage();
  } catch {
    return null;
  }
}

function isSame(said: Sameness, last: Sameness): boolean {
  if (said.message !== last.message || said.key !== last.key) return false;
  if (said.name !== last.name || said.levelno !== last.levelno) return false;
  return said.data === last.data || isDeepStrictEqual(said.data, last.data);
}

/** The record that stands for `count` repeats, the first of which is `repeat`; its time is now. */
function summaryOf(repeat: LogRecord, count: number): LogRecord {
  const summary = withField(repeat, "repeated", count);
  const { created, msecs, relativeCreated } = new LogRecord("", 0, "", 0, "", null, null);
  Object.assign(summary, { created, msecs, relativeCreated });
  summary.msg = `last message repeated ${count} times: ${messageOf(repeat) ?? toText(repeat.msg)}`;
  summary.args = [];
  summary.exc_info = null;
  summary.exc_text = null;
  summary.stack_info = null;
  summary.message = undefined;
  summary.asctime = undefined;
  return summary;
}
