// A logger with fields bound to it, made by `logger.with({ ... })`: every call carries
// them in front of its own. It holds no state but those and what was worked out for
// its levels, so one for each request is fine. Levels, filters and handlers are those
// of the logger.

import { bindFields } from "./bound-fields.ts";
import { LEVEL_METHODS, openCalls } from "./caller.ts";
import { levelOfCall, submit } from "./delivery.ts";
import { CRITICAL, DEBUG, ERROR, INFO, levelName, WARNING } from "./level.ts";
import type { Level } from "./level.ts";
import type { Logger } from "./logger.ts";
import { makePlan, NO_PLAN, unplanned } from "./plan.ts";
import type { BoundFields, Plan } from "./plan.ts";
import { generation } from "./staleness.ts";

/** A logger whose calls all carry the same fields; `Bound` is their type. */
export class BoundLogger<Bound extends object = BoundFields> {
  readonly logger: Logger;
  /** What is bound, in a null-prototype object that can't be changed; its values are read at each call. */
  readonly fields: Readonly<Bound>;
  #debug: Plan = NO_PLAN;
  #info: Plan = NO_PLAN;
  #warning: Plan = NO_PLAN;
  #error: Plan = NO_PLAN;
  #critical: Plan = NO_PLAN;

  /** @throws TypeError for what is no plain object. */
  constructor(logger: Logger, fields: Bound) {
    this.logger = logger;
    this.fields = Object.freeze(bindFields(null, fields)) as BoundFields & Readonly<Bound>;
  }

  /** The logger's name. */
  get name(): string {
    return this.logger.name;
  }

  /**
   * The same logger with more fields; a key that is bound already gets the new value.
   *
   * @throws TypeError for what is no plain object.
   */
  with<More extends object>(fields: More): BoundLogger<Omit<Bound, keyof More> & More> {
    const all: unknown = bindFields(this.fields, fields);
    return new BoundLogger(this.logger, all as Omit<Bound, keyof More> & More);
  }

  /** The logger below this one's, with the same fields. @throws as `Logger.getChild`. */
  getChild(suffix: string): BoundLogger<Bound> {
    return new BoundLogger<Bound>(this.logger.getChild(suffix), this.fields);
  }

  /** Logs at DEBUG, as `Logger.debug`. */
  debug(msg: unknown, ...args: unknown[]): void {
    if (this.#debug.offAt === generation) return;
    if (this.#debug.generation !== generation) this.#debug = this.#plan(DEBUG);
    submit(this.logger, this.#debug, DEBUG, msg, args, CALLS.debug);
  }

  /** Logs at INFO, as `Logger.info`. */
  info(msg: unknown, ...args: unknown[]): void {
    if (this.#info.offAt === generation) return;
    if (this.#info.generation !== generation) this.#info = this.#plan(INFO);
    submit(this.logger, this.#info, INFO, msg, args, CALLS.info);
  }

  /** Logs at WARNING, as `Logger.warning`. */
  warning(msg: unknown, ...args: unknown[]): void {
    if (this.#warning.offAt === generation) return;
    if (this.#warning.generation !== generation) this.#warning = this.#plan(WARNING);
    submit(this.logger, this.#warning, WARNING, msg, args, CALLS.warning);
  }

  /** The same as `warning`. */
  warn(msg: unknown, ...args: unknown[]): void {
    if (this.#warning.offAt === generation) return;
    if (this.#warning.generation !== generation) this.#warning = this.#plan(WARNING);
    submit(this.logger, this.#warning, WARNING, msg, args, CALLS.warn);
  }

  /** Logs at ERROR, as `Logger.error`. */
  error(msg: unknown, ...args: unknown[]): void {
    if (this.#error.offAt === generation) return;
    if (this.#error.generation !== generation) this.#error = this.#plan(ERROR);
    submit(this.logger, this.#error, ERROR, msg, args, CALLS.error);
  }

  /** Logs at ERROR with an error, as `Logger.exception`. */
  exception(msg: unknown, ...args: unknown[]): void {
    if (this.#error.offAt === generation) return;
    if (this.#error.generation !== generation) this.#error = this.#plan(ERROR);
    submit(this.logger, this.#error, ERROR, msg, args, CALLS.exception);
  }

  /** Logs at CRITICAL, as `Logger.critical`. */
  critical(msg: unknown, ...args: unknown[]): void {
    if (this.#critical.offAt === generation) return;
    if (this.#critical.generation !== generation) this.#critical = this.#plan(CRITICAL);
    submit(this.logger, this.#critical, CRITICAL, msg, args, CALLS.critical);
  }

  /** The same as `critical`. */
  fatal(msg: unknown, ...args: unknown[]): void {
    if (this.#critical.offAt === generation) return;
    if (this.#critical.generation !== generation) this.#critical = this.#plan(CRITICAL);
    submit(this.logger, this.#critical, CRITICAL, msg, args, CALLS.fatal);
  }

  /** Logs at a level given as number or name; one that is none is reported, with the message. */
  log(level: Level, msg: unknown, ...args: unknown[]): void {
    const levelno = levelOfCall(this.logger, level, msg, args);
    if (levelno === null) return;
    submit(this.logger, unplanned(null, this.fields), levelno, msg, args, CALLS.log);
  }

  /** Whether a record of this level would be made. @throws for a level that is none. */
  isEnabledFor(level: Level): boolean {
    return this.logger.isEnabledFor(level);
  }

  getEffectiveLevel(): number {
    return this.logger.getEffectiveLevel();
  }

  /** Such as `<BoundLogger a.b (INFO)>`. */
  toString(): string {
    const level = levelName(this.getEffectiveLevel());
    return `<${this.constructor.name} ${this.name} (${level})>`;
  }

  #plan(levelno: number): Plan {
    return makePlan(this.logger, levelno, this.fields);
  }
}

const CALLS = openCalls(BoundLogger.prototype, LEVEL_METHODS);
