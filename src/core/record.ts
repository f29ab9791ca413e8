// The record of one log call, with CPython's attribute names (format strings name
// them) and our structured `fields`. Loggers make records through the factory set
// here; handlers, filters and formatters read them. Where the call was made is
// found lazily: see caller.ts.

import { isDeepStrictEqual } from "node:util";

import { captureCaller, captureStack, getOpening, UNKNOWN_CALLER } from "./caller.ts";
import type { OpenCall } from "./caller.ts";
import { now } from "./clock.ts";
import { KeyError } from "./errors.ts";
import { identity } from "./identity.ts";
import type { Identity } from "./identity.ts";
import { levelName } from "./level.ts";
import { formatPercent } from "./percent.ts";
import { placeOf } from "./record-place.ts";
import type { Place } from "./record-place.ts";
import { areNone, hasNoKeys, unwrapArgs } from "./record-args.ts";
import type { RecordArgs } from "./record-args.ts";
import { typeRefusal } from "./refusal.ts";
import { changePlans } from "./staleness.ts";
import { inspectLine, isPlainObject, readProperty, repr, toText } from "./value.ts";

const STANDARD: ReadonlySet<string> = new Set(
  (
    "name msg args levelname levelno pathname filename module exc_info exc_text stack_info lineno " +
    "funcName created msecs relativeCreated thread threadName processName process taskName " +
    "message asctime fields"
  ).split(" "),
);

/** What `recordValue` gives for a name that a record doesn't have. */
export const MISSING: unique symbol = Symbol("missing");

const startedAt = now();

/**
 * One log call. The constructor takes CPython's arguments in CPython's order; a
 * null `pathname` means "find out when somebody asks". A single non-empty plain
 * object in `args` is unwrapped to be the mapping of `%(key)s`.
 */
export class LogRecord {
  name: string;
  msg: unknown;
  args: RecordArgs;
  levelname: string;
  levelno: number;
  /** What was thrown, usually an Error; null where there is nothing. */
  exc_info: unknown;
  /** The text of `exc_info`, kept by the formatter that made it for others that would make the same. */
  exc_text: string | null = null;
  stack_info: string | null;
  /** Seconds since the Unix epoch. */
  created: number;
  /** The whole milliseconds of `created`, 0 to 999. */
  msecs: number;
  /** Milliseconds since the library was loaded. */
  relativeCreated: number;
  /** Always null: JavaScript has no named tasks. */
  taskName: string | null = null;
  /** The finished message, set by a formatter. */
  message: string | undefined = undefined;
  /** The time as text, set by a formatter that shows it. */
  asctime: string | undefined = undefined;
  #fields: Record<string, unknown> | null = null;
  #call: OpenCall | null = null;
  #place: Place | null = null;
  #identity: { -readonly [K in keyof Identity]: Identity[K] } | null = null;

  constructor(
    name: string,
    level: number,
    pathname: string | null,
    lineno: number,
    msg: unknown,
    args: RecordArgs,
    excInfo: unknown,
    func: string | null = null,
    sinfo: string | null = null,
  ) {
    const ms = now();
    this.name = name;
    this.msg = msg;
    this.args = unwrapArgs(args);
    this.levelname = levelName(level);
    this.levelno = level;
    this.exc_info = excInfo;
    this.stack_info = sinfo;
    this.created = ms / 1000;
    this.msecs = Math.floor(ms - Math.floor(ms / 1000) * 1000);
    this.relativeCreated = ms - startedAt;
    if (pathname === null) this.#call = getOpening();
    else this.#place = placeOf(pathname, lineno, func);
  }

  /**
   * The structured fields of the call, in a null-prototype object, made empty on
   * first access where the call had none: filters may read and add without asking.
   * What is assigned is copied, unless it has no prototype.
   */
  get fields(): Record<string, unknown> {
    this.#fields ??= Object.create(null) as Record<string, unknown>;
    return this.#fields;
  }
  set fields(value: Record<string, unknown> | null) {
    this.#fields = value === null || value === undefined ? null : withoutPrototype(value);
  }

  /** The source file of the call, or "(unknown file)". */
  get pathname(): string {
    return this.#where().pathname;
  }
  set pathname(value: string) {
    this.#where().pathname = value;
  }

  /** The last part of `pathname`. */
  get filename(): string {
    return this.#where().filename;
  }
  set filename(value: string) {
    this.#where().filename = value;
  }

  /** `filename` without its extension. */
  get module(): string {
    return this.#where().module;
  }
  set module(value: string) {
    this.#where().module = value;
  }

  /** The line of the call, or 0. */
  get lineno(): number {
    return this.#where().lineno;
  }
  set lineno(value: number) {
    this.#where().lineno = value;
  }

  /** The function that made the call, or "(unknown function)". */
  get funcName(): string | null {
    return this.#where().funcName;
  }
  set funcName(value: string | null) {
    this.#where().funcName = value;
  }

  /** The process id. */
  get process(): number {
    return (this.#identity ?? identity()).process;
  }
  set process(value: number) {
    this.#self().process = value;
  }

  /** "MainProcess", or "Worker-3" in the node:cluster worker of id 3. */
  get processName(): string {
    return (this.#identity ?? identity()).processName;
  }
  set processName(value: string) {
    this.#self().processName = value;
  }

  /** Node's thread id, 0 on the main thread. */
  get thread(): number {
    return (this.#identity ?? identity()).thread;
  }
  set thread(value: number) {
    this.#self().thread = value;
  }

  /** "MainThread", or "Thread-3" in the worker thread of id 3. */
  get threadName(): string {
    return (this.#identity ?? identity()).threadName;
  }
  set threadName(value: string) {
    this.#self().threadName = value;
  }

  /**
   * The message with its arguments put in by Python's `%` rules; untouched where
   * there are none.
   *
   * @throws TypeError, ValueError or KeyError, as Python, if they don't fit.
   */
  getMessage(): string {
    const text = toText(this.msg);
    return areNone(this.args) ? text : formatPercent(text, this.args);
  }

  /** A copy with the same attributes, extras and place; for filters that return a changed record. */
  copy(): LogRecord {
    const copy = new LogRecord(this.name, this.levelno, "", 0, this.msg, null, this.exc_info);
    for (const key of Object.keys(this)) setOwn(copy, key, Reflect.get(this, key));
    if (this.#fields !== null) copy.#fields = Object.assign(Object.create(null), this.#fields);
    copy.#call = this.#call;
    copy.#place = this.#place === null ? null : { ...this.#place };
    copy.#identity = this.#identity === null ? null : { ...this.#identity };
    return Object.setPrototypeOf(copy, Object.getPrototypeOf(this) as object) as LogRecord;
  }

  /** The frames of the application's call, while it is on the stack; else an empty text. */
  callStack(): string {
    return this.#call === null ? "" : captureStack(this.#call.boundary);
  }

  /** CPython's repr. */
  toString(): string {
    const { pathname, lineno } = this.#where();
    return `<LogRecord: ${this.name}, ${this.levelno}, ${pathname}, ${lineno}, "${toText(this.msg)}">`;
  }

  /** For loggers: the call that made `record` returns now, its frames can't be read any more. */
  static endCall(record: LogRecord): void {
    if (#call in record) record.#call = null;
  }

  /**
   * The fields if there are any, else null; unlike `fields` it makes no object. For
   * what runs with every record.
   */
  static fieldsOf(record: LogRecord): Record<string, unknown> | null {
    if (#fields in record) return record.#fields;
    // A record by another copy of the library, or by hand.
    return (record as LogRecord).fields ?? null;
  }

  /** Gives a record its fields, also one that has an `extra` of that name. */
  static setFields(record: LogRecord, fields: Record<string, unknown>): void {
    if (#fields in record) record.#fields = withoutPrototype(fields);
    else Reflect.set(record, "fields", fields);
  }

  #where(): Place {
    if (this.#place === null) {
      const call = this.#call;
      const caller = call === null ? UNKNOWN_CALLER : captureCaller(call.boundary, call.stacklevel);
      this.#place = placeOf(caller.pathname, caller.lineno, caller.funcName);
    }
    return this.#place;
  }

  #self(): { -readonly [K in keyof Identity]: Identity[K] } {
    this.#identity ??= { ...identity() };
    return this.#identity;
  }
}

/** Makes the records of all loggers; the constructor's arguments in its order. */
export type LogRecordFactory = (...args: ConstructorParameters<typeof LogRecord>) => LogRecord;

const defaultFactory: LogRecordFactory = (...args) => new LogRecord(...args);
let factory: LogRecordFactory = defaultFactory;

/** A class of records; what a factory may be, too. */
export type LogRecordClass = new (...args: ConstructorParameters<typeof LogRecord>) => LogRecord;

/**
 * Replaces the factory of all records, as CPython's function of this name. Given a class
 * that derives from LogRecord, the factory makes its records with `new`.
 *
 * @throws TypeError for what is neither a function nor such a class.
 */
export function setLogRecordFactory(make: LogRecordFactory | LogRecordClass): void {
  if (typeof make !== "function") {
    const accepted = "a function that makes records, or a class that derives from LogRecord";
    throw typeRefusal("a record factory", make, accepted);
  }
  factory = isRecordClass(make) ? (...args) => new make(...args) : make;
  changePlans();
}

function isRecordClass(make: LogRecordFactory | LogRecordClass): make is LogRecordClass {
  return make === LogRecord || make.prototype instanceof LogRecord;
}

/** The factory in use. */
export function getLogRecordFactory(): LogRecordFactory {
  return factory;
}

/** Whether records are made by the library's own factory. */
export function isStandardFactory(): boolean {
  return factory === defaultFactory;
}

/** A record by the factory in use. The standard one costs no array of arguments. */
export function makeRecordByFactory(
  name: string,
  level: number,
  pathname: string | null,
  lineno: number,
  msg: unknown,
  args: RecordArgs,
  excInfo: unknown,
  func: string | null,
  sinfo: string | null,
): LogRecord {
  if (isStandardFactory()) {
    return new LogRecord(name, level, pathname, lineno, msg, args, excInfo, func, sinfo);
  }
  return factory(name, level, pathname, lineno, msg, args, excInfo, func, sinfo);
}

/**
 * A record from attributes, such as those received from another process. Any
 * attribute may be given, nothing is checked or derived (CPython's rule). A plain
 * object under `fields` becomes the structured fields; an attribute that is there as
 * one of them too, with the same value, stays a field alone: so they are sent.
 */
export function makeLogRecord(attributes: Record<string, unknown>): LogRecord {
  // CPython passes None for name and level too; what is given replaces them.
  const none = null as unknown as string & number;
  const record = factory(none, none, "", 0, "", [], null, null);
  const sent = attributes["fields"];
  const fields = isPlainObject(sent) ? sent : null;
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (fields !== null && !STANDARD.has(key) && isSame(fields, key, value)) continue;
    if (key !== "fields") setOwn(record, key, value);
    // Copied: the attributes stay the caller's own.
    else record.fields = isPlainObject(value) ? { ...value } : { fields: value };
  }
  return record;
}

function isSame(fields: Record<string, unknown>, key: string, value: unknown): boolean {
  return Object.hasOwn(fields, key) && isDeepStrictEqual(fields[key], value);
}

/**
 * Puts `extra` onto a record as attributes.
 *
 * @throws KeyError if a key is an attribute already, or `message` or `asctime`.
 */
export function applyExtra(record: LogRecord, extra: Record<string, unknown>): void {
  for (const key of Object.keys(extra)) {
    if (isStandardName(key) || Object.hasOwn(record, key)) {
      throw new KeyError(`Attempt to overwrite ${repr(key)} in LogRecord`, {
        value: key,
        accepted: "keys that are not attributes of LogRecord",
      });
    }
    setOwn(record, key, readProperty(extra, key));
  }
}

/**
 * What a format string finds under `key`: an attribute first, then a field, else
 * MISSING. The key `fields` itself gives all fields as text.
 */
export function recordValue(record: LogRecord, key: string): unknown {
  if (STANDARD.has(key)) {
    if (key === "fields" && !Object.hasOwn(record, key)) return fieldsText(record);
    const value: unknown = record[key as keyof LogRecord];
    return value === undefined ? MISSING : value;
  }
  if (Object.hasOwn(record, key)) return Reflect.get(record, key);
  const fields = LogRecord.fieldsOf(record);
  return fields !== null && key in fields ? fields[key] : MISSING;
}

/** Whether CPython refuses this name in `extra`. `fields` is ours: there it is a name like any other. */
export function isStandardName(name: string): boolean {
  return STANDARD.has(name) && name !== "fields";
}

/** The names of what `extra` or a factory put onto the record, in order. */
export function extraNames(record: LogRecord): string[] {
  return Object.keys(record).filter((key) => !isStandardName(key));
}

// The same whether nobody asked for the fields or somebody did and added none.
function fieldsText(record: LogRecord): string {
  const fields = LogRecord.fieldsOf(record);
  return fields === null || hasNoKeys(fields) ? "" : inspectLine({ ...fields });
}

// Formats look names up by `in`: toString must not be found.
function withoutPrototype(value: Record<string, unknown>): Record<string, unknown> {
  if (typeof value === "object" && Object.getPrototypeOf(value) === null) return value;
  const source = isPlainObject(value) ? value : { fields: value };
  return Object.assign(Object.create(null), source);
}

// A key such as __proto__ or getMessage is data and must not reach a setter.
function setOwn(record: LogRecord, key: string, value: unknown): void {
  if (isStandardName(key)) Reflect.set(record, key, value);
  else {
    Object.defineProperty(record, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}
