// The filter by logger name, CPython's `Filter`: lets a logger's records and those
// of its descendants pass. Attach it to a handler or a logger.

import type { FilterObject, FilterResult } from "../core/filter.ts";
import type { LogRecord } from "../core/record.ts";

/**
 * Passes records of the logger `name` and of those below it: `"a.b"` lets `a.b`
 * and `a.b.c` through, not `a.bc`. The empty name passes everything. Subclasses
 * may override `filter`.
 */
export class Filter implements FilterObject {
  readonly name: string;

  constructor(name = "") {
    this.name = name;
  }

  filter(record: LogRecord): FilterResult {
    const { name } = this;
    if (name === "" || record.name === name) return true;
    return record.name.startsWith(`${name}.`);
  }
}
