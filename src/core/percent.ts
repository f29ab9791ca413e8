// Python's `%` operator on strings, in full: keys, flags, widths, `*`, every
// conversion and CPython's exact error texts. LogRecord.getMessage() and the
// percent style of the formatters run through here. It throws on wrong arguments
// as Python does; callers that must not lose a record catch that.

import { types } from "node:util";

import { KeyError, typeError, ValueError } from "./errors.ts";
import { exponentText, fixedText, generalText, nonFiniteText } from "./float-text.ts";
import { percentTemplate } from "./percent-parse.ts";
import type { PercentSpec, PercentTemplate, Size } from "./percent-parse.ts";
import { ascii, isError, readProperty, repr, toText } from "./value.ts";

/** Finds the value of `%(key)s` in `source`; throws KeyError where there is none. */
export type Lookup<Source> = (source: Source, key: string) => unknown;

/**
 * `template % args` as Python does it. An array is Python's tuple; an object is a
 * mapping for `%(key)s`; anything else is the one argument.
 *
 * @throws TypeError, ValueError or KeyError with CPython's text if they don't fit.
 */
export function formatPercent(template: string, args: unknown): string {
  const parsed = percentTemplate(template);
  if (Array.isArray(args)) return formatPositional(parsed, args);
  const cursor = new Cursor(null, args);
  if (typeof args !== "object" || args === null) return run(parsed, cursor, null, null);
  return run(parsed, cursor, args, fromMapping);
}

/** Renders a template whose values all come by name, from `source` through `lookup`. */
export function formatKeyed<Source>(
  template: PercentTemplate,
  source: Source,
  lookup: Lookup<Source>,
): string {
  return run(template, new Cursor(null, source), source, lookup);
}

/** The name CPython's messages would use for a value's type; JavaScript's own where it has none. */
export function typeName(value: unknown): string {
  switch (typeof value) {
    case "string":
      return "str";
    case "number":
      return Number.isInteger(value) ? "int" : "float";
    case "bigint":
      return "int";
    case "boolean":
      return "bool";
    case "object":
      if (value === null) return "NoneType";
      if (isList(value)) return "list";
      return isError(value) ? "Error" : "dict";
    default:
      return typeof value;
  }
}

function isList(value: unknown): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false; // a revoked proxy
  }
}

function formatPositional(template: PercentTemplate, args: readonly unknown[]): string {
  return run(template, new Cursor(args, undefined), null, null);
}

function run<Source>(
  template: PercentTemplate,
  cursor: Cursor,
  source: Source,
  lookup: Lookup<Source> | null,
): string {
  let text = "";
  for (const segment of template.segments) {
    if (typeof segment === "string") {
      text += segment;
      continue;
    }
    if (segment.key !== null) {
      if (lookup === null) throw typeError("format requires a mapping");
      if (segment.failure === "incomplete format key") throw new ValueError(segment.failure);
      const value = lookup(source, segment.key);
      cursor.only(value);
    }
    text += convert(segment, cursor);
  }
  if (lookup === null && cursor.unused()) {
    throw typeError("not all arguments converted during string formatting");
  }
  return text;
}

// The arguments still to be taken: a list, or one single value.
class Cursor {
  #list: readonly unknown[] | null;
  #single: unknown;
  #at = 0;

  constructor(list: readonly unknown[] | null, single: unknown) {
    this.#list = list;
    this.#single = single;
  }

  only(value: unknown): void {
    this.#list = null;
    this.#single = value;
    this.#at = 0;
  }

  next(): unknown {
    const length = this.#list === null ? 1 : this.#list.length;
    if (this.#at >= length) throw typeError("not enough arguments for format string");
    const at = this.#at++;
    return this.#list === null ? this.#single : this.#list[at];
  }

  unused(): boolean {
    return this.#at < (this.#list === null ? 1 : this.#list.length);
  }
}

function fromMapping(mapping: object, key: string): unknown {
  if (types.isMap(mapping)) {
    if (mapping.has(key)) return mapping.get(key);
  } else if (Object.hasOwn(mapping, key) || (key in mapping && !(key in Object.prototype))) {
    return readProperty(mapping, key);
  }
  throw new KeyError(key, { value: key });
}

function convert(spec: PercentSpec, cursor: Cursor): string {
  if (spec.bare === "s") return toText(cursor.next());
  if (spec.bare === "d") {
    const value = cursor.next();
    if (typeof value === "number" && Number.isSafeInteger(value)) return String(value + 0);
    return toInteger("d", value).toString();
  }
  let left = spec.left;
  let width = starred(spec.width, cursor) ?? 0;
  if (width < 0) {
    left = true;
    width = -width;
  }
  const given = starred(spec.precision, cursor);
  const precision = given === null ? null : Math.max(given, 0);
  if (spec.failure !== null) throw new ValueError(spec.failure);
  return pad(body(spec, cursor.next(), precision), width, left, spec);
}

function starred(size: Size, cursor: Cursor): number | null {
  if (size !== "*") return size;
  const value = cursor.next();
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "number" || !Number.isInteger(value))
    throw typeError("* wants int", { value });
  return value;
}

/** The converted value before padding: sign, `0x` prefix and digits apart. */
interface Body {
  readonly sign: string;
  readonly prefix: string;
  readonly text: string;
  readonly numeric: boolean;
}

function body(spec: PercentSpec, value: unknown, precision: number | null): Body {
  switch (spec.conversion) {
    case "s":
      return textBody(toText(value), precision);
    case "r":
      return textBody(repr(value), precision);
    case "a":
      return textBody(ascii(value), precision);
    case "c":
      return textBody(character(value), null);
    case "d":
    case "i":
    case "u":
    case "o":
    case "x":
    case "X":
      return integerBody(spec, value, precision);
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
      return floatBody(spec, value, precision ?? 6);
    default: {
      const code = spec.conversion.codePointAt(0) ?? 0;
      const shown = code > 30 && code < 127 ? spec.conversion : "?";
      throw new ValueError(
        `unsupported format character '${shown}' (0x${code.toString(16)}) at index ${spec.index}`,
      );
    }
  }
}

function textBody(text: string, precision: number | null): Body {
  // Precision counts code points; a string without surrogates needs no array.
  const cut =
    precision === null || text.length <= precision
      ? text
      : isBmp(text)
        ? text.slice(0, precision)
        : [...text].slice(0, precision).join("");
  return { sign: "", prefix: "", text: cut, numeric: false };
}

function character(value: unknown): string {
  if (typeof value === "string" && [...value].length === 1) return value;
  if (typeof value === "number" && Number.isInteger(value)) {
    if (value >= 0 && value <= 0x10ffff) return String.fromCodePoint(value);
    throw new RangeError("%c arg not in range(0x110000)");
  }
  throw typeError("%c requires int or char", { value });
}

function integerBody(spec: PercentSpec, value: unknown, precision: number | null): Body {
  const exact = toInteger(spec.conversion, value);
  const magnitude = exact < 0 ? -exact : exact;
  const radix =
    spec.conversion === "o" ? 8 : spec.conversion === "x" || spec.conversion === "X" ? 16 : 10;
  let text = magnitude.toString(radix);
  if (precision !== null) text = text.padStart(precision, "0");
  if (spec.conversion === "X") text = text.toUpperCase();
  const prefix = spec.alternate && radix !== 10 ? `0${spec.conversion}` : "";
  return { sign: exact < 0 ? "-" : positiveSign(spec), prefix, text, numeric: true };
}

function toInteger(conversion: string, value: unknown): number | bigint {
  const whole = conversion === "o" || conversion === "x" || conversion === "X";
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") {
    if (Number.isInteger(value))
      return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : BigInt(value);
    if (!whole) {
      if (Number.isNaN(value)) throw new ValueError("cannot convert float NaN to integer");
      if (!Number.isFinite(value)) throw new RangeError("cannot convert float infinity to integer");
      const truncated = Math.trunc(value);
      return Object.is(truncated, -0) ? 0 : truncated;
    }
  }
  const wanted = whole ? "an integer" : "a real number";
  throw typeError(`%${conversion} format: ${wanted} is required, not ${typeName(value)}`, {
    value,
  });
}

function floatBody(spec: PercentSpec, value: unknown, precision: number): Body {
  if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean") {
    throw typeError(`must be real number, not ${typeName(value)}`, { value });
  }
  const number = Number(value);
  if (typeof value === "bigint" && !Number.isFinite(number)) {
    throw new RangeError("int too large to convert to float");
  }
  const text = floatText(spec, number, precision);
  const upper = spec.conversion < "a" ? text.toUpperCase() : text;
  const negative = upper.startsWith("-");
  return {
    sign: negative ? "-" : positiveSign(spec),
    prefix: "",
    text: negative ? upper.slice(1) : upper,
    numeric: true,
  };
}

function floatText(spec: PercentSpec, value: number, precision: number): string {
  if (!Number.isFinite(value)) return nonFiniteText(value);
  const kind = spec.conversion.toLowerCase();
  if (kind === "f") return fixedText(value, precision, spec.alternate);
  if (kind === "e") return exponentText(value, precision, spec.alternate);
  return generalText(value, precision, spec.alternate);
}

function positiveSign(spec: PercentSpec): string {
  return spec.plus ? "+" : spec.blank ? " " : "";
}

function pad(body: Body, width: number, left: boolean, spec: PercentSpec): string {
  const head = body.sign + body.prefix;
  const length = head.length + codePoints(body.text);
  if (length >= width) return head + body.text;
  const missing = width - length;
  // Zeros go between sign and digits, and with "-" nothing is put in front.
  if (left) return head + body.text + " ".repeat(missing);
  if (spec.zero && body.numeric) return head + "0".repeat(missing) + body.text;
  return " ".repeat(missing) + head + body.text;
}

function codePoints(text: string): number {
  return isBmp(text) ? text.length : [...text].length;
}

function isBmp(text: string): boolean {
  return !/[\ud800-\udbff]/.test(text);
}
