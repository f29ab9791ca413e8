// Makes a record fit to be formatted later, when the application has gone on: where it
// was logged is found out, the message is finished if its arguments could change, and
// what fields and extras hold is copied. Handlers that hold records back call it. The
// record itself stays as it is: other handlers get it, too.

import { isPlainObject } from "../core/value.ts";
import { extraNames, LogRecord } from "../core/record.ts";
import { settle } from "./buffering.ts";

/** How deep values are copied, and how many of them in a record; beyond they are shared. */
const DEEPEST = 8;
const MOST = 1000;

/**
 * The record, if nothing in it can change, or else a copy in which nothing does. Objects
 * of classes (errors too) are kept as they are. A message that can't be made is left to
 * the formatter, which will say so.
 *
 * @param findCaller false: where it was logged is not looked for, which is the dearest part.
 */
export function keepRecord(record: LogRecord, findCaller: boolean): LogRecord {
  if (findCaller) settle(record);
  const extras = extraNames(record).filter((name) => isObject(Reflect.get(record, name)));
  const fields = LogRecord.fieldsOf(record);
  if (!hasObjects(record.args) && !isObject(record.msg) && extras.length === 0) {
    if (fields === null || !Object.values(fields).some(isObject)) return record;
  }
  const copy = record.copy();
  finishMessage(copy);
  const copier = new ValueCopier();
  if (fields !== null) copy.fields = copier.copyFields(fields);
  for (const name of extras) Reflect.set(copy, name, copier.copy(Reflect.get(record, name), 0));
  return copy;
}

/** A copy of plain objects, arrays, maps and sets, and what they hold; other values as they are. */
export function copyValue(value: unknown): unknown {
  return new ValueCopier().copy(value, 0);
}

function isObject(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function hasObjects(args: unknown): boolean {
  if (!Array.isArray(args)) return isObject(args);
  return args.some(isObject);
}

function finishMessage(copy: LogRecord): void {
  if (!hasObjects(copy.args) && !isObject(copy.msg)) return;
  try {
    copy.msg = copy.getMessage();
    copy.args = [];
  } catch {
    // as said above
  }
}

class ValueCopier {
  #left = MOST;
  readonly #copies = new Map<object, unknown>();

  copyFields(fields: Record<string, unknown>): Record<string, unknown> {
    const copies = Object.create(null) as Record<string, unknown>;
    for (const key of Object.keys(fields)) copies[key] = this.copy(fields[key], 0);
    return copies;
  }

  /** Never throws: what can't be looked into is shared. */
  copy(value: unknown, depth: number): unknown {
    if (typeof value !== "object" || value === null) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    if (depth >= DEEPEST || this.#left <= 0) return value;
    try {
      return this.#copyObject(value, depth + 1);
    } catch {
      // A getter that throws, a revoked proxy: formatters know what to print for it.
      return value;
    }
  }

  #copyObject(value: object, depth: number): unknown {
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      this.#copies.set(value, items);
      for (const item of value as unknown[]) items.push(this.#next(item, depth));
      return items;
    }
    if (isPlainObject(value)) return this.#copyPlain(value, depth);
    // By their own prototypes alone: a subclass may count on more than its entries.
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Map.prototype) {
      const entries = [...(value as Map<unknown, unknown>)];
      return new Map(entries.map(([key, item]) => [key, this.#next(item, depth)]));
    }
    if (prototype === Set.prototype) {
      return new Set([...(value as Set<unknown>)].map((item) => this.#next(item, depth)));
    }
    if (prototype === Date.prototype) return new Date((value as Date).getTime());
    return value;
  }

  #copyPlain(value: Record<string, unknown>, depth: number): object {
    const copy = Object.create(Object.getPrototypeOf(value) as object | null) as object;
    this.#copies.set(value, copy);
    for (const key of Object.keys(value)) {
      const item = this.#next(value[key], depth);
      // Not by assignment: __proto__ is a key like any other.
      Object.defineProperty(copy, key, {
        value: item,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return copy;
  }

  #next(value: unknown, depth: number): unknown {
    this.#left -= 1;
    return this.copy(value, depth);
  }
}
