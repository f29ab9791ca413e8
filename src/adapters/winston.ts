// The door for winston (`daybook/winston`): a transport that hands what winston logs to
// the handlers of one of our loggers. winston 3 takes any stream of objects for a
// transport, so this is one of Node's streams and needs no package of winston's.
// winston decides what is logged; our logger's filters and the handlers' levels decide
// what becomes of it. A failing handler never fails the transport.

import { Writable } from "node:stream";
import { setImmediate } from "node:timers";

import type { OpenCall } from "../core/caller.ts";
import { deliver } from "../core/delivery.ts";
import { INFO } from "../core/level.ts";
import type { Level } from "../core/level.ts";
import { Logger } from "../core/logger.ts";
import { checkOptionNames } from "../core/options.ts";
import { typeRefusal } from "../core/refusal.ts";
import { reportError, reportOnce } from "../core/self-report.ts";
import { shortRepr, toText } from "../core/value.ts";
import { loggerOf } from "./check-logger.ts";
import { flushHandlers } from "./pino/flush-handlers.ts";
import { LEVEL, readInfo } from "./winston/winston-info.ts";
import { checkCovered, winstonLevels } from "./winston/winston-levels.ts";

/** What winston's formats are given and give. */
export interface WinstonInfo {
  level: string;
  message: unknown;
  [key: string | symbol]: unknown;
}

/** A winston format: what `winston.format.combine(...)` and the like give. */
export interface WinstonFormat {
  transform(info: WinstonInfo, options?: unknown): WinstonInfo | boolean;
  options?: object;
}

/** Options of `new DaybookTransport(options)`. */
export interface DaybookTransportOptions {
  /** The logger whose handlers get the records, or its name; `winston` if not given. */
  readonly logger?: Logger | string | undefined;
  /** The level of winston's from which on the transport takes part; its logger's if not given. */
  readonly level?: string | undefined;
  /** Our levels by winston's names, for levels that are not npm's, syslog's or cli's. */
  readonly levels?: Readonly<Record<string, Level>> | undefined;
  /** A winston format for this transport alone. */
  readonly format?: WinstonFormat | undefined;
  readonly silent?: boolean | undefined;
  /** True: winston gives the transport uncaught exceptions. */
  readonly handleExceptions?: boolean | undefined;
  /** True: winston gives the transport unhandled rejections. */
  readonly handleRejections?: boolean | undefined;
}

const OPTIONS: readonly string[] =
  "logger level levels format silent handleExceptions handleRejections".split(" ");

/** What is asked of the winston logger that writes to the transport. */
interface WinstonLogger {
  readonly level?: string;
  readonly levels?: Readonly<Record<string, number>>;
}

/**
 * A transport for `winston.createLogger({ transports: [new DaybookTransport()] })`.
 *
 * The info's message is the record's, an Error in it the record's error, everything else
 * its fields. Levels: emerg, alert and crit are CRITICAL, error, warn (warning), info and
 * debug their like, notice 25, http 17, verbose 15, silly 5. Handlers have had the
 * record when winston's callback is called; then `logged` is emitted. The end of the
 * stream flushes the handlers and leaves them open: they are daybook's.
 */
export class DaybookTransport extends Writable {
  /** winston reads and sets these, as those of any transport. */
  level?: string;
  levels?: Readonly<Record<string, number>>;
  parent: WinstonLogger | null = null;
  format?: WinstonFormat;
  silent: boolean;
  handleExceptions: boolean;
  handleRejections: boolean;
  readonly name = "daybook";
  readonly #logger: Logger;
  readonly #numbers: ReadonlyMap<string, number>;

  /** @throws TypeError or ValueError for bad options. */
  constructor(options: DaybookTransportOptions = {}) {
    checkOptionNames(options, OPTIONS);
    super({ objectMode: true });
    this.#logger = loggerOf(options.logger ?? "winston");
    this.#numbers = winstonLevels(options.levels);
    if (options.level !== undefined) this.level = options.level;
    if (options.format !== undefined) this.format = checkFormat(options.format);
    this.silent = options.silent === true;
    this.handleExceptions = options.handleExceptions === true;
    this.handleRejections = options.handleRejections === true;
    this.on("pipe", (parent: WinstonLogger) => this.#attach(parent));
    this.on("unpipe", (parent: WinstonLogger) => {
      if (parent === this.parent) this.close();
    });
  }

  /** Takes an info as it is; `callback` is called when the handlers have had it. */
  log(info: object, callback: () => void): void {
    this.#deliver(info);
    // As winston's own transports do: not before the call has returned.
    setImmediate(() => {
      this.emit("logged", info);
      // winston wants to end the process and waits for its transports, three seconds long.
      if (isMarked(this, "_ending") && isMarked(info, "exception")) this.emit("finish");
    });
    callback();
  }

  /** Called by winston when the transport is removed: flushes the handlers. */
  close(): void {
    this.parent = null;
    flushHandlers(this.#logger);
  }

  override _write(info: object, _encoding: unknown, callback: (error?: Error) => void): void {
    const shown = this.#isWanted(info) ? this.#formatted(info) : null;
    if (shown === null) callback();
    else this.log(shown, callback);
  }

  override _final(callback: (error?: Error) => void): void {
    flushHandlers(this.#logger);
    callback();
  }

  #attach(parent: WinstonLogger): void {
    this.parent = parent;
    if (parent.levels !== undefined) this.levels = parent.levels;
    checkCovered(Object.keys(parent.levels ?? {}), this.#numbers);
  }

  // As winston's transports decide it. A level that winston doesn't know either, and
  // has complained of, is no reason to lose a record.
  #isWanted(info: object): boolean {
    if (this.silent) return false;
    if (isMarked(info, "exception") && !this.handleExceptions) return false;
    if (isMarked(info, "rejection") && !this.handleRejections) return false;
    const level = this.level ?? this.parent?.level;
    const least = level === undefined ? undefined : this.levels?.[level];
    const rank = this.levels?.[levelOf(info)];
    return least === undefined || rank === undefined || least >= rank;
  }

  // Null where the format drops the info. One that throws is reported, and the info is
  // logged as it came.
  #formatted(info: object): object | null {
    const { format } = this;
    if (format === undefined) return info;
    try {
      const copy = Object.assign({}, info) as WinstonInfo;
      const made: unknown = format.transform(copy, format.options);
      return typeof made === "object" && made !== null ? made : null;
    } catch (error) {
      reportError(this.#logger, error, "a winston format threw, the record went on without it");
      return info;
    }
  }

  #deliver(info: object): void {
    const name = levelOf(info);
    const levelno = this.#numbers.get(name);
    if (levelno === undefined) {
      reportOnce(this, `daybook/winston: level ${shortRepr(name)} is not known; logged as INFO`);
    }
    try {
      deliver(this.#logger, levelno ?? INFO, readInfo(info), null, OPEN);
    } catch (error) {
      reportError(this.#logger, error, "a record of winston's could not be made");
    }
  }
}

// winston's streams are between the application's call and us: there is no caller to find.
const OPEN: OpenCall = { boundary: DaybookTransport.prototype._write, stacklevel: 1 };

function levelOf(info: object): string {
  const level: unknown = Reflect.get(info, LEVEL) ?? Reflect.get(info, "level");
  return toText(level);
}

function isMarked(object: object, key: string): boolean {
  return Reflect.get(object, key) === true;
}

function checkFormat(format: WinstonFormat): WinstonFormat {
  const given: unknown = format;
  const transform =
    typeof given === "object" && given !== null ? Reflect.get(given, "transform") : null;
  if (typeof transform === "function") return format;
  const accepted = "a winston format, with a method transform";
  throw typeRefusal("format", given, accepted);
}
