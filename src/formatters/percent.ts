// The `%` style of formats, CPython's PercentStyle: "%(levelname)s %(message)s".
// The Formatter makes one per format; the rules of `%` itself are in core.

import { ValueError } from "../core/errors.ts";
import { formatKeyed } from "../core/percent.ts";
import { parsePercent } from "../core/percent-parse.ts";
import type { PercentTemplate } from "../core/percent-parse.ts";
import type { LogRecord } from "../core/record.ts";
import { fieldLookup } from "./record-values.ts";
import type { Defaults, FieldLookup, FormatStyle, TextPiece } from "./record-values.ts";

// CPython's pattern: one field anywhere makes a format valid.
const FIELD = /%\([\p{L}\p{N}_]+\)[#0+ -]*(?:\*|\p{Nd}+)?(?:\.(?:\*|\p{Nd}+))?[diouxefgcrsa%]/iu;

/** A `%` format, parsed once. */
export class PercentStyle implements FormatStyle {
  readonly format: string;
  readonly usesTime: boolean;
  readonly #template: PercentTemplate;
  readonly #lookup: FieldLookup;

  constructor(format: string | null, defaults: Defaults | null = null) {
    this.format = format || "%(message)s";
    this.usesTime = this.format.includes("%(asctime)");
    this.#template = parsePercent(this.format);
    this.#lookup = fieldLookup(defaults);
  }

  validate(): void {
    if (FIELD.test(this.format)) return;
    throw new ValueError(`Invalid format '${this.format}' for '%' style`, {
      value: this.format,
      accepted: "a text with at least one field such as %(message)s",
    });
  }

  pieces(): readonly TextPiece[] | null {
    const pieces: TextPiece[] = [];
    for (const segment of this.#template.segments) {
      if (typeof segment === "string") pieces.push(segment);
      else if (segment.key === null) return null;
      else if (segment.bare === "s") pieces.push({ key: segment.key, render: null });
      else {
        const template = { ...this.#template, segments: [segment] };
        const render = (value: unknown): string => formatKeyed(template, value, itself);
        pieces.push({ key: segment.key, render });
      }
    }
    return pieces;
  }

  render(record: LogRecord): string {
    return formatKeyed(this.#template, record, this.#lookup);
  }
}

function itself(value: unknown): unknown {
  return value;
}
