// The formatter for many records at once, CPython's class of this name: what comes
// first, each record's text, what comes last. Handlers that send records together, such
// as those of a mail, use it. It puts nothing between the texts: a line formatter for
// it ends its lines itself.

import { checkMethod } from "../core/check-method.ts";
import { MessageFormatter } from "../core/formatter.ts";
import type { RecordFormatter } from "../core/formatter.ts";
import type { LogRecord } from "../core/record.ts";

const defaultFormatter = new MessageFormatter();

/** Makes one text of many records. Subclasses say what comes before and after them. */
export class BufferingFormatter {
  /** Makes the text of each record. */
  readonly linefmt: RecordFormatter;

  /**
   * Without a formatter the text of each record is its bare message.
   *
   * @throws TypeError for what has no `format` method.
   */
  constructor(linefmt: RecordFormatter | null = null) {
    if (linefmt !== null) {
      const accepted = "a Formatter, an object with a format(record) method, or null";
      checkMethod(linefmt, "format", "a formatter", accepted);
    }
    this.linefmt = linefmt ?? defaultFormatter;
  }

  /** What comes before the records; nothing. */
  formatHeader(_records: readonly LogRecord[]): string {
    return "";
  }

  /** What comes after the records; nothing. */
  formatFooter(_records: readonly LogRecord[]): string {
    return "";
  }

  /**
   * The text of all records, with what comes before and after; empty for none.
   *
   * @throws what the line formatter throws.
   */
  format(records: readonly LogRecord[]): string {
    if (records.length === 0) return "";
    const texts = records.map((record) => this.linefmt.format(record));
    return this.formatHeader(records) + texts.join("") + this.formatFooter(records);
  }
}
