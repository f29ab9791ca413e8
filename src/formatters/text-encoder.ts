// Lines by a format string without a record. The format's pieces are worked out for
// one logger's name and level: what is the same in every line of theirs becomes bytes,
// what a call brings (time, message, fields) is put between. Where a piece needs a
// record, as the place of the call does, there is no encoder. What it writes is to
// the byte what Formatter.format says; where that can't be, the call needs a record.

import { putEnd } from "../core/formatter.ts";
import { identity } from "../core/identity.ts";
import { levelName } from "../core/level.ts";
import { guardLiteral, guardText } from "../core/line-breaks.ts";
import type { LineBreaks } from "../core/line-breaks.ts";
import { bytesOf, putBytes, putNumber, putText } from "../core/line-bytes.ts";
import { NEEDS_RECORD } from "../core/line-encoder.ts";
import type { LineEncoder } from "../core/line-encoder.ts";
import { toText } from "../core/value.ts";
import type { AscTime } from "./asc-time.ts";
import type { Defaults, FieldPiece, TextPiece } from "./record-values.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What an encoder asks of its formatter. */
export interface TextSource {
  readonly pieces: readonly TextPiece[];
  readonly time: AscTime;
  readonly defaults: Defaults | null;
  readonly lineBreaks: LineBreaks;
  /** Whether the formatter's methods are still those that this encoder stands for. */
  isStandard(): boolean;
}

/** Attributes that are known once name and level are. */
const CONSTANT: ReadonlySet<string> = new Set(
  "name levelname levelno process processName thread threadName taskName".split(" "),
);

/** Attributes that only a record has. */
const OF_RECORDS: ReadonlySet<string> = new Set(
  (
    "msg args pathname filename module lineno funcName exc_info exc_text stack_info " +
    "relativeCreated fields"
  ).split(" "),
);

/** A piece that differs from line to line, or bytes that don't. */
type Part =
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  | { readonly kind: "time" }
  | { readonly kind: "message"; readonly render: FieldPiece["render"] }
  | { readonly kind: "number"; readonly number: InstantNumber }
  | { readonly kind: "field"; readonly key: string; readonly render: FieldPiece["render"] };

/** The encoder for a name and a level; null where the format needs a record. */
export function textEncoder(
  source: TextSource,
  name: string,
  levelno: number,
  bound: Fields | null,
): LineEncoder | null {
  const parts = partsOrNull(source, name, levelno);
  return parts === null ? null : new TextEncoder(source, parts, bound);
}

class TextEncoder implements LineEncoder {
  readonly #source: TextSource;
  readonly #parts: readonly Part[];
  readonly #time: AscTime;
  readonly #bound: Fields | null;
  readonly #lineBreaks: LineBreaks;

  constructor(source: TextSource, parts: readonly Part[], bound: Fields | null) {
    this.#source = source;
    this.#parts = parts;
    this.#time = source.time;
    this.#bound = bound;
    this.#lineBreaks = source.lineBreaks;
  }

  encode(
    bytes: Buffer,
    offset: number,
    ms: number,
    message: string,
    fields: Fields | null,
    error: unknown,
  ): number {
    try {
      // Methods may be replaced on the object itself, and nobody hears of it.
      if (!this.#source.isStandard()) return NEEDS_RECORD;
      let at = offset;
      const parts = this.#parts;
      for (let i = 0; i < parts.length; i++) {
        const part = parts[i] as Part;
        switch (part.kind) {
          case "bytes":
            at = putBytes(bytes, at, part.bytes);
            break;
          case "time":
            at = this.#time.put(bytes, at, ms);
            break;
          case "message":
            at = this.#putData(bytes, at, part.render === null ? message : part.render(message));
            break;
          case "number":
            at = this.#putData(bytes, at, part.number.text(ms));
            break;
          case "field":
            at = this.#putField(bytes, at, part.key, part.render, fields);
            break;
        }
        if (at < 0) return at;
      }
      return putEnd(bytes, offset, at, error, this.#lineBreaks);
    } catch {
      return NEEDS_RECORD; // a getter threw, or the value doesn't suit: `format` says so
    }
  }

  #putField(
    bytes: Buffer,
    at: number,
    key: string,
    render: FieldPiece["render"],
    fields: Fields | null,
  ): number {
    const owner = this.#ownerOf(key, fields);
    if (owner === null) return NEEDS_RECORD;
    const value = owner[key];
    if (render !== null) return this.#putData(bytes, at, render(value));
    if (typeof value === "number") return putNumber(bytes, at, value);
    return this.#putData(bytes, at, toText(value));
  }

  #putData(bytes: Buffer, at: number, text: string): number {
    const lineBreaks = this.#lineBreaks;
    return putText(bytes, at, lineBreaks === "keep" ? text : guardText(text, lineBreaks));
  }

  #ownerOf(key: string, fields: Fields | null): Fields | null {
    // Not hasOwn: what is not enumerable is not among a record's fields.
    if (fields !== null && isField.call(fields, key)) return fields;
    if (this.#bound !== null && isField.call(this.#bound, key)) return this.#bound;
    const { defaults } = this.#source;
    return defaults !== null && Object.hasOwn(defaults, key) ? defaults : null;
  }
}

const isField = Object.prototype.propertyIsEnumerable;

function partsOrNull(source: TextSource, name: string, levelno: number): Part[] | null {
  try {
    return partsOf(source, name, levelno);
  } catch {
    return null; // a spec that doesn't suit what is always the same, such as {name:d}
  }
}

function partsOf({ pieces, lineBreaks }: TextSource, name: string, levelno: number): Part[] | null {
  const parts: Part[] = [];
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") {
      text += guardLiteral(piece, lineBreaks);
      continue;
    }
    const constant = constantText(piece, name, levelno);
    if (constant !== null) {
      text += guardText(constant, lineBreaks);
      continue;
    }
    const part = partOf(piece);
    if (part === null || !addBytes(parts, text)) return null;
    text = "";
    parts.push(part);
  }
  return addBytes(parts, text) ? parts : null;
}

// A lone surrogate may belong to what comes before or behind: only a record's text
// tells.
function addBytes(parts: Part[], text: string): boolean {
  if (text !== "") parts.push({ kind: "bytes", bytes: bytesOf(text) });
  return text.isWellFormed();
}

function constantText({ key, render }: FieldPiece, name: string, levelno: number): string | null {
  if (!CONSTANT.has(key)) return null;
  const value = constantValue(key, name, levelno);
  return render === null ? toText(value) : render(value);
}

function constantValue(key: string, name: string, levelno: number): unknown {
  switch (key) {
    case "name":
      return name;
    case "levelname":
      return levelName(levelno);
    case "levelno":
      return levelno;
    case "taskName":
      return null;
    default:
      return identity()[key as "process" | "processName" | "thread" | "threadName"];
  }
}

function partOf({ key, render }: FieldPiece): Part | null {
  if (OF_RECORDS.has(key)) return null;
  if (key === "asctime") return render === null ? { kind: "time" } : null;
  if (key === "message") return { kind: "message", render };
  if (key === "created" || key === "msecs") {
    return { kind: "number", number: new InstantNumber(key, render) };
  }
  return { kind: "field", key, render };
}

/** `created` or `msecs` as text, made once per instant. */
class InstantNumber {
  readonly #key: "created" | "msecs";
  readonly #render: FieldPiece["render"];
  #ms = Number.NaN;
  #text = "";

  constructor(key: "created" | "msecs", render: FieldPiece["render"]) {
    this.#key = key;
    this.#render = render;
  }

  text(ms: number): string {
    if (ms !== this.#ms) {
      // As LogRecord has them.
      const msecs = Math.floor(ms - Math.floor(ms / 1000) * 1000);
      const value = this.#key === "created" ? ms / 1000 : msecs;
      this.#text = this.#render === null ? toText(value) : this.#render(value);
      this.#ms = ms;
    }
    return this.#text;
  }
}
