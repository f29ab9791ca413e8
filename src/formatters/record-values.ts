// How the format styles find a field: the record's attributes and structured
// fields first, then the formatter's defaults. All styles raise the same KeyError
// for a name that is nowhere; the Formatter turns it into CPython's ValueError.

import { KeyError } from "../core/errors.ts";
import { MISSING, recordValue } from "../core/record.ts";
import type { LogRecord } from "../core/record.ts";

/** Values for names that a record doesn't have. */
export type Defaults = Readonly<Record<string, unknown>>;

/** Finds the value of a name in a record. */
export type FieldLookup = (record: LogRecord, key: string) => unknown;

/** A field in a format; `render` is null where its text is that of `toText`. */
export interface FieldPiece {
  readonly key: string;
  /** @throws TypeError or ValueError, as Python does, for a value that doesn't suit. */
  readonly render: ((value: unknown) => string) | null;
}

/** Literal text, or a field. */
export type TextPiece = string | FieldPiece;

/** A format string of one style, parsed once. */
export interface FormatStyle {
  /** The format as it was given, or the style's own default. */
  readonly format: string;
  /** Whether the format shows the time. */
  readonly usesTime: boolean;
  /** The format in pieces; null where a field is more than a name and how it is written. */
  pieces(): readonly TextPiece[] | null;
  /** @throws ValueError, with CPython's text, for a format that isn't well-formed. */
  validate(): void;
  /** The line. @throws KeyError for a missing field, TypeError or ValueError as Python does. */
  render(record: LogRecord): string;
}

/** The lookup with these defaults behind the record. */
export function fieldLookup(defaults: Defaults | null): FieldLookup {
  return (record, key) => {
    const value = recordValue(record, key);
    if (value !== MISSING) return value;
    if (defaults !== null && Object.hasOwn(defaults, key)) return defaults[key];
    throw new KeyError(key, { value: key });
  };
}
