// The `$` style of formats, CPython's StringTemplateStyle: "${levelname} $message".
// Names are ASCII identifiers, `$$` is a dollar sign; there are no widths.

import { ValueError } from "../core/errors.ts";
import type { LogRecord } from "../core/record.ts";
import { toText } from "../core/value.ts";
import { fieldLookup } from "./record-values.ts";
import type { Defaults, FieldLookup, FormatStyle, TextPiece } from "./record-values.ts";

const PLACEHOLDER = /\$(?:(\$)|([_a-z][_a-z0-9]*)|\{([_a-z][_a-z0-9]*)\}|)/gi;

/** Literal text, the name of a field, or a `$` that stands for nothing, with its place. */
type Segment = string | { readonly key: string } | { readonly bareAt: number };

/** A `$` format, parsed once. */
export class DollarStyle implements FormatStyle {
  readonly format: string;
  readonly usesTime: boolean;
  readonly #segments: readonly Segment[];
  readonly #lookup: FieldLookup;

  constructor(format: string | null, defaults: Defaults | null = null) {
    this.format = format || "${message}";
    this.usesTime = this.format.includes("$asctime") || this.format.includes("${asctime}");
    this.#segments = parse(this.format);
    this.#lookup = fieldLookup(defaults);
  }

  validate(): void {
    let fields = 0;
    for (const segment of this.#segments) {
      if (typeof segment === "string") continue;
      if ("bareAt" in segment) throw this.#invalid("bare '$' not allowed");
      fields++;
    }
    if (fields === 0) throw this.#invalid("no fields");
  }

  pieces(): readonly TextPiece[] | null {
    const pieces: TextPiece[] = [];
    for (const segment of this.#segments) {
      if (typeof segment === "string") pieces.push(segment);
      else if ("key" in segment) pieces.push({ key: segment.key, render: null });
      else return null;
    }
    return pieces;
  }

  render(record: LogRecord): string {
    let text = "";
    for (const segment of this.#segments) {
      if (typeof segment === "string") text += segment;
      else if ("key" in segment) text += toText(this.#lookup(record, segment.key));
      else throw new ValueError(`Invalid placeholder in string: ${this.#place(segment.bareAt)}`);
    }
    return text;
  }

  #invalid(why: string): ValueError {
    return new ValueError(`invalid format: ${why}`, {
      value: this.format,
      accepted: "a text with at least one field such as ${message}, and $$ for a dollar sign",
    });
  }

  #place(at: number): string {
    const lines = this.format
      .slice(0, at)
      // oxlint-disable-next-line no-control-regex -- the line ends of str.splitlines()
      .split(/(?<=\r\n|[\n\v\f\x1c-\x1e\x85\u2028\u2029]|\r(?!\n))/u);
    const last = lines.at(-1) ?? "";
    return `line ${lines.length}, col ${Array.from(last).length}`;
  }
}

function parse(format: string): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const match of format.matchAll(PLACEHOLDER)) {
    const [whole, escaped, named, braced] = match;
    if (match.index > from) segments.push(format.slice(from, match.index));
    const key = named ?? braced;
    if (escaped !== undefined) segments.push("$");
    else if (key !== undefined) segments.push({ key });
    else segments.push({ bareAt: match.index + 1 });
    from = match.index + whole.length;
  }
  if (from < format.length) segments.push(format.slice(from));
  return segments;
}
