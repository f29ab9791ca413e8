// The handler that keeps its fingers crossed: it holds records back, and hands them all
// on when one comes that is bad enough, so that an error's log has the debug lines that
// led to it and quiet days have none. With a `key` it does so for each request by
// itself. What it holds is bounded, in memory alone, and thrown away at the end.

import { checkHandler } from "../core/check-method.ts";
import { now } from "../core/clock.ts";
import { Handler } from "../core/handler.ts";
import { levelName, WARNING } from "../core/level.ts";
import { isPromiseReported } from "../core/on-rejection.ts";
import { LogRecord } from "../core/record.ts";
import { RecentMap } from "../filters/recent-map.ts";
import { readFingersCrossedOptions } from "./fingers-crossed-options.ts";
import type {
  FingersCrossedHandlerOptions,
  FingersCrossedSettings,
} from "./fingers-crossed-options.ts";
import { giveToTarget } from "./give-to-target.ts";
import { keepRecord } from "./kept-record.ts";
import { KeptRecords } from "./kept-records.ts";

/** How often one activation looks again for what was logged while it ran. */
const MOST_ROUNDS = 16;

/** What is held for one key. */
interface Held {
  readonly records: KeptRecords;
  /** Records that had to go for others, and were not handed on. */
  dropped: number;
  /** Those that went when nothing came for `idleMs`, and were not told. */
  idled: number;
  /** Clock time of the last activation, while records are handed on at once; else null. */
  openSince: number | null;
  /** Clock time of the last record. */
  usedAt: number;
  giving: boolean;
  /** While records are handed on, more came that are to be. */
  again: boolean;
}

/** Holds records back for a target until one of them is bad enough. */
export class FingersCrossedHandler extends Handler {
  /** What is held back on purpose is not pushed out by the end of the process. */
  readonly flushOnClose: boolean = false;
  readonly target: Handler;
  readonly #settings: FingersCrossedSettings;
  /** Keys whose records are held back. */
  readonly #keys: RecentMap<Held>;
  /** Keys whose records are handed on at once: those that hold something back don't push them out. */
  readonly #openKeys: RecentMap<Held>;
  /** What keys that are forgotten had lost by `idleMs`: told if they come back and are handed on. */
  readonly #idled: RecentMap<number>;
  #dropped = 0;
  /** Records that went with keys for which there was no room, since that was last told. */
  #untold = 0;
  /** For records without a key. */
  readonly #common: Held;

  /**
   * @param target who is given the records, each if its level has it. It is not closed
   * with this handler.
   * @throws TypeError or ValueError that names the option that isn't accepted.
   */
  constructor(target: Handler, options: FingersCrossedHandlerOptions = {}) {
    // Before there is a handler: shutdown knows each one.
    checkHandler(target);
    const settings = readFingersCrossedOptions(options);
    super();
    this.target = target;
    this.#settings = settings;
    this.#keys = new RecentMap(settings.maxKeys);
    this.#openKeys = new RecentMap(settings.maxKeys);
    this.#idled = new RecentMap(settings.maxKeys);
    this.#common = this.#nothingHeld();
  }

  /** How many records are held. */
  get held(): number {
    return this.#all().reduce((sum, { records }) => sum + records.length, 0);
  }

  /**
   * How many records had to go so far, by `capacity`, `maxKeys` and `idleMs`. Those that
   * forget(), reset() and close() throw away are not among them.
   */
  get dropped(): number {
    return this.#dropped;
  }

  override emit(record: LogRecord): void {
    const key = this.#keyOf(record);
    const activates = this.#activates(record);
    const held = this.#heldFor(key, activates && this.#settings.stopBuffering);
    if (activates) this.#open(key, held);
    if (!activates && held.openSince === null) {
      this.#hold(held, record);
    } else if (held.giving) {
      // The target has logged: that comes after what is on its way.
      this.#hold(held, record);
      held.again = true;
    } else {
      if (activates) this.#tellPushedOut(record);
      if (held.records.length === 0) this.#tellIdled(held, record);
      this.#giveHeld(held);
      giveToTarget(this, this.target, record);
    }
  }

  /**
   * Hands on what is held for the key, as if a bad record had come; without a key, what
   * is held for records that have none.
   */
  activate(key: unknown = null): void {
    const held = this.#known(key);
    if (held === undefined) return;
    this.#open(key, held);
    this.#giveHeld(held);
  }

  /**
   * The key's work is done, such as a request that went well: what is held for it is
   * thrown away, but for records of `passThroughLevel`.
   */
  forget(key: unknown): void {
    this.#idled.remove(key);
    const held = this.#keys.remove(key) ?? this.#openKeys.remove(key);
    if (held !== undefined) this.#end(held);
  }

  /** Throws away all that is held, as `forget` does, and holds records back again. */
  reset(): void {
    const all = this.#all();
    this.#keys.clear();
    this.#openKeys.clear();
    this.#idled.clear();
    for (const held of all) this.#end(held);
  }

  /** Throws away what is held, but for records of `passThroughLevel`, which are handed on. */
  override close(): void {
    try {
      this.reset();
    } finally {
      super.close();
    }
  }

  // A mistake in the application's function costs a report, not a record.
  #keyOf(record: LogRecord): unknown {
    try {
      return this.#settings.key?.(record) ?? null;
    } catch (error) {
      this.handleError(record, error);
      return null;
    }
  }

  #activates(record: LogRecord): boolean {
    const { activate, activationLevel } = this.#settings;
    try {
      const decided: unknown = activate?.(record);
      const isLate = isPromiseReported(decided, this, "the option activate");
      if (activate !== null && !isLate) return Boolean(decided);
    } catch (error) {
      this.handleError(record, error);
    }
    return record.levelno >= activationLevel;
  }

  #all(): Held[] {
    return [this.#common, ...this.#keys.values(), ...this.#openKeys.values()];
  }

  #known(key: unknown): Held | undefined {
    return key === null ? this.#common : (this.#keys.get(key) ?? this.#openKeys.get(key));
  }

  #open(key: unknown, held: Held): void {
    if (!this.#settings.stopBuffering) return;
    const wasOpen = held.openSince !== null;
    held.openSince = now();
    if (key === null || wasOpen) return;
    this.#keys.remove(key);
    this.#pushedOut(this.#openKeys.add(key, held));
  }

  // By the last activation alone; the time of a key's last record is #forgetIdle's.
  #closeInTime(key: unknown, held: Held): void {
    if (held.openSince === null) return;
    if (now() - held.openSince < this.#settings.resetAfterMs) return;
    held.openSince = null;
    if (key === null) return;
    this.#openKeys.remove(key);
    this.#pushedOut(this.#keys.add(key, held));
  }

  /** @param opens a new key needs no room among those that hold something back */
  #heldFor(key: unknown, opens: boolean): Held {
    const time = now();
    this.#forgetIdle(this.#keys, time);
    this.#forgetIdle(this.#openKeys, time);
    const known = this.#known(key);
    if (known !== undefined) {
      known.usedAt = time;
      this.#closeInTime(key, known);
      return known;
    }
    const held = this.#nothingHeld();
    held.idled = this.#idled.remove(key) ?? 0;
    if (!opens) this.#pushedOut(this.#keys.add(key, held));
    return held;
  }

  #forgetIdle(keys: RecentMap<Held>, time: number): void {
    for (;;) {
      const oldest = keys.oldest();
      if (oldest === undefined || time - oldest[1].usedAt <= this.#settings.idleMs) return;
      const [key, held] = oldest;
      keys.remove(key);
      const before = held.dropped + held.idled;
      const lost = this.#end(held);
      this.#dropped += lost;
      if (before + lost > 0) this.#idled.add(key, before + lost);
    }
  }

  #pushedOut(held: Held | undefined): void {
    if (held === undefined) return;
    const before = held.dropped + held.idled; // counted when they went, not told
    const lost = this.#end(held);
    this.#dropped += lost;
    this.#untold += before + lost;
  }

  #hold(held: Held, record: LogRecord): void {
    const { findCaller, passThroughLevel } = this.#settings;
    const pushedOut = held.records.add(keepRecord(record, findCaller));
    if (pushedOut === null) return;
    if (pushedOut.levelno >= passThroughLevel) giveToTarget(this, this.target, pushedOut);
    else {
      held.dropped += 1;
      this.#dropped += 1;
    }
  }

  #giveHeld(held: Held): void {
    if (held.records.length === 0) return;
    held.giving = true;
    try {
      held.again = true;
      // A target that logs for each record would go on for ever: the rest waits.
      for (let round = 0; held.again && round < MOST_ROUNDS; round += 1) {
        held.again = false;
        this.#giveOnce(held);
      }
    } finally {
      held.giving = false;
    }
  }

  #giveOnce(held: Held): void {
    const { dropped } = held;
    held.dropped = 0;
    const records = held.records.takeAll();
    const [oldest] = records;
    if (oldest !== undefined) this.#tellIdled(held, oldest);
    if (dropped > 0 && oldest !== undefined) {
      const text = "%d older records were held back, and dropped for want of room";
      giveToTarget(this, this.target, this.#dropNotice(oldest, text, dropped));
    }
    for (const record of records) giveToTarget(this, this.target, record);
  }

  // Nobody knows any more whether they were of the key that is handed on now.
  #tellPushedOut(record: LogRecord): void {
    const count = this.#untold;
    if (count === 0) return;
    this.#untold = 0;
    const text = "%d records were held back, and dropped with keys that had to go (maxKeys)";
    giveToTarget(this, this.target, this.#dropNotice(record, text, count));
  }

  // Most keys end so, and nobody misses what went with them. One that comes back was slow.
  #tellIdled(held: Held, record: LogRecord): void {
    const count = held.idled;
    if (count === 0) return;
    held.idled = 0;
    const text = "%d older records were held back, and dropped while nothing else came (idleMs)";
    giveToTarget(this, this.target, this.#dropNotice(record, text, count));
  }

  // It has the place and time of a record that is there, before which the others were.
  #dropNotice(oldest: LogRecord, text: string, dropped: number): LogRecord {
    const notice = oldest.copy();
    notice.levelno = WARNING;
    notice.levelname = levelName(WARNING);
    notice.msg = text;
    notice.args = [dropped];
    notice.exc_info = null;
    notice.exc_text = null;
    notice.stack_info = null;
    const { keyName } = this.#settings;
    const fields = LogRecord.fieldsOf(oldest);
    const named = keyName !== null && fields !== null && Object.hasOwn(fields, keyName);
    notice.fields = named ? { [keyName]: fields[keyName] } : null;
    return notice;
  }

  /** Returns how many records were thrown away. */
  #end(held: Held): number {
    held.openSince = null;
    held.dropped = 0;
    held.idled = 0;
    let thrownAway = 0;
    for (const record of held.records.takeAll()) {
      if (record.levelno < this.#settings.passThroughLevel) thrownAway += 1;
      else giveToTarget(this, this.target, record);
    }
    return thrownAway;
  }

  #nothingHeld(): Held {
    const records = new KeptRecords(this.#settings.capacity);
    return {
      records,
      dropped: 0,
      idled: 0,
      openSince: null,
      usedAt: now(),
      giving: false,
      again: false,
    };
  }
}
