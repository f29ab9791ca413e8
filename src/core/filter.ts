// Filters: what may stop a record, or put another in its place, on its way through
// a logger or a handler. Logger and Handler extend Filterer. A filter that throws
// must neither reach the application nor lose the record: it is reported, and the
// record goes on. So does one whose filter answers with a promise: nothing waits for it.

import { checkFilter } from "./check-method.ts";
import type { LogRecord } from "./record.ts";
import { isThenable, onRejection } from "./on-rejection.ts";
import { nameOf, reportError, reportOnce } from "./self-report.ts";
import { changePlans } from "./staleness.ts";
import { readProperty } from "./value.ts";

/** What a filter may answer: falsy stops the record, a LogRecord replaces it, anything else passes it. */
export type FilterResult = LogRecord | boolean | number | string | object | null | undefined | void;

/** An object with a `filter` method, such as Filter. */
export interface FilterObject {
  filter(record: LogRecord): FilterResult;
}

/** A filter: an object with a `filter` method, or a plain function. */
export type FilterLike = FilterObject | ((record: LogRecord) => FilterResult);

const NO_FILTERS: readonly FilterLike[] = Object.freeze([]);

/** A list of filters, run in order. The base of Logger and Handler. */
export class Filterer {
  #filters: readonly FilterLike[] = NO_FILTERS;

  /** The filters in their order. The list itself can't be changed: assign another, or add and remove. */
  get filters(): readonly FilterLike[] {
    return this.#filters;
  }
  set filters(filters: readonly FilterLike[]) {
    const list = [...filters];
    for (const filter of list) checkFilter(filter);
    this.#filters = Object.freeze(list);
    changePlans();
  }

  /**
   * Adds a filter at the end; one that is already there is not added again.
   *
   * @throws TypeError for what is neither a function nor has a `filter` method.
   */
  addFilter(filter: FilterLike): void {
    checkFilter(filter);
    if (!this.filters.includes(filter)) this.filters = [...this.filters, filter];
  }

  /** Removes a filter; does nothing if it isn't there. */
  removeFilter(filter: FilterLike): void {
    this.filters = this.filters.filter((other) => other !== filter);
  }

  /**
   * Runs the filters in order. Returns false as soon as one stops the record, else
   * the record, or the one that a filter put in its place (CPython 3.12 and later).
   */
  filter(record: LogRecord): LogRecord | false {
    if (this.filters.length === 0) return record;
    let current = record;
    for (const filter of this.filters) {
      const result = this.#ask(filter, current);
      if (!result) return false;
      if (typeof result === "object" && isRecord(result)) current = result;
      else if (typeof result === "object") this.#refusePromise(result);
    }
    return current;
  }

  #ask(filter: FilterLike, record: LogRecord): FilterResult {
    try {
      return typeof filter === "function" ? filter(record) : filter.filter(record);
    } catch (error) {
      reportError(this, error, "a filter threw, the record went on");
      return true;
    }
  }

  #refusePromise(answer: object): void {
    if (!isThenable(answer)) return;
    const text = "a filter answered with a promise, which passes every record";
    reportOnce(this, `${nameOf(this)}: ${text}; accepted: a record, or a value at once`);
    onRejection(answer, this, (error) => {
      reportError(this, error, "a filter threw, the record went on");
    });
  }
}

// By shape, not by class: a record made by another copy of the library counts.
function isRecord(value: unknown): value is LogRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof readProperty(value, "getMessage") === "function"
  );
}
