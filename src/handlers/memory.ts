// The handler that holds records back until something bad happens or its buffer is
// full, and then gives them all to another handler. What it holds is lost with the
// process if that is killed, and so is what it holds without a target when it ends.

import { checkHandler } from "../core/check-method.ts";
import type { Handler } from "../core/handler.ts";
import { checkLevel, ERROR } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { checkOptionNames } from "../core/options.ts";
import type { LogRecord } from "../core/record.ts";
import { refusal } from "../core/refusal.ts";
import { nameOf, reportFailure } from "../core/self-report.ts";
import { handOn } from "./give-to-target.ts";
import { BufferingHandler } from "./buffering.ts";

/** CPython's arguments of MemoryHandler besides the capacity, by CPython's names. */
export interface MemoryHandlerOptions {
  /** A record of this level or above flushes the buffer; ERROR if not given. */
  readonly flushLevel?: Level | undefined;
  /** Who is given the records; may be set later. */
  readonly target?: Handler | null | undefined;
  /** False: close(), and the end of the process, throw away what is held. True if not given. */
  readonly flushOnClose?: boolean | undefined;
}

const OPTIONS: readonly string[] = ["flushLevel", "target", "flushOnClose"];

/** How often one flush looks again for what was logged while it ran. */
const MOST_ROUNDS = 16;

/** Holds records back for a target; CPython's class of this name. */
export class MemoryHandler extends BufferingHandler {
  readonly flushLevel: number;
  readonly flushOnClose: boolean;
  #target: Handler | null;
  #flushing = false;
  /** A flush was asked for while one was under way. */
  #again = false;

  /**
   * Without a target the buffer grows until there is one.
   *
   * @throws TypeError or ValueError for a capacity, level or target that is none, and
   * for options that don't exist.
   */
  constructor(capacity: number, options: MemoryHandlerOptions = {}) {
    // Before there is a handler, as in the base.
    checkOptionNames(options, OPTIONS);
    const { flushLevel = ERROR, target = null, flushOnClose = true } = options;
    const level = checkLevel(flushLevel);
    if (target !== null) checkHandler(target);
    super(capacity);
    this.flushLevel = level;
    this.flushOnClose = Boolean(flushOnClose);
    this.#target = target;
  }

  /** Who is given the records; null for nobody. */
  get target(): Handler | null {
    return this.#target;
  }
  set target(target: Handler | null) {
    this.setTarget(target);
  }

  /**
   * Sets who is given the records; null for nobody.
   *
   * @throws TypeError for what has no `handle` method, ValueError for this handler
   * itself, and for a MemoryHandler whose records come back to this one.
   */
  setTarget(target: Handler | null): void {
    if (target !== null) checkHandler(target);
    this.#checkNoCircle(target);
    this.#target = target;
  }

  /** True for a full buffer, and for a record at `flushLevel` or above. */
  override shouldFlush(record: LogRecord): boolean {
    return super.shouldFlush(record) || record.levelno >= this.flushLevel;
  }

  /**
   * Gives the records to the target in their order, and forgets them; keeps them while
   * there is no target. As in CPython the target's level is not asked. A record at
   * which the target throws is reported, the others go on.
   */
  override flush(): void {
    this.#again = true;
    // The target has logged to this handler: that comes after what is on its way.
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      // A target that logs for each record would go on for ever: the rest waits.
      for (let round = 0; this.#again && round < MOST_ROUNDS; round += 1) {
        this.#again = false;
        this.#giveAll();
      }
    } finally {
      this.#flushing = false;
    }
  }

  /**
   * Flushes unless `flushOnClose` is false, and lets go of the target. What the target
   * has logged to this handler without an end stays in the buffer, and is told.
   */
  override close(): void {
    const hadTarget = this.#target !== null;
    try {
      if (this.flushOnClose) this.flush();
    } finally {
      this.#target = null;
      if (hadTarget && this.flushOnClose) this.#tellKept();
      super.close();
    }
  }

  // Records would go round for ever, and reach nobody.
  #checkNoCircle(target: Handler | null): void {
    let next = target;
    while (next instanceof MemoryHandler && next !== this) next = next.#target;
    if (next !== this) return;
    const accepted = "a handler whose own targets don't lead back to this one, or null";
    throw refusal("target", target, accepted);
  }

  #tellKept(): void {
    const { length } = this.buffer;
    if (length === 0) return;
    const records = length === 1 ? "1 record was" : `${length} records were`;
    const what = `${records} not given to the target before the handler was closed`;
    reportFailure(this, what, () => `--- Logging error ---\nIn ${nameOf(this)}: ${what}`);
  }

  #giveAll(): void {
    const target = this.#target;
    if (target === null) return;
    const records = this.buffer;
    this.buffer = [];
    for (const record of records) handOn(this, target, record);
  }
}
